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
  /** Their size, in any unit that a frame's work grows with: a frame holds one item or hundreds. */
  size: number;
  /** Frames ever appended. */
  appended: number;
}

export interface BacklogState {
  /** Of the last `WINDOW_MS`, and the last before this one, oldest first. */
  looks: readonly BacklogLook[];
  /** The least that waited since it went over half of the limit, and when; null while it is not over that. */
  lowest: { atMs: number; size: number } | null;
  isRefusing: boolean;
  /** Size a second, as the stage did it when it last had enough to do, or more if it did more since; null until it had. */
  speed: number | null;
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
  /** Size of what may come beside what waits so that all is done within the limit; null where that is not known, or not asked for. */
  room: number | null;
}

export const NO_BACKLOG: BacklogState = { looks: [], lowest: null, isRefusing: false, speed: null };

const WINDOW_MS = 3_000;
/** A pause of the stage, such as a collection of garbage, is no backlog; and a stage shows its speed when it had enough to do for so long. */
const LASTING_MS = 1_000;
/** Frames are done in bursts: a little more than the least is no growth. */
const GROWTH_MIN = 1.02;
/** A scorer takes several at once: the estimate of a shorter queue says nothing. Under load, when frames are full, they are 4,096 items. */
const FRAMES_MIN = 16;
/** Growth is looked for from this share of the limit on. Once it refuses, it does so until no more is left, so that it does not change its mind with every look. */
const WATCHED_SHARE = 0.5;

/** @param limitMs how much work may wait, in milliseconds of the stage's time; 0 refuses nothing */
export function decideBacklog(state: BacklogState, look: BacklogLook, limitMs: number): BacklogDecision {
  const looks = lookingBack(state.looks, look);
  const now = speedOver(looks);
  const speed = now !== null && hadEnoughToDo(looks) ? now : state.speed === null ? null : Math.max(state.speed, now ?? 0);
  const drainMs = look.frames === 0 ? 0 : now === null ? null : (look.size / now) * 1_000;
  const decided = (reason: BacklogReason, rest: Partial<BacklogState> = {}): BacklogDecision => ({
    state: { looks, lowest: null, isRefusing: false, speed, ...rest }, reason, drainMs,
    room: reason !== 'keeping-up' || speed === null || limitMs === 0 ? null : Math.max(0, (speed * limitMs) / 1_000 - look.size),
  });
  if (limitMs === 0 || look.frames < FRAMES_MIN) return decided('keeping-up');
  if (drainMs === null) return decided('away');
  const isWatched = drainMs > limitMs * WATCHED_SHARE;
  if (state.isRefusing && isWatched) return decided('behind', { lowest: state.lowest, isRefusing: true });
  if (!isWatched) return decided('keeping-up');
  const lowest = state.lowest === null || look.size < state.lowest.size ? { atMs: look.atMs, size: look.size } : state.lowest;
  if (drainMs <= limitMs) return decided('keeping-up', { lowest });
  const isRefusing = look.atMs - lowest.atMs >= LASTING_MS && look.size > lowest.size * GROWTH_MIN;
  return decided(isRefusing ? 'behind' : 'draining', { lowest, isRefusing });
}

function lookingBack(before: readonly BacklogLook[], look: BacklogLook): BacklogLook[] {
  const last = before.at(-1);
  // A log that was lost and made anew begins its numbers again.
  if (last !== undefined && look.appended < last.appended) return [look];
  // The last one is kept whatever its age: a stage that is busy answers late.
  return [...before.filter((each) => each.atMs < look.atMs && (each.atMs > look.atMs - WINDOW_MS || each === last)), look];
}

/** Size a second that was done; null where nothing was. A frame that was done is taken to be as large as those that waited last. */
function speedOver(looks: readonly BacklogLook[]): number | null {
  let frameSize = meanSize(looks.find(({ frames }) => frames > 0));
  let done = 0;
  for (const [at, look] of looks.entries()) {
    const before = looks[at - 1];
    if (before === undefined) continue;
    if (before.frames > 0) frameSize = meanSize(before);
    done += Math.max(0, look.appended - before.appended - (look.frames - before.frames)) * frameSize;
  }
  const seconds = ((looks.at(-1)?.atMs ?? 0) - (looks[0]?.atMs ?? 0)) / 1_000;
  return done > 0 && seconds > 0 ? done / seconds : null;
}

function meanSize(look: BacklogLook | undefined): number {
  return look === undefined ? 0 : look.size / look.frames;
}

/** Whether at no look of the last second the stage could have been waiting for work. */
function hadEnoughToDo(looks: readonly BacklogLook[]): boolean {
  const [first, last] = [looks[0], looks.at(-1)];
  if (first === undefined || last === undefined || first.atMs > last.atMs - LASTING_MS) return false;
  return looks.every((look) => look.frames >= FRAMES_MIN || look.atMs < last.atMs - LASTING_MS);
}
