import { countAfter } from '../windows/measure.ts';
import { countInside } from './kept-counts.ts';
import type { Counts } from './kept-counts.ts';

const WEEK_MS = 7 * 86_400_000;

/** A stretch of the past: `(now − ago − window, now − ago]`. */
export interface EarlierWindow {
  agoMs: number;
  windowMs: number;
}

/**
 * Items of a key in an earlier window, exactly, by the items' own times. O(1) amortised where both of its ends are counted windows,
 * else a walk over the items since then. Changes nothing.
 */
export function earlierCount(counts: Counts, key: number, nowMs: number, { agoMs, windowMs }: EarlierWindow): number {
  const since = countInside(counts, key, nowMs, agoMs + windowMs);
  return agoMs === 0 ? since : since - countInside(counts, key, nowMs, agoMs);
}

/** Items of a key with an event time in `(afterMs, upToMs]`, exactly; a walk over the items since `afterMs`. */
export function countBetween({ counted: { grouping }, mark }: Counts, key: number, afterMs: number, upToMs: number): number {
  const at = grouping.recordOf(key);
  const of = grouping.kinds.having(mark);
  return countAfter(grouping.times, at, afterMs, of) - countAfter(grouping.times, at, upToMs, of);
}

/** True where every item since then is held: neither given back yet, nor from before the condition was counted, nor still to be filled in. */
export function isKnownSince({ counted, mark }: Counts, afterMs: number, nowMs: number): boolean {
  const { completeFromMs, fill } = counted.conditions[mark]!;
  return fill === null && completeFromMs <= afterMs && nowMs - afterMs <= counted.grouping.shape.keepMs;
}

/** The same hours of earlier weeks, the latest first: as many of `weeksMax` as are known whole. */
export function earlierWeeks(counts: Counts, { nowMs, windowMs, weeksMax }: { nowMs: number; windowMs: number; weeksMax: number }): EarlierWindow[] {
  const weeks: EarlierWindow[] = [];
  for (let week = 1; week <= weeksMax; week++) {
    const agoMs = week * WEEK_MS;
    if (!isKnownSince(counts, nowMs - agoMs - windowMs, nowMs)) break;
    weeks.push({ agoMs, windowMs });
  }
  return weeks;
}
