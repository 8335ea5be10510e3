import { describe, expect, it } from 'vitest';
import type { CountsQuery } from '../../core/counts.ts';
import { boardCounts } from '../counter/board-counts.ts';
import { countsFor, isPastAwaited } from '../counter/kept-counts.ts';
import { createState } from '../counter/state.ts';
import { HOUR_MS, MINUTE_MS, START_MS, makeItem, makeRule } from '../counter/testing/entries.ts';
import { Life } from './testing/life.ts';

const config = { fillWaitMaxMs: HOUR_MS, awayAfterMs: Infinity };
const LAST_DAY: CountsQuery = { workspace: 'shop', groupBy: [], windowMs: 24 * HOUR_MS };
const rule = makeRule({ windowMs: 6 * HOUR_MS, fireAt: 10, resolveBelow: 8 });

/** Eight hours with an item each quarter of an hour, whose log was trimmed after the sixth and whose snapshots cannot be used. */
async function lived(how: { loses: boolean }): Promise<Life> {
  const life = new Life(config);
  life.feed(START_MS, { kind: 'rules', rules: [] });
  for (let at = 0; at < 32; at++) {
    const nowMs = START_MS + at * 15 * MINUTE_MS;
    if (how.loses && at === 24) life.state = createState(config, { sequence: life.sequence + 1, timeMs: nowMs });
    life.frame(nowMs, [makeItem({ id: `i${at}`, createdAtMs: nowMs - (at % 3) * MINUTE_MS, customer: { id: `c${at}` }, channel: at % 2 === 0 ? 'app' : 'web' })]);
  }
  life.feed(START_MS + 8 * HOUR_MS, { kind: 'rules', rules: [rule] });
  return life;
}

describe('a counter whose snapshots cannot be used, on a log that was trimmed', () => {
  it('has from the store what it would have counted, for boards and rules alike, and says until then that it has less', async () => {
    const [straight, lost] = [await lived({ loses: false }), await lived({ loses: true })];
    const isShort = (life: Life): boolean => isPastAwaited(life.state, countsFor(life.state, LAST_DAY), LAST_DAY.windowMs);
    expect([isShort(straight), isShort(lost)]).toEqual([false, true]);
    expect(boardCounts(lost.state, 'shop').totals24h.items).toBe(8);
    for (const life of [straight, lost]) await life.fill(START_MS + 8 * HOUR_MS + MINUTE_MS, { repeats: true, restarts: true });
    for (const life of [straight, lost]) life.feed(START_MS + 8 * HOUR_MS + 2 * MINUTE_MS, { kind: 'tick' });
    expect([isShort(straight), isShort(lost)]).toEqual([false, false]);
    const board = (life: Life) => ({ ...boardCounts(life.state, 'shop'), openAlerts: boardCounts(life.state, 'shop').openAlerts.map(({ ruleId, count }) => ({ ruleId, count })) });
    expect(board(lost)).toEqual(board(straight));
    expect(board(lost)).toMatchObject({ totals24h: { items: 32 }, openAlerts: [{ ruleId: 'burst' }] });
  });

  it('opens nothing on what is left of a window while the rest is awaited', async () => {
    const lost = await lived({ loses: true });
    expect(lost.events).toEqual([]);
  });
});
