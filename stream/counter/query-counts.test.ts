import { describe, expect, it } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import { boardCounts } from './board-counts.ts';
import { queryCounts } from './query-counts.ts';
import { createState } from './state.ts';
import type { CounterState } from './state.ts';
import { step } from './step.ts';
import { HOUR_MS, LogScript, MINUTE_MS, START_MS, makeItem, makeRule } from './testing/entries.ts';

function counted(log: LogScript, rules = [makeRule()]): CounterState {
  const state = createState({ distinctExactMax: 100 });
  step(state, log.rules(START_MS, rules));
  return state;
}

describe('a question for counts', () => {
  it('is answered for any window up to what is kept, largest group first, with its next expiry', () => {
    const log = new LogScript();
    const state = counted(log);
    for (let index = 0; index < 30; index++) {
      const id = index % 3 === 0 ? 'other' : 'logistics';
      step(state, log.frame(START_MS + index * MINUTE_MS, [makeItem({ createdAtMs: START_MS + index * MINUTE_MS, score: { categories: [{ id, probability: 1, decidedBy: 'model' }] } })]));
    }
    expect(queryCounts(state, { workspace: 'shop', groupBy: ['category'], windowMs: 10 * MINUTE_MS })).toEqual({
      asOfMs: START_MS + 29 * MINUTE_MS,
      groups: [
        { key: { category: 'logistics' }, count: 7, distinctCustomers: 0, nextExpiryAtMs: START_MS + 30 * MINUTE_MS },
        { key: { category: 'other' }, count: 3, distinctCustomers: 0, nextExpiryAtMs: START_MS + 31 * MINUTE_MS },
      ],
    });
    expect(queryCounts(state, { workspace: 'elsewhere', groupBy: ['category'], windowMs: HOUR_MS }).groups).toEqual([]);
    step(state, log.tick(START_MS + 20 * HOUR_MS));
    expect(queryCounts(state, { workspace: 'shop', groupBy: ['category'], windowMs: HOUR_MS }).groups).toEqual([]);
  });

  it('counts a customer once a group, exactly up to the limit, and says where it is an estimate', () => {
    const log = new LogScript();
    const state = counted(log);
    const items = (customers: number): void => {
      step(state, log.frame(START_MS, Array.from({ length: customers * 3 }, (_, index) => makeItem({ customer: { id: `c${index % customers}` } }))));
    };
    items(90);
    const query = { workspace: 'shop', groupBy: [], windowMs: HOUR_MS };
    expect(queryCounts(state, query).groups[0]).toMatchObject({ count: 270, distinctCustomers: 90 });
    expect(queryCounts(state, query).groups[0]).not.toHaveProperty('distinctCustomersExact');
    items(2_000);
    const [group] = queryCounts(state, query).groups;
    expect(group).toMatchObject({ distinctCustomersExact: false });
    expect(Math.abs(group!.distinctCustomers - 2_000)).toBeLessThan(1_000);
  });

  it('for coarser groups is summed from a series with finer ones, customers once', () => {
    const log = new LogScript();
    const state = counted(log);
    const sent = (channel: 'app' | 'phone', sentiment: 'negative' | 'positive', minute: number): void => {
      const createdAtMs = START_MS + minute * MINUTE_MS;
      step(state, log.frame(createdAtMs, [makeItem({ channel, createdAtMs, customer: { id: 'c1' }, score: { sentiment } })]));
    };
    sent('app', 'negative', 0);
    sent('phone', 'negative', 1);
    sent('app', 'positive', 2);
    const ask = (groupBy: ('channel' | 'sentiment')[]) => queryCounts(state, { workspace: 'shop', groupBy, windowMs: HOUR_MS }).groups;
    expect(ask(['sentiment'])).toEqual([
      { key: { sentiment: 'negative' }, count: 2, distinctCustomers: 1, nextExpiryAtMs: START_MS + HOUR_MS },
      { key: { sentiment: 'positive' }, count: 1, distinctCustomers: 1, nextExpiryAtMs: START_MS + 2 * MINUTE_MS + HOUR_MS },
    ]);
    expect(ask(['channel']).map(({ key, count }) => [key['channel'], count])).toEqual([['app', 2], ['phone', 1]]);
    expect(ask([])).toEqual([{ key: {}, count: 3, distinctCustomers: 1, nextExpiryAtMs: START_MS + HOUR_MS }]);
    expect(ask(['sentiment', 'channel'])).toHaveLength(3);
  });

  it('names the fields of a group in the order in which they were asked', () => {
    const log = new LogScript();
    const state = counted(log, [makeRule({ groupBy: ['store', 'category'] })]);
    step(state, log.frame(START_MS, [makeItem({ store: '12' })]));
    const [group] = queryCounts(state, { workspace: 'shop', groupBy: ['store', 'category'], where: 'complaint', windowMs: HOUR_MS }).groups;
    expect(Object.entries(group!.key)).toEqual([['store', '12'], ['category', 'logistics']]);
    expect(Object.keys(queryCounts(state, { workspace: 'shop', groupBy: ['category', 'store'], where: 'complaint', windowMs: HOUR_MS }).groups[0]!.key)).toEqual(['category', 'store']);
  });

  it.each([
    ['a grouping that is not kept', { groupBy: ['store' as const], windowMs: HOUR_MS }, /does not keep groupBy=store\. It keeps: groupBy=channel,sentiment up to 24h; .*; groupBy=category with where=complaint up to 3d\./],
    ['items that are not kept', { groupBy: [], where: 'stars == 1', windowMs: HOUR_MS }, /does not keep groupBy= with where=stars == 1/],
    ['a window longer than what is kept', { groupBy: [], windowMs: 25 * HOUR_MS }, /window=25h is longer than the 24h that the counter keeps/],
    ['a window under a minute', { groupBy: [], windowMs: 59_999 }, /window must be at least 1 minute/],
    ['a window that is no number', { groupBy: [], windowMs: NaN }, /window must be at least 1 minute/],
  ])('about %s is refused with a sentence', (_, query, message) => {
    const state = counted(new LogScript());
    expect(() => queryCounts(state, { workspace: 'shop', ...query })).toThrow(message);
    expect(() => queryCounts(state, { workspace: 'shop', ...query })).toThrow(TocsinError);
  });
});

describe('a board', () => {
  it('shows totals, categories, minutes and open alerts of its workspace', () => {
    const log = new LogScript();
    const state = counted(log, [makeRule({ fireAt: 3, resolveBelow: 2 })]);
    const at = (minute: number, over: Parameters<typeof makeItem>[0] = {}): void => {
      const timeMs = START_MS + minute * MINUTE_MS;
      step(state, log.frame(timeMs, [makeItem({ createdAtMs: timeMs, ...over })]));
    };
    at(0);
    at(70);
    at(128, { score: { sentiment: 'positive', complaint: false } });
    at(130, { workspace: 'elsewhere' });
    at(130);
    const board = boardCounts(state, 'shop');
    expect(board).toMatchObject({
      workspace: 'shop',
      asOfMs: START_MS + 130 * MINUTE_MS,
      totals24h: { items: 4, complaints: 3, negative: 3, neutral: 0, positive: 1 },
      categories: [{ id: 'logistics', complaints5m: 1, complaints1h: 1, complaints24h: 3 }],
      openAlerts: [{ ruleId: 'burst', group: { category: 'logistics' }, count: 3, fireAt: 3, endsAtMs: START_MS + 70 * MINUTE_MS + 24 * HOUR_MS }],
    });
    expect(board.perMinute.endMs).toBe(START_MS + 131 * MINUTE_MS);
    expect(board.perMinute.items.map((count, index) => (count === 0 ? null : [index, count])).filter(Boolean)).toEqual([[57, 1], [59, 1]]);
    expect(board.perMinute.complaints.reduce((a, b) => a + b)).toBe(1);
  });

  it('of a workspace without feedback is all zeros', () => {
    const board = boardCounts(counted(new LogScript()), 'nobody');
    expect(board.totals24h).toEqual({ items: 0, complaints: 0, negative: 0, neutral: 0, positive: 0 });
    expect(board.perMinute.items).toEqual(new Array(60).fill(0));
    expect([board.categories, board.openAlerts]).toEqual([[], []]);
  });

  it('lets what is older than 24 h go though a rule keeps it longer', () => {
    const log = new LogScript();
    const state = counted(log);
    step(state, log.frame(START_MS, [makeItem()]));
    step(state, log.tick(START_MS + 24 * HOUR_MS));
    expect(boardCounts(state, 'shop')).toMatchObject({ totals24h: { items: 0, complaints: 0 }, categories: [] });
  });
});
