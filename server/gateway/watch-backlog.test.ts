import { expect, it } from 'vitest';
import type { TelemetryEvent } from '../../core/telemetry.ts';
import { BacklogWatch, type BacklogStage } from './watch-backlog.ts';

const LOOK_MS = 200;
const FRAME_BYTES = 50_000;

/** A watch on virtual time over a log that the test fills. */
function watched(limitMs = 10_000, stage: BacklogStage = 'scoring', besideMs = 0, intake = () => ({ taken: 0, waiting: 0 })): { watch: BacklogWatch; log: { entries: number; lastSequence: number; isAway: boolean }; telemetry: TelemetryEvent[]; look(): Promise<void>; lookedTimes(): number } {
  const log = { entries: 0, lastSequence: 0, isAway: false };
  const telemetry: TelemetryEvent[] = [];
  let [nowMs, asked] = [1_000_000, 0];
  let next: (() => void) | undefined;
  const info = async (): Promise<{ frames: number; size: number; appended: number }> => {
    asked += 1;
    if (log.isAway) throw new Error('no answer');
    return { frames: log.entries, size: log.entries * FRAME_BYTES, appended: log.lastSequence };
  };
  const timers = { after: (_delayMs: number, act: () => void) => { next = act; return () => undefined; }, soon: () => () => undefined };
  const watch = new BacklogWatch({ stage, look: info, limitMs, besideMs: () => besideMs, intake, clock: { nowMs: () => nowMs }, telemetry: (event) => void telemetry.push(event), timers });
  const settle = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));
  return {
    watch, log, telemetry, lookedTimes: () => asked,
    async look() {
      await settle();
      nowMs += LOOK_MS;
      next?.();
      await settle();
    },
  };
}

it('refuses with overloaded while more comes than is scored, and no longer once it is worked off', async () => {
  const { watch, log, telemetry, look } = watched();
  watch.start();
  for (let at = 0; at < 40; at += 1) {
    log.lastSequence += 100;
    log.entries += 90;
    await look();
  }
  expect(() => watch.assertKeepingUp()).toThrow(expect.objectContaining({ code: 'overloaded', retryable: true, status: 429 }));
  expect(telemetry.at(-1)).toMatchObject({ kind: 'queue-depth', queue: 'unscored-seconds', limit: 10 });
  log.entries = 0;
  await look();
  expect(() => watch.assertKeepingUp()).not.toThrow();
});

it('refuses for what is not counted as for what is not scored, and takes feedback again when the counter is gone', async () => {
  const { watch, log, telemetry, look, lookedTimes } = watched(10_000, 'counting');
  watch.start();
  for (let at = 0; at < 40; at += 1) {
    log.lastSequence += 100;
    log.entries += 90;
    await look();
  }
  expect(() => watch.assertKeepingUp()).toThrow(expect.objectContaining({ code: 'overloaded', message: expect.stringContaining('counted') }));
  expect(telemetry.at(-1)).toMatchObject({ kind: 'queue-depth', queue: 'uncounted-seconds', limit: 10 });
  log.isAway = true;
  for (let at = 0; at < 5; at += 1) await look();
  expect(() => watch.assertKeepingUp()).not.toThrow();
  expect(lookedTimes()).toBe(46);
});

it('refuses earlier where other stages need time as well, but leaves each a quarter', async () => {
  // Of a hundred that come between two looks ninety are done, so what waits after n looks takes n / 45 s.
  const isRefusedAfter = async (besideMs: number, looks: number): Promise<boolean> => {
    const { watch, log, look } = watched(1_600, 'scoring', besideMs);
    watch.start();
    for (let at = 0; at < looks; at += 1) {
      log.lastSequence += 100;
      log.entries += 10;
      await look();
    }
    try {
      watch.assertKeepingUp();
      return false;
    } catch {
      return true;
    }
  };
  expect([await isRefusedAfter(0, 60), await isRefusedAfter(800, 60), await isRefusedAfter(10_000, 60), await isRefusedAfter(10_000, 15)]).toEqual([false, true, true, false]);
});

it('takes no more between two looks than the stage can do within the limit', async () => {
  let [taken, waiting] = [0, 0];
  const { watch, log, look } = watched(10_000, 'scoring', 0, () => ({ taken, waiting }));
  watch.start();
  const take = (frames: number): void => {
    watch.assertKeepingUp();
    taken += frames * FRAME_BYTES;
    log.lastSequence += frames;
    log.entries += frames;
  };
  // 200 wait, of 100 that come between two looks 100 are done: 500 a second.
  take(200);
  for (let at = 0; at < 20; at += 1) {
    take(100);
    log.entries -= 100;
    await look();
  }
  let more = 0;
  expect(() => {
    for (; more < 10_000; more += 10) take(10);
  }).toThrow(expect.objectContaining({ code: 'overloaded', status: 429, retryable: true }));
  // Of 5,000 that are done in 10 s 200 waited before.
  expect(more).toBeGreaterThan(4_700);
  expect(more).toBeLessThanOrEqual(4_820);
  // What was taken and is not on the log yet will stand behind what waits there.
  for (let at = 0; at < 20; at += 1) {
    log.lastSequence += 100;
    log.entries = 300;
    await look();
  }
  taken += 3_000 * FRAME_BYTES;
  waiting = 3_000 * FRAME_BYTES;
  log.lastSequence += 100;
  await look();
  taken += 1_900 * FRAME_BYTES;
  expect(() => watch.assertKeepingUp()).toThrow(expect.objectContaining({ code: 'overloaded' }));
});

it('asks nothing when it is switched off, and nothing more once it is stopped', async () => {
  const off = watched(0);
  off.watch.start();
  await off.look();
  expect(off.lookedTimes()).toBe(0);
  const { watch, look, lookedTimes } = watched();
  watch.start();
  await look();
  watch.stop();
  await look();
  await look();
  expect(lookedTimes()).toBeLessThanOrEqual(3);
});
