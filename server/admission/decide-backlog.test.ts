import { expect, it } from 'vitest';
import { decideBacklog, NO_BACKLOG, type BacklogDecision, type BacklogReason, type BacklogState } from './decide-backlog.ts';

const LIMIT_MS = 10_000;
const EVERY_MS = 200;

interface Phase {
  seconds: number;
  /** Frames a second. */
  sent: number;
  scored: number;
}

/** A log that frames are sent to (unless they are refused) and scored from; what was decided at each look. */
function play(phases: readonly Phase[], limitMs = LIMIT_MS): { atMs: number; reason: BacklogReason; frames: number }[] {
  let [state, atMs, frames, appended, isRefused] = [NO_BACKLOG, 0, 0, 0, false];
  const all: { atMs: number; reason: BacklogReason; frames: number }[] = [];
  for (const { seconds, sent, scored } of phases) {
    for (const endMs = atMs + seconds * 1_000; atMs < endMs; atMs += EVERY_MS) {
      const more = isRefused ? 0 : (sent * EVERY_MS) / 1_000;
      appended += more;
      frames = Math.max(0, frames + more - (scored * EVERY_MS) / 1_000);
      const decision = decideBacklog(state, { atMs, frames, size: frames, appended }, limitMs);
      state = decision.state;
      isRefused = decision.reason === 'behind';
      all.push({ atMs, reason: decision.reason, frames });
    }
  }
  return all;
}
const reasonsOf = (all: readonly { reason: BacklogReason }[]): Set<BacklogReason> => new Set(all.map(({ reason }) => reason));

it('refuses nothing while scoring keeps up', () => {
  expect(reasonsOf(play([{ seconds: 30, sent: 100, scored: 100 }]))).toEqual(new Set(['keeping-up']));
});

it('refuses what is more than can be scored in time, and takes everything again soon after', () => {
  const all = play([{ seconds: 5, sent: 20, scored: 60 }, { seconds: 30, sent: 400, scored: 60 }, { seconds: 30, sent: 20, scored: 60 }]);
  const during = all.filter(({ atMs }) => atMs >= 5_000 && atMs < 35_000);
  expect(reasonsOf(during)).toContain('behind');
  // 60 a second for 10 s, and what came before it was noticed.
  expect(Math.max(...during.map(({ frames }) => frames))).toBeLessThan(60 * 10 + 400 * 1.5);
  expect(during.some(({ atMs, reason }) => atMs > 10_000 && reason !== 'behind')).toBe(true);
  const after = all.filter(({ atMs }) => atMs >= 55_000);
  expect(reasonsOf(after)).toEqual(new Set(['keeping-up']));
  expect(after[0]!.frames).toBe(0);
});

it('refuses what grows slowly and in bursts as well', () => {
  const bursts = Array.from({ length: 300 }, (): Phase[] => [{ seconds: 0.4, sent: 66, scored: 0 }, { seconds: 0.2, sent: 66, scored: 180 }]).flat();
  const all = play(bursts);
  expect(reasonsOf(all)).toContain('behind');
  // 60 a second for 10 s: it stays near that, however long it goes on.
  expect(Math.max(...all.map(({ frames }) => frames))).toBeLessThan(60 * 10 * 1.35);
});

/** At each look some more were appended, and some of them are not done. */
function look(state: BacklogState, at: number, { frames, appended, bytesEach = 1 }: { frames: number; appended: number; bytesEach?: number }): BacklogDecision {
  return decideBacklog(state, { atMs: at * EVERY_MS, frames, size: frames * bytesEach, appended }, LIMIT_MS);
}

it('says how much may come until the next look, once the stage had enough to do for a second', () => {
  let state = NO_BACKLOG;
  const rooms: (number | null)[] = [];
  // 60 a second are done of 180, each of 100 bytes.
  for (let at = 0; at <= 20; at += 1) {
    const decision = look(state, at, { frames: at * 24, appended: at * 36, bytesEach: 100 });
    state = decision.state;
    rooms.push(decision.room);
  }
  // From the second look on more than 16 wait; a second later it is known that 600 fit within the limit.
  expect(rooms.slice(0, 6)).toEqual(Array.from({ length: 6 }, () => null));
  expect(rooms.slice(6, 12)).toEqual([6, 7, 8, 9, 10, 11].map((at) => expect.closeTo(100 * (600 - at * 24), 5)));
});

it('remembers the speed of a stage that waits for work again, and believes a higher one at once', () => {
  let state: BacklogState = { ...NO_BACKLOG, speed: 6_000 };
  let decision: BacklogDecision | undefined;
  for (let at = 0; at <= 10; at += 1) ({ state } = decision = look(state, at, { frames: at % 2, appended: at * 2, bytesEach: 100 }));
  expect(decision?.room).toBeCloseTo(60_000, 5);
  for (let at = 11; at <= 40; at += 1) ({ state } = decision = look(state, at, { frames: at % 2, appended: at * 30, bytesEach: 100 }));
  expect(decision?.room).toBeGreaterThan(120_000);
});

it('knows no room before a stage that never had enough to do, nor while what waits becomes less', () => {
  let state = NO_BACKLOG;
  for (let at = 0; at <= 20; at += 1) {
    const decision = look(state, at, { frames: at % 5 === 0 ? 0 : 70, appended: at * 2 + 70 });
    ({ state } = decision);
    expect(decision.room).toBeNull();
  }
  state = NO_BACKLOG;
  for (let at = 0; at <= 20; at += 1) {
    const decision = look(state, at, { frames: 2_000 - at * 12, appended: 2_000 });
    ({ state } = decision);
    if (at > 0) expect(decision).toMatchObject({ reason: 'draining', room: null });
  }
});

it('goes by size: frames that become larger take longer', () => {
  let state = NO_BACKLOG;
  let drainMs: number | null = null;
  // Ten small frames a look are done; then ten of 25 times the size are sent in place of each.
  for (let at = 0; at <= 10; at += 1) ({ state } = look(state, at, { frames: 20, appended: 20 + at * 10 }));
  ({ drainMs } = look(state, 11, { frames: 120, appended: 120 + 11 * 10, bytesEach: 25 }));
  expect(drainMs).toBeCloseTo((120 * 25 * 1_000) / 50, 0);
});

it('sees growth from half of the limit on, so that it refuses at the limit and not a second later', () => {
  const all = play([{ seconds: 5, sent: 60, scored: 60 }, { seconds: 20, sent: 360, scored: 60 }]);
  const first = all.find(({ reason }) => reason === 'behind');
  // 300 more a second: 600 of them, 10 s of work, after 2 s.
  expect(first?.frames).toBeLessThanOrEqual(600 + 2 * 360 * (EVERY_MS / 1_000));
});

it('goes on accepting while no scorer is there, and while one that is back works off what waits', () => {
  const all = play([{ seconds: 120, sent: 50, scored: 0 }, { seconds: 60, sent: 50, scored: 300 }]);
  expect(reasonsOf(all)).toEqual(new Set(['keeping-up', 'away', 'draining']));
});

it('bears a short pause of the scorers', () => {
  expect(reasonsOf(play([{ seconds: 5, sent: 100, scored: 120 }, { seconds: 2, sent: 100, scored: 20 }, { seconds: 5, sent: 100, scored: 120 }]))).not.toContain('behind');
});

it('refuses nothing when it is switched off, nor for a short queue', () => {
  expect(reasonsOf(play([{ seconds: 30, sent: 400, scored: 60 }], 0))).toEqual(new Set(['keeping-up']));
  expect(reasonsOf(play([{ seconds: 7, sent: 3, scored: 1 }]))).toEqual(new Set(['keeping-up']));
});

it('refuses as well where looks come late, each longer after the one before than what is looked back upon', () => {
  let state = NO_BACKLOG;
  const reasons: BacklogReason[] = [];
  for (let at = 0; at < 10; at += 1) {
    const decision = decideBacklog(state, { atMs: at * 4_000, frames: at * 1_000, size: at * 1_000, appended: at * 1_200 }, LIMIT_MS);
    state = decision.state;
    reasons.push(decision.reason);
  }
  expect(reasons).toEqual(['keeping-up', 'draining', ...Array.from({ length: 8 }, () => 'behind')]);
});

it('begins anew with a log that was made anew', () => {
  const before = decideBacklog(NO_BACKLOG, { atMs: 0, frames: 9_000, size: 9_000, appended: 1_000_000 }, LIMIT_MS);
  expect(decideBacklog(before.state, { atMs: 200, frames: 0, size: 0, appended: 3 }, LIMIT_MS)).toMatchObject({ reason: 'keeping-up', drainMs: 0 });
});
