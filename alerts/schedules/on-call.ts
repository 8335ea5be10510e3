import type { Rotation, Schedule } from '../routing/book.ts';
import { isWithin, nextChangeMs } from './day-hours.ts';
import { firstInstantOf, wallMs } from './wall-clock.ts';

/** Who is on call, and by what; nobody in a gap. */
export type OnCall = { user: string; by: 'override' | 'rotation' } | { user: null; by: 'gap' };

/** An override comes first, the later written one before the earlier; then the first rotation that is in force. */
export function onCallAt(schedule: Schedule, atMs: number): OnCall {
  const override = schedule.overrides.findLast(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
  if (override !== undefined) return { user: override.user, by: 'override' };
  for (const rotation of schedule.rotations) {
    const user = userAt(rotation, schedule.timeZone, atMs);
    if (user !== null) return { user, by: 'rotation' };
  }
  return { user: null, by: 'gap' };
}

/** Null before it begins, outside its hours, and where it has nobody. */
function userAt(rotation: Rotation, timeZone: string, atMs: number): string | null {
  const { users, startsAtMs, hours } = rotation;
  if (users.length === 0 || atMs < startsAtMs || (hours !== null && !isWithin(hours, atMs))) return null;
  return users[turnAt(rotation, timeZone, atMs) % users.length] ?? null;
}

/** Which turn it is, from 0. Turns are lengths on the wall's clock, so a daily hand-over stays at its time of day where clocks are changed. */
function turnAt(rotation: Rotation, timeZone: string, atMs: number): number {
  const turn = Math.floor((wallMs(atMs, timeZone) - wallMs(rotation.startsAtMs, timeZone)) / rotation.shiftMs);
  // Where clocks go back the wall shows an earlier time again, and nobody gets their turn back.
  return turnStartsMs(rotation, timeZone, turn + 1) <= atMs ? turn + 1 : turn;
}

function turnStartsMs({ startsAtMs, shiftMs }: Rotation, timeZone: string, turn: number): number {
  return firstInstantOf(wallMs(startsAtMs, timeZone) + turn * shiftMs, timeZone);
}

export interface Gap {
  fromMs: number;
  toMs: number;
}

const GAPS_FOUND_MAX = 20;

/** Times of `[fromMs, toMs)` at which nobody is on call, oldest first; at most `most`. */
export function gapsOf(schedule: Schedule, fromMs: number, toMs: number, most = GAPS_FOUND_MAX): Gap[] {
  const gaps: Gap[] = [];
  for (let atMs = fromMs; atMs < toMs && gaps.length < most;) {
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
  for (const rotation of schedule.rotations) {
    const { startsAtMs, hours, users } = rotation;
    at(startsAtMs);
    if (users.length > 1 && atMs >= startsAtMs) at(turnStartsMs(rotation, schedule.timeZone, turnAt(rotation, schedule.timeZone, atMs) + 1));
    if (hours !== null) at(nextChangeMs(hours, atMs));
  }
  return nextMs;
}

const HAND_OVERS_LOOKED_AT_MAX = 100;

/** Who has it after whoever is on call now, looked for over the next hundred hand-overs; null where it is nobody else. */
export function nextOnCall(schedule: Schedule, atMs: number): string | null {
  const { user: now } = onCallAt(schedule, atMs);
  let lookMs = atMs;
  for (let handOver = 0; handOver < HAND_OVERS_LOOKED_AT_MAX; handOver += 1) {
    lookMs = nextHandOverMs(schedule, lookMs);
    if (!Number.isFinite(lookMs)) return null;
    const { user } = onCallAt(schedule, lookMs);
    if (user !== null && user !== now) return user;
  }
  return null;
}
