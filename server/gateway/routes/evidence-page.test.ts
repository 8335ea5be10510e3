import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Proof } from '../../../alerts/evidence/prove-alert.ts';
import { EVIDENCE_TTL_MS, LinkSigner } from '../../../alerts/links/action-link.ts';
import { evidencePage } from '../../../alerts/links/evidence-page.ts';
import { markWords } from '../../../alerts/links/mark-words.ts';
import { LinkUse } from '../../../alerts/links/use-link.ts';
import { foldAlert, type AlertWithTimeline } from '../../../alerts/list/alert-record.ts';
import { escalated, opened, OPENED_AT_MS } from '../../../alerts/notify/testing/sample-events.ts';
import { ZonedTime } from '../../../alerts/notify/time-text.ts';
import { TocsinError } from '../../../core/errors.ts';
import { MemoryBus } from '../../../stream/bus/memory-bus.ts';
import type { Evidence, EvidenceView } from '../evidence-service.ts';
import { Recounts } from '../recounts.ts';
import { startTestGateway, type TestGateway } from '../testing/test-gateway.ts';

const ALERT: AlertWithTimeline = foldAlert(undefined, opened())!;
const COUNTED = { claimed: 50, counted: 50, cameLater: 0, cameLate: 0, countedAsOf: 50, countedNow: 50, counts: 'items' as const };
const EQUAL: Proof = { outcome: 'equal', reason: 'as-said', ...COUNTED, parts: [], missing: [], why: { zh: '存储中重新计数为 50，与告警一致', en: 'counted again in the store: 50, as the alert says' } };
const DIFFERS: Proof = { ...EQUAL, outcome: 'differs', reason: 'fewer', counted: 49, why: { zh: '存储中为 49，比告警少 1：条目已被修改或移除', en: '49 in the store, 1 fewer than the alert says: items were changed or removed' } };
const ITEM = { workspace: 'default', receivedAt: '', language: 'zh', sentiment: 'negative', sentimentProbability: 1, stars: 1, complaint: true, severity: 'mild', categories: ['logistics'], implicit: false, model: 'm' };
const ITEMS = [
  { ...ITEM, id: 'f-1', text: '<b>快递</b>还没到,电话 138****0000,快递员态度差', channel: 'app', store: '12', createdAt: '2026-11-22T19:11:00.000Z', keywords: ['快递', '态度差', ''] },
  { ...ITEM, id: 'f-2', text: 'Parcel late, PARCEL lost', channel: 'social', createdAt: '2026-11-22T19:12:00.000Z', keywords: ['parcel'] },
];
const VIEW: EvidenceView = {
  claimed: 50, missing: [], part: 'count', items: ITEMS, nextCursor: 'count~next',
  parts: [{ id: 'count', alertId: ALERT.alertId, ruleId: ALERT.ruleId, title: { zh: '触发告警的条目', en: 'The items that made it fire' }, counts: 'items', claimed: 50, claim: 'exact', afterMs: 0, upToMs: 1 }],
};

let nowMs = OPENED_AT_MS;
const signer = new LinkSigner(Buffer.alloc(32, 7));
const links = new LinkUse({ signer, used: new MemoryBus({ clock: { nowMs: () => nowMs } }).keyValue('links'), nowMs: () => nowMs, submit: async () => ({ done: true }) });
const TOKEN = signer.evidenceToken(ALERT.alertId, OPENED_AT_MS);

let items: Evidence['items'] = async () => VIEW;
let verified = 0;
let served: TestGateway;
beforeAll(async () => {
  const evidence: Evidence = { items: (...asked) => items(...asked), reason: async () => null, verify: async () => { verified += 1; return null; }, alert: async (id) => (id === ALERT.alertId ? ALERT : null), recount: async () => EQUAL };
  served = await startTestGateway({ services: (services) => ({ ...services, links, evidence }) });
});
afterAll(() => served.gateway.stop());

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'accept-language': 'en-GB' };
const open = (query = '', headers: Record<string, string> = BROWSER, token = TOKEN): Promise<Response> => fetch(`${served.url}/e/${token}${query}`, { headers });

describe('the page behind the evidence link of a card', () => {
  it('says what fired, of what limit, what it comes to when counted again, and lists the very items with their words marked', async () => {
    const answer = await open('?lang=zh');
    const html = await answer.text();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(html).toContain('<html lang="zh">');
    for (const said of ['24 小时内 50 条，阈值 50', '警告 · 进行中', '触发 11-23 03:12（UTC+8）', '✓ 一致', '存储中重新计数为 50', '触发告警的条目', '门店 12', '<time datetime="2026-11-22T19:11:00.000Z">11-23 03:11</time>']) expect(html).toContain(said);
    expect(html).toContain('&lt;b&gt;<mark>快递</mark>&lt;/b&gt;还没到,电话 138****0000,<mark>快递</mark>员<mark>态度差</mark>');
    expect(html).toContain('<mark>Parcel</mark> late, <mark>PARCEL</mark> lost');
    expect(html).toContain(`href="../?alert=${ALERT.alertId}&amp;lang=zh"`);
    expect(html).toContain('href="?lang=zh&amp;cursor=count%7Enext&amp;from=3"');
  });

  it('is in the language that its address says, else in that of the phone, and leads to the other', async () => {
    const languageOf = async (...asked: Parameters<typeof open>): Promise<string | undefined> => /<html lang="(\w+)"/u.exec(await (await open(...asked)).text())?.[1];
    expect(await languageOf('?lang=zh')).toBe('zh');
    expect(await languageOf('')).toBe('en');
    expect(await languageOf('', { accept: 'text/html', 'accept-language': 'zh-CN,zh;q=0.9' })).toBe('zh');
    const html = await (await open('?lang=en')).text();
    for (const said of ['50 in 24 h, threshold 50', 'WARNING · firing', '✓ Equal', 'The items that made it fire', 'Store 12', 'lang="zh" hreflang="zh" href="?lang=zh"']) expect(html).toContain(said);
    expect(html.replaceAll(/<p>[^<]*<mark>.*?<\/p>|中文|<style>.*<\/style>|<p>[^<]*<b>.*?<\/p>/gu, '').replaceAll(/&lt;b&gt;.*?<\/p>/gu, '')).not.toMatch(/[\u4e00-\u9fff]/u);
  });

  it('lets nothing in from elsewhere, is kept nowhere, and acts on nothing', async () => {
    const { headers } = await open();
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect([headers.get('cache-control'), headers.get('referrer-policy'), headers.get('x-robots-tag')]).toEqual(['no-store', 'no-referrer', 'noindex']);
    expect(verified).toBe(0);
  });

  it('gives a program that asks for it the JSON of the API', async () => {
    const answer = await open('', { accept: 'application/json' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await answer.json()).toMatchObject({ claimed: 50, part: 'count', items: [{ id: 'f-1' }, { id: 'f-2' }], nextCursor: 'count~next' });
  });

  it('opens with its own signature alone, for thirty days', async () => {
    for (const token of ['x.y', `${TOKEN}x`, signer.pictureToken({ tone: 'critical', language: 'zh', counts: [1], before: 0, fireAt: 5, from: '', to: '' })]) {
      const forged = await open('?lang=en', BROWSER, token);
      expect([forged.status, await forged.text()]).toEqual([403, expect.stringContaining('This link is not valid')]);
    }
    nowMs = OPENED_AT_MS + EVIDENCE_TTL_MS;
    const late = await open('?lang=en');
    expect([late.status, await late.text()]).toEqual([410, expect.stringContaining('This link has expired')]);
    expect((await open('', { accept: 'application/json' })).status).toBe(404);
    nowMs = OPENED_AT_MS;
  });

  it('says in both languages why nothing can be listed', async () => {
    items = async () => { throw new TocsinError('store_unavailable', 'ClickHouse at http://x cannot be reached: refused.', { retryable: true }); };
    const [zh, en] = [await open('?lang=zh'), await open('?lang=en')];
    expect([zh.status, en.status]).toEqual([503, 503]);
    expect(await zh.text()).toContain('连不上 http://x 的 ClickHouse');
    expect(await en.text()).toContain('cannot be reached');
    items = async () => VIEW;
  });
});

describe('the page of evidence', () => {
  const page = (over: Partial<Parameters<typeof evidencePage>[0]>): string => evidencePage({ alert: ALERT, listed: { title: null, items: [], firstNumber: 1, next: null }, count: { state: 'counted', proof: EQUAL }, language: 'en', times: new ZonedTime('Asia/Shanghai'), ...over });

  it('says what differs, and that a count is not there yet', () => {
    expect(page({ count: { state: 'counted', proof: DIFFERS } })).toContain('≠ Differs</strong>49 in the store, 1 fewer');
    expect(page({ count: { state: 'takes-longer' }, language: 'zh' })).toContain('仍在计数');
    expect(page({ count: { state: 'not-now' } })).toContain('cannot be counted again now');
  });

  it('says that a window is empty, what level was reached since, and in what words of its kind it fired', () => {
    expect(page({})).toContain('There are no items in the window.');
    const raised = foldAlert(ALERT, escalated({ levelAt: 100, basis: { windowEndMs: OPENED_AT_MS } }))!;
    expect(page({ alert: raised })).toMatch(/CRITICAL · 11-23 [\d:]+ · \d+ in 24 h, threshold 100/u);
    const share = foldAlert(undefined, opened({ count: 25, measure: { kind: 'share', volume: 203, share: 0.123, shareAtLeast: 0.1, per: 100 } }))!;
    expect(page({ alert: share })).toContain('25 of 203 in 24 h, 12.3 %, threshold 10 %');
  });
});

describe('marked words', () => {
  it('are the longest of those that begin at a place, and nothing of the text is lost', () => {
    expect(markWords('太慢太慢了 & <i>', ['太慢', '太慢太慢', '了'])).toBe('<mark>太慢太慢</mark><mark>了</mark> &amp; &lt;i&gt;');
    expect(markWords('İSTANBUL', ['stanbul'])).toBe('İSTANBUL');
    expect(markWords('', ['x'])).toBe('');
  });
});

describe('counts for pages', () => {
  it('are made once for all who open a page at once, and again where one failed', async () => {
    let asked = 0;
    let isAway = true;
    const recounts = new Recounts(async () => { asked += 1; if (isAway) throw new TocsinError('overloaded', 'busy', { retryable: true }); return EQUAL; });
    expect(await recounts.of('a')).toEqual({ state: 'not-now' });
    isAway = false;
    expect(await Promise.all([recounts.of('a'), recounts.of('a'), recounts.of('a')])).toEqual(Array.from({ length: 3 }, () => ({ state: 'counted', proof: EQUAL })));
    expect(asked).toBe(2);
  });

  it('that take longer go on, and are there for who asks again', async () => {
    let done: (proof: Proof) => void = () => undefined;
    const recounts = new Recounts(() => new Promise((resolve) => { done = resolve; }), 1);
    expect(await recounts.of('a')).toEqual({ state: 'takes-longer' });
    done(EQUAL);
    expect(await new Recounts(async () => EQUAL).of('a')).toMatchObject({ state: 'counted' });
    expect(await recounts.of('a')).toMatchObject({ state: 'counted' });
  });
});
