import { describe, expect, it } from 'vitest';
import { parseRule } from '../../../alerts/rules/parse-rule.ts';
import { openAlerts } from '../board-counts.ts';
import { HOUR_MS, MINUTE_MS, START_MS } from '../testing/entries.ts';
import { WatchRun } from './testing/watch-run.ts';

const DAY_MS = 24 * HOUR_MS;
const TITLE = { zh: '标题', en: 'Title' };
const rule = (over: Record<string, unknown>) => parseRule({ id: 'one', title: TITLE, ...over });
const GOOD = { score: { complaint: false } };

describe('a severe rule', () => {
  const severe = rule({ kind: 'severe', where: 'safetyRisk', groupBy: ['customer', 'category'], coolDown: '1h' });

  it('pages on one item, and takes further ones of the group into the alert until none came for the cool-down', () => {
    const run = new WatchRun([severe]);
    run.item(START_MS, { text: '充电器起火了', customer: { id: 'c1' } });
    expect(run.events).toMatchObject([{ kind: 'opened', severity: 'critical', group: { customer: 'c1', category: 'logistics' }, measure: { kind: 'severe' }, count: 1, quotes: [{ text: '充电器起火了' }] }]);
    run.item(START_MS + 50 * MINUTE_MS, { text: '冒烟', customer: { id: 'c1' } });
    run.item(START_MS + 50 * MINUTE_MS, { text: '冒烟', customer: { id: 'c2' } });
    run.tick(START_MS + 50 * MINUTE_MS + HOUR_MS - 1);
    expect(run.told()).toEqual(['opened 1', 'opened 1']);
    run.tick(START_MS + 50 * MINUTE_MS + HOUR_MS);
    expect(run.told()).toEqual(['opened 1', 'opened 1', 'resolved 0', 'resolved 0']);
    run.item(START_MS + 4 * HOUR_MS, { text: '又起火', customer: { id: 'c1' } });
    expect(run.told()).toHaveLength(5);
  });

  it('does not page for an item that is later than the allowed lateness', () => {
    const run = new WatchRun([severe]);
    run.item(START_MS + 49 * HOUR_MS, { text: '起火', createdAtMs: START_MS });
    expect(run.told()).toEqual([]);
  });
});

describe('a threshold of customers', () => {
  it('counts each customer once, and none where no customer is named', () => {
    const run = new WatchRun([rule({ kind: 'threshold', of: 'customers', window: '24h', atLeast: 3, resolveBelow: 2 })]);
    run.many(20, START_MS, 1_000, { customer: { id: 'a' } });
    run.many(20, START_MS + MINUTE_MS, 1_000);
    run.item(START_MS + HOUR_MS, { customer: { id: 'b' } });
    expect(run.told()).toEqual([]);
    run.item(START_MS + 2 * HOUR_MS, { customer: { id: 'c' } });
    expect(run.events).toMatchObject([{ kind: 'opened', count: 3, measure: { kind: 'customers', items: 42 }, endsAtMs: START_MS + HOUR_MS + DAY_MS }]);
    expect(openAlerts(run.state, 'shop')).toMatchObject([{ count: 3, endsAtMs: START_MS + HOUR_MS + DAY_MS, measure: { kind: 'customers' } }]);
  });
});

describe('levels', () => {
  it('open at the mildest and page again at each', () => {
    const run = new WatchRun([rule({ kind: 'threshold', window: '1h', levels: { notice: 2, warning: 3, critical: { atLeast: 5, notify: ['manager'] } }, notify: ['desk'] })]);
    run.many(5, START_MS, 1_000);
    expect(run.events.map(({ kind, severity, count, notify }) => `${kind} ${severity} ${count} ${notify.join()}`)).toEqual(['opened notice 2 desk', 'escalated warning 3 desk', 'escalated critical 5 manager']);
  });
});

describe('a share', () => {
  const share = rule({ kind: 'share', where: 'complaint', groupBy: ['category', 'channel'], window: '1h', atLeast: '10%', resolveBelow: '5%', minVolume: 20, minCount: 2 });

  it('fires where so many of the channel complain of one category, counting the item itself', () => {
    const run = new WatchRun([share]);
    run.many(18, START_MS, 1_000, GOOD);
    run.item(START_MS + MINUTE_MS);
    // The second of twenty.
    run.item(START_MS + 2 * MINUTE_MS);
    expect(run.events).toMatchObject([{ kind: 'opened', count: 2, fireAt: 2, group: { category: 'logistics', channel: 'app' }, measure: { kind: 'share', volume: 20, share: 0.1, shareAtLeast: 0.1, per: 100 } }]);
  });

  it('does not fire on the same share of too few, nor on other channels’ volume', () => {
    const run = new WatchRun([share]);
    run.many(18, START_MS, 1_000, { ...GOOD, channel: 'web' });
    run.many(2, START_MS + MINUTE_MS, 1_000);
    expect(run.told()).toEqual([]);
  });

  it('is over when the others have come, within a look', () => {
    const run = new WatchRun([share]);
    run.many(18, START_MS, 1_000, GOOD);
    run.many(2, START_MS + MINUTE_MS, 1_000);
    run.many(21, START_MS + 2 * MINUTE_MS, 100, GOOD);
    run.tick(START_MS + 3 * MINUTE_MS);
    expect(run.events.map(({ kind, count }) => `${kind} ${count}`)).toEqual(['opened 2', 'resolved 2']);
    expect(run.events[1]).toMatchObject({ reason: 'below-threshold', measure: { volume: 41 } });
  });
});

describe('a spike', () => {
  const spike = rule({ kind: 'spike', where: 'complaint', groupBy: ['category'], window: '1h', against: '7 days', atLeast: 5, times: 2, calendar: 'none' });

  it('is told from the same hour of earlier days', () => {
    const run = new WatchRun([spike], { startMs: START_MS - 8 * DAY_MS });
    for (let day = 7; day >= 1; day--) run.many(10, START_MS - day * DAY_MS - 50 * MINUTE_MS, MINUTE_MS);
    run.many(26, START_MS - 40 * MINUTE_MS, MINUTE_MS);
    expect(run.told()).toEqual([]);
    run.item(START_MS);
    expect(run.events).toMatchObject([{ kind: 'opened', count: 27, fireAt: 27, measure: { kind: 'spike', expected: 10, baseline: [10, 10, 10, 10, 10, 10, 10], method: 'poisson', days: 'all' } }]);
    run.tick(START_MS + HOUR_MS);
    expect(run.told()).toEqual(['opened 27', 'resolved 0']);
  });

  it('is not known before three earlier windows are', () => {
    const run = new WatchRun([spike], { startMs: START_MS - 2 * DAY_MS });
    run.many(200, START_MS, 1_000);
    expect(run.told()).toEqual([]);
  });

  it('compares a working Saturday with workdays and leaves days of sales out', () => {
    const one = rule({ kind: 'spike', where: 'complaint', groupBy: ['category'], window: '1h', against: '3 days', atLeast: 5 });
    // 12 November 2026 is a Thursday after the sale.
    const nowMs = Date.UTC(2026, 10, 12, 4);
    const run = new WatchRun([one], { startMs: nowMs - 12 * DAY_MS });
    for (const [day, count] of [[9, 4], [8, 2], [7, 4], [6, 4], [5, 3], [4, 2], [3, 3], [2, 3], [1, 90]] as const) run.many(count, nowMs - day * DAY_MS - 50 * MINUTE_MS, MINUTE_MS);
    run.many(30, nowMs - 30 * MINUTE_MS, MINUTE_MS);
    // Tuesday, Monday and the Friday before: not the sale, not the weekend.
    const opened = run.events.find(({ kind, atMs }) => kind === 'opened' && atMs > nowMs - HOUR_MS);
    expect(opened).toMatchObject({ measure: { kind: 'spike', baseline: [3, 3, 4], days: 'like', today: 'workday' } });
    // On the day of the sale itself three times as much was expected of it.
    expect(run.events[0]).toMatchObject({ measure: { days: 'mixed', today: 'sale-day' } });
  });

  it('says once where its calendar ends', () => {
    const one = rule({ kind: 'spike', window: '1h', against: '3 days', atLeast: 5 });
    const nowMs = Date.UTC(2030, 4, 8, 4);
    const run = new WatchRun([one], { startMs: nowMs - 12 * DAY_MS });
    for (const day of [6, 5, 1]) run.many(5, nowMs - day * DAY_MS - 50 * MINUTE_MS, MINUTE_MS);
    run.many(30, nowMs - 30 * MINUTE_MS, MINUTE_MS);
    expect(run.notices).toEqual([{ kind: 'calendar-ends', year: 2030, lastYear: expect.any(Number) as number }]);
  });
});

describe('an absence', () => {
  const given = rule({ kind: 'absence', groupBy: ['channel'], window: '1h', normal: 20 });

  it('fires the very moment at which a channel has been silent for the window, and is over when it speaks', () => {
    const run = new WatchRun([given]);
    run.many(5, START_MS + HOUR_MS, MINUTE_MS);
    run.tick(START_MS + 2 * HOUR_MS + 4 * MINUTE_MS - 1);
    expect(run.told()).toEqual([]);
    run.tick(START_MS + 2 * HOUR_MS + 4 * MINUTE_MS);
    expect(run.events).toMatchObject([{ kind: 'opened', count: 0, fireAt: 1, group: { channel: 'app' }, measure: { kind: 'absence', expected: 20, learned: false }, endsAtMs: null, quotes: [], lastItemAtMs: START_MS + HOUR_MS + 4 * MINUTE_MS }]);
    run.item(START_MS + 5 * HOUR_MS);
    expect(run.events[1]).toMatchObject({ kind: 'resolved', reason: 'recovered', count: 1 });
  });

  it('says nothing of a time at which it was not at work itself', () => {
    const run = new WatchRun([given], { awayAfterMs: MINUTE_MS });
    for (let minute = 0; minute <= 60; minute++) run.tick(START_MS + minute * MINUTE_MS);
    run.item(START_MS + HOUR_MS + MINUTE_MS);
    // Two hours without a tick: down.
    const backMs = START_MS + 3 * HOUR_MS;
    for (let minute = 0; minute < 60; minute++) run.tick(backMs + minute * MINUTE_MS);
    expect(run.told()).toEqual([]);
    run.tick(backMs + HOUR_MS);
    expect(run.told()).toEqual(['opened 0']);
  });

  it('learns which hours are normal', () => {
    const learned = rule({ kind: 'absence', groupBy: ['channel'], window: '1h', learn: '3d', normalAtLeast: 5 });
    const run = new WatchRun([learned], { startMs: START_MS - 4 * DAY_MS });
    for (let day = 3; day >= 1; day--) run.many(120, START_MS - day * DAY_MS, MINUTE_MS);
    run.item(START_MS - 10 * MINUTE_MS);
    // At night, two hours after the last one, nothing is normal.
    for (let minute = -9; minute < 60; minute++) run.tick(START_MS + minute * MINUTE_MS - 30 * MINUTE_MS);
    expect(run.told()).toEqual([]);
    for (let minute = 0; minute <= 60; minute++) run.tick(START_MS + 30 * MINUTE_MS + minute * MINUTE_MS);
    expect(run.events).toMatchObject([{ kind: 'opened', count: 0, measure: { kind: 'absence', learned: true }, basis: { absence: { expectedMin: 5 } } }]);
  });

  it('ends with its own reason when nothing is known of the channel any more', () => {
    const run = new WatchRun([given], { latenessMaxMs: HOUR_MS });
    run.item(START_MS + HOUR_MS);
    for (let hour = 2; hour <= 12; hour++) run.tick(START_MS + hour * HOUR_MS);
    expect(run.events.map((event) => (event.kind === 'resolved' ? event.reason : event.kind))).toEqual(['opened', 'forgotten']);
  });
});

describe('a rule that changes', () => {
  it('keeps the alert where it counts the same, and ends it where it does not', () => {
    const customers = (atLeast: number) => rule({ kind: 'threshold', of: 'customers', window: '24h', atLeast });
    const run = new WatchRun([customers(2)]);
    run.item(START_MS, { customer: { id: 'a' } });
    run.item(START_MS, { customer: { id: 'b' } });
    run.rules(START_MS + 1, [customers(2), rule({ kind: 'threshold', id: 'other', window: '1h', atLeast: 100 })]);
    run.tick(START_MS + 2);
    expect(run.told()).toEqual(['opened 2']);
    run.rules(START_MS + 3, [rule({ kind: 'threshold', window: '24h', atLeast: 2 })]);
    expect(run.events[1]).toMatchObject({ kind: 'resolved', reason: 'rule-removed', count: 2, measure: { kind: 'customers' } });
  });

  it('is left out with a sentence where a newer form of it does not make sense', () => {
    const bad = { ...rule({ kind: 'threshold', window: '1h', atLeast: 5, for: '30m' }), forMs: 2 * HOUR_MS };
    const run = new WatchRun([bad]);
    expect(run.notices).toMatchObject([{ kind: 'rule-refused', ruleId: 'one', message: expect.stringMatching(/^its for is 2h, longer than the window of 1h/) as string }]);
  });
});
