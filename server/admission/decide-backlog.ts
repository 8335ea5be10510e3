/**
 * Whether new feedback is taken while a later stage, scoring or counting, is behind. Accepting without end would be easy: the logs are
 * large. But then the next alert waits behind everything that was accepted before it; a sender who is told 429 keeps its items and sends
 * them again.
 */

/** The log before the stage, at one moment. */
export interface BacklogLook {
  atMs: number;
  /** Frames that the stage has not done. */
  frames: number;
  /** Frames ever appended. */
  appended: number;
}

export interface BacklogState {
  /** Of the last `WINDOW_MS`, and the last before this one, oldest first. */
  looks: readonly BacklogLook[];
  /** The least that waited since it went over the limit, and when; null while it is not over it. */
  lowest: { atMs: number; frames: number } | null;
  isRefusing: boolean;
}

/**
 * `keeping-up`: little waits, or it will be done within the limit. `away`: nothing was done lately, so nobody knows how long it will take;
 * acceptance goes on until the log is full. `draining`: more waits than the limit allows, and it becomes less. `behind`: too much waits,
 * and it becomes more.
 */
export type BacklogReason = 'keeping-up' | 'away' | 'draining' | 'behind';

export interface BacklogDecision {
  state: BacklogState;
  reason: BacklogReason;
  /** How long the stage needs for what waits, at the speed of the last seconds; 0 when nothing waits, null when it is not known. */
  drainMs: number | null;
}

export const NO_BACKLOG: BacklogState = { looks: [], lowest: null, isRefusing: false };

const WINDOW_MS = 3_000;
/** A pause of the stage, such as a collection of garbage, is no backlog. */
const GROWING_FOR_MS = 1_000;
/** Frames are done in bursts: a little more than the least is no growth. */
const GROWTH_MIN = 1.02;
/** As many frames a scorer has in hand: the estimate of a shorter queue says nothing. Under load, when frames are full, they are 16,384 items. */
const FRAMES_MIN = 64;
/** Once it refuses, it does so until this share of the limit is left, so that it does not change its mind with every look. */
const RESUME_SHARE = 0.5;

/** @param limitMs how much work may wait, in milliseconds of the stage's time; 0 refuses nothing */
export function decideBacklog(state: BacklogState, look: BacklogLook, limitMs: number): BacklogDecision {
  // A log that was lost and made anew begins its numbers again.
  const before = state.looks.at(-1);
  const isAnew = before !== undefined && look.appended < before.appended;
  // The last one is kept whatever its age: a stage that is busy answers late.
  const kept = isAnew ? [] : state.looks.filter((each) => each.atMs < look.atMs && (each.atMs > look.atMs - WINDOW_MS || each === before));
  const looks = [...kept, look];
  const first = looks[0] ?? look;
  const done = look.appended - look.frames - (first.appended - first.frames);
  const seconds = (look.atMs - first.atMs) / 1_000;
  const drainMs = look.frames === 0 ? 0 : done > 0 && seconds > 0 ? (look.frames / (done / seconds)) * 1_000 : null;
  const calm = (reason: BacklogReason): BacklogDecision => ({ state: { looks, lowest: null, isRefusing: false }, reason, drainMs });
  if (limitMs === 0 || look.frames < FRAMES_MIN) return calm('keeping-up');
  if (drainMs === null) return calm('away');
  if (state.isRefusing) return drainMs > limitMs * RESUME_SHARE ? { state: { ...state, looks }, reason: 'behind', drainMs } : calm('keeping-up');
  if (drainMs <= limitMs) return calm('keeping-up');
  const lowest = state.lowest === null || look.frames < state.lowest.frames ? { atMs: look.atMs, frames: look.frames } : state.lowest;
  const isRefusing = look.atMs - lowest.atMs >= GROWING_FOR_MS && look.frames > lowest.frames * GROWTH_MIN;
  return { state: { looks, lowest, isRefusing }, reason: isRefusing ? 'behind' : 'draining', drainMs };
}
