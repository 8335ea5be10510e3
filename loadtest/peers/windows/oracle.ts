import { RULE } from './rule.ts';
import type { Fire, WindowEvent } from './rule.ts';

/** Judged in the order of event time, as if nothing had come late: the truth. */
export function firesByEventTime(events: readonly WindowEvent[]): Fire[] {
  return judge([...events].sort((a, b) => a.timeMs - b.timeMs));
}

/**
 * Judged in the order of arrival: a key's now is the newest time it has seen. Right for programs that do not hold events
 * back; an alert may come at another event, and one may be missing or one too many where events overtook each other.
 */
export function firesByArrival(events: readonly WindowEvent[]): Fire[] {
  return judge(events);
}

/** Every time is kept and the window is counted anew at every event: slow, and nothing to get wrong. */
function judge(events: readonly WindowEvent[]): Fire[] {
  const keys = new Map<string, { times: number[]; newestMs: number; isArmed: boolean }>();
  const fires: Fire[] = [];
  for (const { key, timeMs } of events) {
    let of = keys.get(key);
    if (of === undefined) keys.set(key, (of = { times: [], newestMs: timeMs, isArmed: true }));
    of.newestMs = Math.max(of.newestMs, timeMs);
    const before = countAfter(of.times, of.newestMs - RULE.windowMs);
    if (before < RULE.rearmBelow) of.isArmed = true;
    of.times.push(timeMs);
    if (!of.isArmed || before + 1 < RULE.fireAt) continue;
    of.isArmed = false;
    fires.push({ key, timeMs: of.newestMs });
  }
  return fires;
}

function countAfter(times: readonly number[], afterMs: number): number {
  let count = 0;
  for (const timeMs of times) if (timeMs > afterMs) count++;
  return count;
}

export interface FireDifference {
  fires: number;
  /** Same key, same event. */
  same: number;
  /** The key has as many alerts, this one at another event. */
  elsewhere: number;
  missing: number;
  extra: number;
}

export function compareFires(expected: readonly Fire[], found: readonly Fire[]): FireDifference {
  const wanted = timesByKey(expected);
  const got = timesByKey(found);
  const difference: FireDifference = { fires: found.length, same: 0, elsewhere: 0, missing: 0, extra: 0 };
  for (const key of new Set([...wanted.keys(), ...got.keys()])) {
    const a = wanted.get(key) ?? [];
    const b = [...(got.get(key) ?? [])];
    const count = b.length;
    let same = 0;
    for (const timeMs of a) {
      const at = b.indexOf(timeMs);
      if (at < 0) continue;
      b.splice(at, 1);
      same++;
    }
    difference.same += same;
    difference.elsewhere += Math.min(a.length, count) - same;
    difference.missing += Math.max(0, a.length - count);
    difference.extra += Math.max(0, count - a.length);
  }
  return difference;
}

function timesByKey(fires: readonly Fire[]): Map<string, number[]> {
  const byKey = new Map<string, number[]>();
  for (const { key, timeMs } of fires) byKey.set(key, [...(byKey.get(key) ?? []), timeMs]);
  return byKey;
}
