import { firstFrom, nthForward, nthNewestMs } from '../windows/measure.ts';
import { windowStart } from '../windows/past-window.ts';
import type { AlertPlace, EventWindow } from './alert-writer.ts';

/**
 * The instant at which the count falls below R, the rule's `resolveBelow` unless another is given, if nothing more comes, exact to
 * the millisecond: the R-th newest item leaves the window W after its event time. In the past where fewer than R are in the window.
 */
export function endsAtMs({ counted, ruleState, key }: AlertPlace, resolveBelow = ruleState.rule.resolveBelow): number {
  const { times, counts, kinds } = counted.grouping;
  const { windowMs } = ruleState.rule;
  const at = counted.grouping.recordOf(key);
  const of = kinds.having(ruleState.mark);
  const inside = counts.read(at, ruleState.place);
  if (inside >= resolveBelow && inside - resolveBelow < resolveBelow) {
    const found = nthForward(times, windowStart(times, counts, at, ruleState.window), inside - resolveBelow + 1, of);
    if (found !== null) return times.chunks.timeAt(found.chunk, found.place) + windowMs;
  }
  return (nthNewestMs(times, at, resolveBelow, of) ?? 0) + windowMs;
}

/** The rule's window that ends now; the group is brought up to date first. */
export function windowNow({ counted, ruleState, key }: AlertPlace, nowMs: number): EventWindow {
  const { times, counts, kinds } = counted.grouping;
  const at = counted.grouping.recordOf(key);
  const start = windowStart(times, counts, at, ruleState.window);
  return { count: counts.read(at, ruleState.place), endMs: nowMs, firstItemAtMs: firstFrom(times, start, kinds.having(ruleState.mark)) };
}
