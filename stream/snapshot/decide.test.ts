import { describe, expect, it } from 'vitest';
import { addMark, decideTrim, isSnapshotDue } from './decide.ts';
import type { TrimQuestion } from './decide.ts';

const HOUR_MS = 3_600_000;

describe('a snapshot', () => {
  const question = { intervalMs: 60_000, nowMs: 160_000, endedAtMs: 100_000, tookMs: 500, entries: 70, ticks: 60, logShare: 0.5 };
  it.each([
    ['is due once its interval has passed', {}, true],
    ['is not due before', { nowMs: 159_999 }, false],
    ['is not due when nothing but ticks was counted', { entries: 60 }, false],
    ['is due after an hour of ticks', { entries: 3_600, ticks: 3_600 }, true],
    ['comes less often where it takes long: a tenth of the time', { tookMs: 7_000 }, false],
    ['is due at once while the log is nearly full, also when nothing but ticks was counted', { nowMs: 106_000, entries: 60, logShare: 0.85 }, true],
    ['takes a tenth of the time then, too', { nowMs: 104_000, logShare: 0.85 }, false],
    ['comes again after ten times as long as the last one took', { tookMs: 7_000, nowMs: 170_000 }, true],
  ])('%s', (_, over, due) => {
    expect(isSnapshotDue({ ...question, ...over })).toBe(due);
  });
});

describe('marks', () => {
  it('are set once an hour and forgotten with their entries', () => {
    let marks = addMark([], { timeMs: 0, sequence: 1 }, 1);
    marks = addMark(marks, { timeMs: HOUR_MS - 1, sequence: 50 }, 1);
    marks = addMark(marks, { timeMs: HOUR_MS, sequence: 60 }, 1);
    expect(marks).toEqual([[0, 1], [HOUR_MS, 60]]);
    expect(addMark(marks, { timeMs: HOUR_MS + 1, sequence: 70 }, 2)).toEqual([[HOUR_MS, 60]]);
  });
});

describe('the scored log', () => {
  const question: TrimQuestion = {
    marks: [[0, 100], [HOUR_MS, 200], [2 * HOUR_MS, 300]],
    oldestKeptSequence: 350, nowMs: 11 * HOUR_MS, keepMs: 10 * HOUR_MS, log: { entries: 1_000, bytes: 1_000, firstSequence: 51 }, bytesMax: 10_000,
  };
  it.each<[string, Partial<TrimQuestion>, number | null]>([
    ['goes up to the youngest mark that is old enough', {}, 200],
    ['keeps everything while no mark is old enough', { keepMs: 100 * HOUR_MS }, null],
    ['keeps what the oldest snapshot needs', { oldestKeptSequence: 150 }, 150],
    ['keeps what is gone already', { log: { entries: 10, bytes: 10, firstSequence: 201 } }, null],
    ['goes sooner when it is nearly full, by its share', { keepMs: 100 * HOUR_MS, bytesMax: 1_200, oldestKeptSequence: 900 }, 330],
    ['keeps what the oldest snapshot needs even then', { bytesMax: 1_000 }, 350],
  ])('%s', (_, over, upTo) => {
    expect(decideTrim({ ...question, ...over })).toBe(upTo);
  });
});
