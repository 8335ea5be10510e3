import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredItem } from '../../core/stored-item.ts';
import { chooseQuotes } from './choose-quotes.ts';
import { findFacets } from './find-facets.ts';
import { findReason } from './find-reason.ts';
import { causesTitle, sayCauses, sayDuplicates, sayTrend, sayTrust } from './say-reason.ts';
import { sparkline } from './sparkline.ts';
import { stored } from './testing/stored.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 10, 22, 19, 12);
const WINDOW = { fromMs: NOW_MS - 24 * HOUR_MS, toMs: NOW_MS };

const COMPLAINTS = [
  '更新到 8.2.1 之后一打开就闪退,根本没法用', '8.2.1 闪退,重装了三次还是不行', '升级8.2.1后闪退,订单页打不开', '新版本8.2.1太卡了,点一下就退出', '8.2.1版本闪退严重,赶紧修复',
  '付款页面白屏,钱扣了没有订单', '客服半天不回,态度也差', '快递丢了,让我自己去找',
];
/** 37 of 50 speak of the version, 12 come from store 12; a repeat of one text among them. */
const burst: StoredItem[] = Array.from({ length: 50 }, (_, index) => stored({
  id: `b${index}`, text: index < 37 ? `${COMPLAINTS[index % 5]}${'啊呀吧嘛呢哦嗯唉哈喂'.charAt(index % 10)}` : COMPLAINTS[5 + (index % 3)]!,
  store: index % 4 === 0 && index < 48 ? '12' : String(100 + index), createdAtMs: NOW_MS - index * index * 20_000,
  keywords: index < 37 ? ['闪退'] : ['态度'], customer: { tier: index % 2 === 0 ? 'gold' : 'silver' },
}));
const usual: StoredItem[] = Array.from({ length: 400 }, (_, index) => stored({
  id: `u${index}`, text: COMPLAINTS[5 + (index % 3)]!, store: String(index % 90), createdAtMs: NOW_MS - 30 * HOUR_MS, keywords: ['态度'], customer: { tier: index % 2 === 0 ? 'gold' : 'silver' },
}));

describe('facets', () => {
  it('are what items have in common and earlier ones have not, with their numbers', () => {
    const facets = findFacets(burst, usual, ['category']);
    expect(facets.map(({ kind, field, value, count, of }) => ({ kind, field, value, count, of }))).toEqual([
      { kind: 'term', field: '', value: '8.2.1', count: 37, of: 50 },
      { kind: 'field', field: 'store', value: '12', count: 12, of: 50 },
    ]);
    expect(facets[1]?.usualShare).toBeCloseTo(5 / 400);
  });

  it('do not name a field that the rule groups by, nor one that is as usual', () => {
    expect(findFacets(burst, usual, ['store']).map(({ field }) => field)).toEqual(['']);
    expect(findFacets(usual.slice(0, 50), usual, [])).toEqual([]);
  });

  it('name attributes such as a version or a phone model', () => {
    const items = burst.map((item, index) => ({ ...item, item: { ...item.item, text: '不好用', attributes: index < 30 ? { device: 'P70', build: 7 } : { device: 'X1', build: 6 } } }));
    const before = usual.map((item, index) => ({ ...item, item: { ...item.item, text: '不好用', attributes: { device: index % 10 === 0 ? 'P70' : 'X1', build: 6 } } }));
    expect(findFacets(items, before, ['store'])).toMatchObject([{ kind: 'attribute', value: expect.stringMatching(/^(7|P70)$/u), count: 30 }]);
  });

  it('say less where little is known of what is usual', () => {
    expect(findFacets(burst, [], ['store', 'customerTier'])).toMatchObject([{ value: '8.2.1', usualShare: null }]);
    expect(findFacets([], usual, [])).toEqual([]);
  });

  it.each([['known', usual], ['not known', []]])('name the version beside the word that nearly all of them say, where what is usual is %s', (_, before) => {
    const items = Array.from({ length: 60 }, (__, index) => stored({ id: `c${index}`, text: index < 55 ? `闪退 ${index}` : `打不开 ${index}`, keywords: ['闪退'], createdAtMs: NOW_MS - index, attributes: { version: index < 50 ? '8.2.1' : '8.2.0' } }));
    const facets = findFacets(items, before, ['category']).map(({ kind, value, count }) => ({ kind, value, count }));
    expect(facets).toContainEqual({ kind: 'attribute', value: '8.2.1', count: 50 });
    expect(facets).toContainEqual({ kind: 'term', value: '闪退', count: 55 });
    if (before.length === 0) expect(facets[0]?.kind).toBe('attribute');
  });

  it('are none by chance: items drawn like the earlier ones seldom have any', () => {
    let found = 0;
    fc.assert(fc.property(fc.array(fc.record({ store: fc.integer({ min: 0, max: 30 }), product: fc.integer({ min: 0, max: 10 }) }), { minLength: 450, maxLength: 450 }), (drawn) => {
      const all = drawn.map(({ store, product }, index) => stored({ id: String(index), text: '一般', store: String(store), product: String(product) }));
      found += findFacets(all.slice(0, 50), all.slice(50), []).length;
    }), { numRuns: 40, seed: 7 });
    expect(found).toBeLessThanOrEqual(6);
  });
});

describe('quotes', () => {
  it('are different, stand for the most, and near-duplicates count as one voice', () => {
    const { quotes, nearDuplicates } = chooseQuotes(burst);
    expect(quotes).toHaveLength(3);
    expect(nearDuplicates).toBeGreaterThan(30);
    expect(quotes[0]?.alike).toBeGreaterThan(3);
    expect(new Set(quotes.map(({ text }) => text.slice(0, 6))).size).toBe(3);
  });

  it('are as many as there are voices', () => {
    const same = Array.from({ length: 20 }, (_, index) => stored({ id: String(index), text: '物流太慢了,等了十天还没到' }));
    expect(chooseQuotes(same)).toMatchObject({ quotes: [{ alike: 20 }], nearDuplicates: 19 });
    expect(chooseQuotes([])).toEqual({ quotes: [], nearDuplicates: 0 });
  });
});

describe('the reason inside', () => {
  const findings = findReason({ items: burst, baseline: usual, window: WINDOW, count: 52, groupFields: ['category'] });

  it('reads as in its golden file, in both languages', async () => {
    const lines = (['zh', 'en'] as const).flatMap((language) => [
      causesTitle(findings)[language], ...sayCauses(findings).map((line) => `· ${line[language]}`), sayTrend(findings)[language], sayDuplicates(findings)?.[language] ?? '',
      sayTrust({ exact: true, lowerBound: [], lagMs: 210, deadLetters: 0 }, findings.models)[language], sayTrust({ exact: false, lowerBound: ['scorer-lag', 'unknown'], lagMs: null, deadLetters: null }, [])[language], '',
    ]);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('testing/golden/reason.txt');
  });

  it('counts each item in its part of the window', () => {
    expect(findings.trend.counts.reduce((sum, count) => sum + count, 0)).toBe(50);
    expect(findings.pace.latest).toBe(findings.trend.counts.at(-1));
    expect(findings.models).toEqual(['fast-1']);
  });

  it.each([[1_000, 60_000, '最近 1 分钟'], [7_000, 300_000, '最近 5 分钟'], [60_000, HOUR_MS, '最近 1 小时'], [200_000, 2 * HOUR_MS, '最近 2 小时']])('tells a burst by the minutes in which it came: one each %d ms', (everyMs, spanMs, words) => {
    const items = Array.from({ length: 50 }, (_, index) => stored({ id: `f${index}`, text: '闪退', createdAtMs: NOW_MS - index * everyMs }));
    const found = findReason({ items, baseline: [], window: WINDOW, count: 50, groupFields: [] });
    const latest = items.filter(({ createdAtMs }) => createdAtMs > NOW_MS - spanMs).length;
    expect(found.pace).toEqual({ spanMs, latest, before: items.filter(({ createdAtMs }) => createdAtMs > NOW_MS - 2 * spanMs).length - latest });
    expect(sayTrend(found).zh).toContain(`${words}有 ${latest} 条`);
  });

  it('is cleaned of what a sender may have put into values', () => {
    const said = sayCauses({ ...findings, facets: [{ kind: 'attribute', field: 'a\u001b[31m', value: `x\u202e\n${'长'.repeat(90)}`, count: 3, of: 5, usualShare: 0.004 }], newTerms: [] });
    expect(said[0]?.zh).toMatch(/^5 条里 3 条的 a \[31m 是 x .*…（平时 < 1%）$/u);
    expect(said[0]?.zh).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  it('draws blocks from none to most', () => {
    expect(sparkline([0, 1, 4, 8])).toBe('▁▂▅█');
    expect(sparkline([0, 0])).toBe('▁▁');
    expect(sparkline([])).toBe('');
  });
});
