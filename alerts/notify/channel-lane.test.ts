import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemTimers } from '../../stream/system-timers.ts';
import { ChannelLane } from './channel-lane.ts';
import type { PageResult } from './deliver-page.ts';

const SETTLED: PageResult = { kind: 'settled' };
const OPTIONS = {
  concurrencyMax: 2, waitingMax: 100, waitingWhileSlowMax: 3, slowAfterMs: 1_000, turnAwayMaxMs: 5_000, turnAwayFailingMaxMs: 30_000,
  clock: { nowMs: () => Date.now() }, timers: systemTimers, random: () => 0.5,
};

let lane: ChannelLane;
let log: string[];
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  lane = new ChannelLane(OPTIONS);
  log = [];
});
afterEach(() => {
  vi.useRealTimers();
});

/** A page that takes its time and notes when it begins and ends. */
function enter(alertId: string, name: string, tookMs: number): Promise<PageResult> {
  return lane.enter(alertId, async () => {
    log.push(`${name} begins`);
    await new Promise((resolve) => { setTimeout(resolve, tookMs); });
    log.push(`${name} ends`);
    return SETTLED;
  });
}
const waiting = (results: PageResult[]): number[] => results.flatMap((result) => (result.kind === 'waiting' ? [result.untilMs - Date.now()] : []));

describe('a lane', () => {
  it('runs pages in turn, no more at once than it may', async () => {
    const all = Promise.all([enter('a', 'a', 10), enter('b', 'b', 30), enter('c', 'c', 10)]);
    expect(log).toEqual(['a begins', 'b begins']);
    await vi.advanceTimersByTimeAsync(100);
    expect(await all).toEqual([SETTLED, SETTLED, SETTLED]);
    expect(log).toEqual(['a begins', 'b begins', 'a ends', 'c begins', 'c ends', 'b ends']);
  });

  it('runs the pages of one alert one after the other and lets others pass', async () => {
    const all = Promise.all([enter('a', 'a1', 50), enter('a', 'a2', 10), enter('b', 'b', 10)]);
    await vi.advanceTimersByTimeAsync(200);
    await all;
    expect(log).toEqual(['a1 begins', 'b begins', 'b ends', 'a1 ends', 'a2 begins', 'a2 ends']);
  });

  it('probes with one page at a time while the channel does not answer', async () => {
    lane.health.failures = 1;
    void enter('a', 'a', 10);
    void enter('b', 'b', 10);
    expect(log).toEqual(['a begins']);
    await vi.advanceTimersByTimeAsync(15);
    expect(log).toEqual(['a begins', 'a ends', 'b begins']);
  });

  it('fills up while the channel is well, and turns away most of what waits once a page takes long', async () => {
    const results: PageResult[] = [];
    for (let number = 0; number < 50; number++) void enter(`a${number}`, `a${number}`, 5_000).then((result) => results.push(result));
    await vi.advanceTimersByTimeAsync(999);
    expect(lane.depth).toBe(50);
    expect(results).toEqual([]);
    await vi.advanceTimersByTimeAsync(2);
    expect(lane.depth).toBe(OPTIONS.concurrencyMax + OPTIONS.waitingWhileSlowMax);
    expect(results).toHaveLength(45);
    expect(waiting(results).every((dueMs) => dueMs > 0 && dueMs <= OPTIONS.turnAwayMaxMs)).toBe(true);
  });

  it('has room again when what took long is over', async () => {
    void enter('a', 'a', 2_000);
    await vi.advanceTimersByTimeAsync(1_500);
    const during = await Promise.all(Array.from({ length: 9 }, (_, number) => Promise.race([enter(`b${number}`, 'b', 5_000), Promise.resolve(null)])));
    expect(during.filter((result) => result !== null)).toHaveLength(5);
    await vi.advanceTimersByTimeAsync(20_000);
    for (let number = 0; number < 50; number++) void enter(`c${number}`, 'c', 10);
    expect(lane.depth).toBe(50);
  });

  it('tells those it turns away to come back one after the other, and no later than it may', async () => {
    lane.health.failures = 1;
    for (let number = 0; number < 4; number++) void enter(`a${number}`, 'a', 60_000);
    const due = waiting(await Promise.all(Array.from({ length: 500 }, (_, number) => enter(`b${number}`, 'b', 1))));
    expect(due).toHaveLength(500);
    expect(due.slice(0, 50)).toEqual(due.slice(0, 50).toSorted((a, b) => a - b));
    expect(Math.min(...due)).toBeGreaterThan(0);
    expect(Math.max(...due)).toBeLessThanOrEqual(OPTIONS.turnAwayFailingMaxMs);
  });

  it('turns away all that wait when it is cleared, and lets those under way end', async () => {
    const all = Promise.all([enter('a', 'a', 10), enter('b', 'b', 10), enter('c', 'c', 10)]);
    lane.clear();
    await vi.advanceTimersByTimeAsync(20);
    expect((await all).map(({ kind }) => kind)).toEqual(['settled', 'settled', 'waiting']);
    expect(log).not.toContain('c begins');
  });
});
