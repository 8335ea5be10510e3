import { describe, expect, it } from 'vitest';
import { approaching } from './approaching.ts';
import { boardCounts } from './board-counts.ts';
import { HOUR_MS, MINUTE_MS, START_MS, makeRule } from './testing/entries.ts';
import { WatchRun } from './watch/testing/watch-run.ts';

describe('what is approaching', () => {
  it('says “42 of 50, at this rate in about 2 h”, and nothing once it has fired', () => {
    const run = new WatchRun([makeRule()], { boards: 'kept' });
    run.many(42, START_MS, 15 * MINUTE_MS);
    const [only, ...others] = approaching(run.state, 'shop');
    expect(others).toEqual([]);
    expect(only).toMatchObject({ ruleId: 'burst', group: { category: 'logistics' }, count: 42, fireAt: 50 });
    expect((only!.reachesAtMs - run.state.nowMs) / HOUR_MS).toBeGreaterThan(1.6);
    expect((only!.reachesAtMs - run.state.nowMs) / HOUR_MS).toBeLessThanOrEqual(2);
    expect(boardCounts(run.state, 'shop').approaching).toEqual([only]);
    expect(approaching(run.state, 'other')).toEqual([]);
    run.many(8, START_MS + 42 * 15 * MINUTE_MS, MINUTE_MS);
    expect(run.told()).toEqual(['opened 50']);
    expect(approaching(run.state, 'shop')).toEqual([]);
  });

  it('comes true where items go on as they did', () => {
    const run = new WatchRun([makeRule()], {});
    run.many(30, START_MS, 10 * MINUTE_MS);
    const { reachesAtMs } = approaching(run.state, 'shop')[0]!;
    run.many(30, START_MS + 30 * 10 * MINUTE_MS, 10 * MINUTE_MS);
    expect(Math.abs(run.events[0]!.atMs - reachesAtMs)).toBeLessThan(10 * MINUTE_MS);
  });

  it('is told of customers and of probabilities as well', () => {
    const run = new WatchRun([makeRule({ id: 'people', of: 'customers', fireAt: 20, resolveBelow: 16, windowMs: 24 * HOUR_MS }), makeRule({ id: 'sum', of: 'probability', fireAt: 20, resolveBelow: 16, windowMs: 24 * HOUR_MS })], {});
    // Each customer writes twice; each item is half sure.
    for (let index = 0; index < 28; index++) run.item(START_MS + index * 10 * MINUTE_MS, { customer: { id: `c${index >> 1}` }, score: { complaintProbability: 0.5 } });
    const told = approaching(run.state, 'shop');
    expect(told.map(({ ruleId, of, count }) => [ruleId, of, count])).toEqual([['people', 'customers', 14], ['sum', 'probability', 14]]);
    const reached = told.map(({ reachesAtMs }) => reachesAtMs);
    for (let index = 28; run.events.length < 2; index++) run.item(START_MS + index * 10 * MINUTE_MS, { customer: { id: `c${index >> 1}` }, score: { complaintProbability: 0.5 } });
    run.events.forEach(({ atMs }, index) => expect(Math.abs(atMs - reached[index]!)).toBeLessThanOrEqual(20 * MINUTE_MS));
  });

  it('is nothing far below the count, or where nothing comes any more', () => {
    const run = new WatchRun([makeRule()], {});
    run.many(24, START_MS, MINUTE_MS);
    expect(approaching(run.state, 'shop')).toEqual([]);
    run.many(10, START_MS + HOUR_MS, MINUTE_MS);
    expect(approaching(run.state, 'shop')).toHaveLength(1);
    run.tick(START_MS + 12 * HOUR_MS);
    expect(approaching(run.state, 'shop')).toEqual([]);
  });
});
