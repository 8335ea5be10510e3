import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../core/rule.ts';
import { applyRules } from './apply-rules.ts';
import { AlertWriter } from './alert-writer.ts';
import { countBetween, earlierCount, earlierWeeks, isKnownSince } from './earlier-counts.ts';
import { countsFor } from './kept-counts.ts';
import { queryCounts } from './query-counts.ts';
import { createState } from './state.ts';
import type { CounterState } from './state.ts';
import { step } from './step.ts';
import { HOUR_MS, LogScript, START_MS, makeItem, makeRule } from './testing/entries.ts';

const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

/** Items at these times before `START_MS`, in this order, then a tick at it. */
function countedAt(agosMs: readonly number[], rules: Rule[] = []): CounterState {
  const log = new LogScript();
  const state = createState({ boardKeepMs: 29 * DAY_MS, latenessMaxMs: 40 * DAY_MS });
  step(state, log.rules(START_MS - 40 * DAY_MS, rules));
  for (const agoMs of agosMs) step(state, log.frame(START_MS - 40 * DAY_MS, [makeItem({ createdAtMs: START_MS - 40 * DAY_MS - agoMs })]));
  step(state, log.tick(START_MS - 40 * DAY_MS));
  return state;
}

describe('counts of earlier windows', () => {
  it('are those of a search through all items, whatever the window and however long ago', () => {
    const agoMs = fc.oneof(fc.nat(30 * DAY_MS), fc.nat(28).map((days) => days * DAY_MS), fc.nat(3).map((weeks) => weeks * WEEK_MS + HOUR_MS));
    fc.assert(
      fc.property(fc.array(agoMs, { maxLength: 60 }), fc.constantFrom(0, DAY_MS, WEEK_MS, 2 * WEEK_MS), fc.constantFrom(HOUR_MS, DAY_MS), (agosMs, ago, windowMs) => {
        const state = countedAt(agosMs);
        const counts = countsFor(state, { workspace: 'shop', groupBy: [], windowMs: DAY_MS });
        const sum = (of: (key: number) => number): number => counts.counted.grouping.keys().reduce((all, key) => all + of(key), 0);
        const expected = agosMs.filter((one) => one >= ago && one < ago + windowMs).length;
        expect(sum((key) => earlierCount(counts, key, state.nowMs, { agoMs: ago, windowMs }))).toBe(expected);
        expect(sum((key) => countBetween(counts, key, state.nowMs - ago - windowMs, state.nowMs - ago))).toBe(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('of a question are told beside the present one, with null or fewer weeks where not all is held', () => {
    const state = countedAt([0, HOUR_MS, WEEK_MS, WEEK_MS + HOUR_MS, WEEK_MS + 2 * HOUR_MS, 2 * WEEK_MS + HOUR_MS]);
    const ask = (previousAgoMs: number, weeks: number) => queryCounts(state, { workspace: 'shop', groupBy: [], windowMs: DAY_MS, previousAgoMs, weeks }).groups;
    expect(ask(WEEK_MS, 4)).toEqual([{ key: {}, count: 2, distinctCustomers: 0, nextExpiryAtMs: state.nowMs + DAY_MS - HOUR_MS, previous: 3, weeks: [3, 1, 0, 0] }]);
    expect(ask(29 * DAY_MS, 12)).toMatchObject([{ previous: null, weeks: [3, 1, 0, 0] }]);
    expect(queryCounts(state, { workspace: 'shop', groupBy: [], windowMs: DAY_MS }).groups[0]).not.toHaveProperty('previous');
  });

  it('name a group that is empty now and was not before, with nothing to expire', () => {
    const state = countedAt([WEEK_MS]);
    const query = { workspace: 'shop', groupBy: [], windowMs: DAY_MS };
    expect(queryCounts(state, query).groups).toEqual([]);
    expect(queryCounts(state, { ...query, previousAgoMs: WEEK_MS }).groups).toEqual([{ key: {}, count: 0, distinctCustomers: 0, nextExpiryAtMs: null, previous: 1 }]);
  });

  it('are not known from before a condition was counted', () => {
    const state = countedAt([HOUR_MS]);
    const rule = makeRule({ where: 'stars == 1', groupBy: [], windowMs: HOUR_MS });
    applyRules(state, [rule], new AlertWriter(3, state.nowMs));
    const counts = countsFor(state, { workspace: 'shop', groupBy: [], where: 'stars == 1', windowMs: HOUR_MS });
    expect(isKnownSince(counts, state.nowMs, state.nowMs)).toBe(true);
    expect(isKnownSince(counts, state.nowMs - 1, state.nowMs)).toBe(false);
    expect(earlierWeeks(counts, { nowMs: state.nowMs, windowMs: HOUR_MS, weeksMax: 4 })).toEqual([]);
  });
});
