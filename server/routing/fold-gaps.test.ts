import { expect, it } from 'vitest';
import type { ScheduleGap } from '../../alerts/routing/check-book.ts';
import { foldGaps } from './fold-gaps.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Midnight of Monday, 2026-11-30, in Shanghai. */
const MONDAY_MS = Date.UTC(2026, 10, 29, 16);

function gap(day: number, fromHour: number, hours: number, timeZone = 'Asia/Shanghai'): ScheduleGap {
  const fromMs = MONDAY_MS + day * DAY_MS + fromHour * HOUR_MS;
  return { scheduleId: 's', timeZone, team: null, fromMs, toMs: fromMs + hours * HOUR_MS };
}
const days = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, at) => from + at);
const said = (gaps: ScheduleGap[]): string[] => foldGaps(gaps).map(({ when }) => when.en);

it.each([
  ['twenty of one hour are one line', days(0, 19).map((day) => gap(day, 2, 4)), ['nobody is on call daily 02:00–06:00 UTC+8, 20 times from 11-30 to 12-19']],
  ['over midnight', days(0, 4).map((day) => gap(day, 18, 15)), ['nobody is on call daily 18:00–09:00 UTC+8, 5 times from 11-30 to 12-04']],
  ['at weekends', [5, 6, 12, 13, 19, 20].map((day) => gap(day, 9, 8)), ['nobody is on call each Sat, Sun 09:00–17:00 UTC+8, 6 times from 12-05 to 12-20']],
  ['whole weekends', [5, 12, 19].map((day) => gap(day, 0, 48)), ['nobody is on call each Sat 00:00–Mon 00:00 UTC+8, 3 times from 12-05 to 12-19']],
  ['two are told one by one', [gap(0, 2, 4), gap(1, 2, 4)], ['nobody is on call from 11-30 02:00 UTC+8 to 11-30 06:00 UTC+8', 'nobody is on call from 12-01 02:00 UTC+8 to 12-01 06:00 UTC+8']],
  ['days without an order are told one by one', [0, 1, 9].map((day) => gap(day, 2, 4)), ['11-30', '12-01', '12-09'].map((date) => `nobody is on call from ${date} 02:00 UTC+8 to ${date} 06:00 UTC+8`)],
  ['the one that lasts now beside those to come', [gap(0, 3, 3), ...days(1, 3).map((day) => gap(day, 2, 4))], ['nobody is on call from 11-30 03:00 UTC+8 to 11-30 06:00 UTC+8', 'nobody is on call daily 02:00–06:00 UTC+8, 3 times from 12-01 to 12-03']],
])('gaps that come again: %s', (_name, gaps, expected) => {
  expect(said(gaps)).toEqual(expected);
});

it('in Chinese as well', () => {
  expect(foldGaps(days(0, 19).map((day) => gap(day, 2, 4))).map(({ when }) => when.zh)).toEqual(['每天 02:00–06:00 UTC+8 无人值班，11-30 到 12-19 共 20 次']);
  expect(foldGaps([5, 12, 19].map((day) => gap(day, 0, 48))).map(({ when }) => when.zh)).toEqual(['每周六 00:00–周一 00:00 UTC+8 无人值班，12-05 到 12-19 共 3 次']);
});
