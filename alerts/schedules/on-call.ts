import type { Rotation, Schedule } from '../routing/book.ts';
import { isWithin, nextChangeMs } from './day-hours.ts';

/** Who is on call, and by what; nobody in a gap. */
export type OnCall = { user: string; by: 'override' | 'rotation' } | { user: null; by: 'gap' };

/** An override comes first, the later written one before the earlier; then the first rotation that is in force. */
export function onCallAt(schedule: Schedule, atMs: number): OnCall {
  const override = schedule.overrides.findLast(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
  if (override !== undefined) return { user: override.user, by: 'override' };
  for (const rotation of schedule.rotations) {
    const user = turnAt(rotation, atMs);
    if (user !== null) return { user, by: 'rotation' };
  }
  return { user: null, by: 'gap' };
}

/** Null before it begins, outside its hours, and where it has nobody. Turns are counted in whole shifts of time, not of wall clocks. */
function turnAt({ users, shiftMs, startsAtMs, hours }: Rotation, atMs: number): string | null {
  if (users.length === 0 || atMs < startsAtMs || (hours !== null && !isWithin(hours, atMs))) return null;
  return users[Math.floor((atMs - startsAtMs) / shiftMs) % users.length] ?? null;
}

export interface Gap {
  fromMs: number;
  toMs: number;
}

const GAPS_FOUND_MAX = 20;

/** Times of `[fromMs, toMs)` at which nobody is on call, oldest first; at most 20. */
export function gapsOf(schedule: Schedule, fromMs: number, toMs: number): Gap[] {
  const gaps: Gap[] = [];
  for (let atMs = fromMs; atMs < toMs && gaps.length < GAPS_FOUND_MAX;) {
    const untilMs = Math.min(toMs, nextHandOverMs(schedule, atMs));
    if (onCallAt(schedule, atMs).user === null) {
      const last = gaps.at(-1);
      if (last !== undefined && last.toMs === atMs) last.toMs = untilMs;
      else gaps.push({ fromMs: atMs, toMs: untilMs });
    }
    atMs = untilMs;
  }
  return gaps;
}

/** The next time at which somebody else may be on call; Infinity when that is not known. */
export function nextHandOverMs(schedule: Schedule, atMs: number): number {
  let nextMs = Infinity;
  const at = (timeMs: number): void => {
    if (timeMs > atMs && timeMs < nextMs) nextMs = timeMs;
  };
  for (const { fromMs, toMs } of schedule.overrides) {
    at(fromMs);
    at(toMs);
  }
  for (const { startsAtMs, shiftMs, hours, users } of schedule.rotations) {
    at(startsAtMs);
    if (users.length > 1 && atMs >= startsAtMs) at(startsAtMs + (Math.floor((atMs - startsAtMs) / shiftMs) + 1) * shiftMs);
    if (hours !== null) at(nextChangeMs(hours, atMs));
  }
  return nextMs;
}
