import { describe, expect, it } from 'vitest';
import { renderOrder } from '../notify/render-order.ts';
import { renderPage } from '../notify/render-page.ts';
import { orderOf } from '../notify/testing/order-of.ts';
import { opened, resolved } from '../notify/testing/sample-events.ts';
import { ZonedTime } from '../notify/time-text.ts';
import { composeCard } from './compose-card.ts';
import { digestCard, digestOf } from './digest-card.ts';
import { escapeByEntities, escapeByTwins, escapeHtml } from './escape.ts';
import { fitCard, utf8Bytes } from './fit-card.ts';
import { plainText } from './plain-text.ts';

const TIMES = new ZonedTime('Asia/Shanghai');
const RENDER = { publicUrl: 'https://tocsin.example', times: TIMES };

describe('a card', () => {
  const order = orderOf(opened());
  const grouped = renderOrder({
    ...order, detail: { zh: '第 2 步：叫经理', en: 'step 2: the manager' }, reason: 'escalation-step', people: ['u7'],
    incident: {
      ...order.incident, alerts: 30, alertsFiring: 28, totalCount: 1_240,
      causes: Array.from({ length: 7 }, (_, index) => ({ alertId: `a${index}`, ruleId: 'complaint-burst', title: opened().title, group: { store: String(index) }, severity: 'warning' as const, state: 'firing' as const, count: 90 - index, peak: 90 })),
    },
  }, 'k', RENDER);
  const spike = renderPage({ ...opened(), measure: { kind: 'absence', expected: 120, learned: false }, count: 0, endsAtMs: null }, 'k', RENDER);
  const cards = [['grouped', grouped], ['absence', spike], ['resolved', renderPage(resolved(), 'k', RENDER)]] as const;

  it.each(cards.flatMap(([name, page]) => (['zh', 'en'] as const).map((language) => ({ name, page, language }))))('$name in $language reads as in its golden file', async ({ name, page, language }) => {
    await expect(`${plainText(composeCard(page, language, TIMES))}\n`).toMatchFileSnapshot(`testing/golden/${name}-${language}.txt`);
  });

  it('of several pages names how many of each kind', () => {
    const pages = [renderPage(resolved(), 'k', RENDER), grouped];
    expect(digestCard(pages, 'en').headline).toBe('[DIGEST] 2 pages: WARNING 1 · resolved 1');
    expect(digestCard(pages, 'zh').blocks[0]?.lines[0]?.text).toContain('无人确认');
  });

  it('of several pages names each of them, in few words where there is no room for sentences, and leaves the mildest for the next', () => {
    const pages = Array.from({ length: 60 }, (_, index) => ({ ...grouped, severity: index % 3 === 0 ? 'critical' as const : 'warning' as const, groupName: { zh: `门店 ${index}`, en: `Store ${index}` } }));
    const within = (bytesMax: number) => digestOf(pages, 'zh', (card) => utf8Bytes(plainText(card)) <= bytesMax);
    expect(within(100_000).left).toEqual([]);
    expect(plainText(within(100_000).card)).toContain('24 小时内 50 条');
    const names = within(4_096);
    expect(names.left).toEqual([]);
    for (const { groupName } of pages) expect(plainText(names.card)).toMatch(new RegExp(`${groupName.zh} ·`, 'u'));
    const some = within(900);
    const shown = pages.filter((page) => !some.left.includes(page));
    expect(shown.length).toBeGreaterThan(10);
    for (const { groupName } of shown) expect(plainText(some.card)).toMatch(new RegExp(`${groupName.zh} ·`, 'u'));
    expect(some.card.headline).toContain(`${shown.length} 条通知`);
    expect(shown.filter(({ severity }) => severity === 'critical').length).toBe(Math.min(20, shown.length));
    // One page is sent whatever happens, and may be shortened then.
    expect(within(10).left).toHaveLength(59);
  });

  it('loses its least important lines first, and says so', () => {
    const card = composeCard(grouped, 'zh', TIMES);
    const sizes = [4_000, 1_200, 900, 700, 500, 300, 100, 10].map((bytesMax) => {
      const text = fitCard(card, plainText, (written) => utf8Bytes(written) <= bytesMax);
      return { bytesMax, bytes: utf8Bytes(text), hasCount: text.includes('数量/阈值：50 / 50'), hasQuotes: text.includes('原声'), hasFacts: text.includes('首条 →'), says: text.includes('已略去一部分') };
    });
    for (const { bytesMax, bytes } of sizes.slice(0, 6)) expect(bytes).toBeLessThanOrEqual(bytesMax);
    expect(sizes[0]).toMatchObject({ hasQuotes: true, says: false });
    expect(sizes.every(({ hasCount }) => hasCount)).toBe(true);
    const withoutQuotes = sizes.findIndex(({ hasQuotes }) => !hasQuotes);
    const withoutFacts = sizes.findIndex(({ hasFacts }) => !hasFacts);
    expect(withoutQuotes).toBeGreaterThan(0);
    expect(withoutFacts).toBeGreaterThan(withoutQuotes);
    expect(sizes.slice(withoutQuotes).every(({ says }) => says)).toBe(true);
    for (let bytesMax = 40; bytesMax < 1_500; bytesMax += 7) expect(fitCard(card, plainText, (written) => utf8Bytes(written) <= bytesMax)).not.toMatch(/\p{Surrogate}/u);
  });
});

describe('an escape', () => {
  it('leaves no sign of the markup', () => {
    const hostile = '*_`[x](http://e)<a>#~\\!|&"';
    expect(escapeByTwins(hostile)).not.toMatch(/[*_`[\]<>#~\\!|]|:\/\//u);
    expect(escapeHtml(hostile)).toBe('*_`[x](http://e)&lt;a&gt;#~\\!|&amp;&quot;');
    expect(escapeByEntities(hostile).replace(/&#\d+;/gu, '')).not.toMatch(/[*_`[\]<>#~\\!|&]/u);
  });
});
