import { describe, expect, it } from 'vitest';
import type { AlertOpened } from '../../core/alert.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { composeCard } from '../cards/compose-card.ts';
import { plainText } from '../cards/plain-text.ts';
import { withFindings, withFoundQuotes } from '../notify/render-findings.ts';
import { renderOrder } from '../notify/render-order.ts';
import { orderOf } from '../notify/testing/order-of.ts';
import { OPENED_AT_MS, opened } from '../notify/testing/sample-events.ts';
import { ZonedTime } from '../notify/time-text.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import { FindingsGatherer } from './gather-findings.ts';
import { stored } from './testing/stored.ts';

const HOUR_MS = 3_600_000;
const TIMES = new ZonedTime('Asia/Shanghai');
const MODEL = 'fast-7';
const WHERES: Record<string, string | null> = { burst: 'complaint', crash: 'text.contains("闪退")', pay: 'text.contains("付款")', all: null };

const said = (id: string, text: string, agoMs: number, over: Partial<StoredItem['item']> = {}): StoredItem => {
  const item = stored({ id, text, createdAtMs: OPENED_AT_MS - agoMs, ...over });
  return { ...item, model: MODEL, score: { ...item.score, categories: [{ id: 'logistics', probability: 0.9, decidedBy: 'model' }] } };
};
/** 37 of 50 mention 8.2.1, 12 of them in store 12, eight of them the same text; beside them what is always said. */
const crashes = Array.from({ length: 50 }, (_, at) => said(`c${at}`, at < 37 ? (at < 8 ? '升级 8.2.1 后一打开就闪退,订单页进不去' : `8.2.1 版本第 ${at} 次闪退,联系 138****${1000 + at}`) : `应用闪退 ${at}`, (at + 1) * 20 * 60_000, { store: at % 4 === 0 && at < 48 ? '12' : `s${at}` }));
const others = Array.from({ length: 30 }, (_, at) => said(`o${at}`, `快递一直没到 ${at}`, (at + 1) * 10 * 60_000, { store: `s${at}` }));
const earlier = Array.from({ length: 200 }, (_, at) => said(`e${at}`, at % 2 === 0 ? `快递一直没到 ${at}` : `应用闪退过 ${at}`, 25 * HOUR_MS + at * 60_000, { store: `s${at % 90}` }));

/** The page as each channel gets it, in both languages. */
async function deliver(over: Partial<AlertOpened>): Promise<{ zh: string; en: string; quotes: string[]; state: string | undefined }> {
  const gatherer = new FindingsGatherer({
    source: { unstored: async () => [], stored: async ({ afterMs, upToMs }) => [...crashes, ...others, ...earlier].filter(({ createdAtMs }) => createdAtMs > afterMs && createdAtMs <= upToMs) },
    whereOf: (id) => WHERES[id], timers: systemTimers, waitMsMax: 10_000,
  });
  const order = orderOf(opened(over));
  const findings = await gatherer.of(order);
  const render = { publicUrl: 'https://tocsin.example', times: TIMES };
  const plain = renderOrder(findings === null ? order : withFoundQuotes(order, findings), 'k', render);
  const page = findings === null ? plain : withFindings(plain, findings, { exact: true, lowerBound: [], lagMs: 120, deadLetters: 3 });
  const text = (language: 'zh' | 'en'): string => `${page.summary[language].text}\n${plainText(composeCard(page, language, TIMES))}`;
  return { zh: text('zh'), en: text('en'), quotes: page.quotes.map((quote) => quote.text), state: page.findings?.state };
}

const BASIS = { windowEndMs: OPENED_AT_MS };
const KINDS: [string, Partial<AlertOpened>][] = [
  ['share', { ruleId: 'crash', group: {}, count: 50, basis: { ...BASIS, where: WHERES['crash']! }, measure: { kind: 'share', volume: 80, share: 0.625, shareAtLeast: 0.5, per: 100 } }],
  ['spike', { ruleId: 'crash', group: {}, count: 50, basis: { ...BASIS, where: WHERES['crash']! }, measure: { kind: 'spike', expected: 4, baseline: [4, 4, 5], method: 'poisson', score: 1e-9, days: 'all' } }],
  ['newTopic', { ruleId: 'burst', group: { term: '闪退' }, count: 50, basis: { ...BASIS, where: 'complaint', topic: { term: '闪退', of: 'text', since: null, exact: true } }, measure: { kind: 'newTopic', term: '闪退', items: 50, expected: 1 } }],
  ['composite', { ruleId: 'all', group: {}, count: 2, basis: BASIS, measure: { kind: 'composite', members: [{ ruleId: 'crash', alertId: 'a', title: { zh: '闪退', en: 'Crashes' }, group: {} }, { ruleId: 'pay', alertId: 'b', title: { zh: '付款', en: 'Payment' }, group: {} }] } }],
];

describe('the reason on a page that is delivered', () => {
  it.each(KINDS)('names what the counted items have in common, by lift, with new terms, the model and how far the numbers can be trusted: %s', async (_, over) => {
    const { zh, en, quotes, state } = await deliver(over);
    expect(state).toBe('found');
    expect(zh).toContain('8.2.1');
    expect(zh).toMatch(/50 条里 37 条提到“8\.2\.1”/u);
    expect(en).toMatch(/37 of 50/u);
    expect(zh).toMatch(/50 条里 12 条来自门店 12/u);
    expect(zh).toContain(MODEL);
    expect(zh).toMatch(/延迟 0\.1 秒 · 死信 3/u);
    // Of the counted items alone, masked, and the text that was sent eight times is one voice.
    expect(quotes).toHaveLength(3);
    for (const quote of quotes) expect(quote).toContain('闪退');
    expect(new Set(quotes).size).toBe(3);
    expect(quotes.join()).not.toMatch(/1[3-9]\d{9}/u);
  });

  it('is not looked for where there are no items: a silence, and a composite over rules that count everything', async () => {
    expect((await deliver({ count: 0, basis: BASIS, measure: { kind: 'absence', expected: 9, learned: true } })).state).toBeUndefined();
    expect((await deliver({ ruleId: 'all', count: 1, group: {}, basis: BASIS, measure: { kind: 'composite', members: [{ ruleId: 'all', alertId: 'a', title: { zh: '全', en: 'All' }, group: {} }] } })).state).toBeUndefined();
  });

  it('is about the window that was completed late, not the one that ends now', async () => {
    const { zh } = await deliver({ ruleId: 'crash', group: {}, count: 50, late: true, atMs: OPENED_AT_MS + 5 * 24 * HOUR_MS, basis: { ...BASIS, where: WHERES['crash']! } });
    expect(zh).toMatch(/50 条里/u);
  });
});
