import { describe, expect, it } from 'vitest';
import { timeMs } from '../incidents/testing/story.ts';
import type { DayHours, Schedule } from '../routing/book.ts';
import { isWithin, nextChangeMs } from './day-hours.ts';
import { gapsOf, nextHandOverMs, onCallAt } from './on-call.ts';

const DAY_MS = 86_400_000;
const hours = (over: Partial<DayHours> = {}): DayHours => ({ fromMinute: 540, toMinute: 1_080, weekdays: [], timeZone: 'Asia/Shanghai', calendar: 'any', ...over });
const schedule = (over: Partial<Schedule> = {}): Schedule => ({
  id: 's', timeZone: 'Asia/Shanghai', fallbackTeam: null, overrides: [],
  rotations: [{ users: ['u1', 'u2', 'u3'], shiftMs: DAY_MS, startsAtMs: timeMs('09:00'), hours: null }], ...over,
});
const at = (text: string): number => Date.parse(text);

describe('hours of the day', () => {
  it.each([
    ['2026-11-23T08:59:00+08:00', hours(), false],
    ['2026-11-23T09:00:00+08:00', hours(), true],
    ['2026-11-23T17:59:59+08:00', hours(), true],
    ['2026-11-23T18:00:00+08:00', hours(), false],
    ['2026-11-23T23:30:00+08:00', hours({ fromMinute: 1_320, toMinute: 480 }), true],
    ['2026-11-24T07:59:00+08:00', hours({ fromMinute: 1_320, toMinute: 480 }), true],
    ['2026-11-24T08:00:00+08:00', hours({ fromMinute: 1_320, toMinute: 480 }), false],
    // From Friday night into Saturday, and not from Saturday night.
    ['2026-11-28T03:00:00+08:00', hours({ fromMinute: 1_320, toMinute: 480, weekdays: [5] }), true],
    ['2026-11-29T03:00:00+08:00', hours({ fromMinute: 1_320, toMinute: 480, weekdays: [5] }), false],
    // The National Day week, a Saturday worked for it, and an ordinary Saturday.
    ['2026-10-01T10:00:00+08:00', hours({ calendar: 'workdays' }), false],
    ['2026-10-10T10:00:00+08:00', hours({ calendar: 'workdays' }), true],
    ['2026-10-17T10:00:00+08:00', hours({ calendar: 'workdays' }), false],
    ['2026-10-01T10:00:00+08:00', hours({ calendar: 'holidays' }), true],
    // Nothing is known of 2027: New Year's Day, a Friday, counts as a workday.
    ['2027-01-01T10:00:00+08:00', hours({ calendar: 'workdays' }), true],
    ['2027-01-02T10:00:00+08:00', hours({ calendar: 'workdays' }), false],
    // The same instant in another zone.
    ['2026-11-23T10:00:00+08:00', hours({ timeZone: 'Europe/London' }), false],
  ])('%s in %j: %s', (time, of, expected) => {
    expect(isWithin(of, at(time))).toBe(expected);
  });

  it('change at their edges, over midnight and where a zone changes its offset', () => {
    expect(nextChangeMs(hours(), at('2026-11-23T10:10:00+08:00'))).toBe(at('2026-11-23T18:00:00+08:00'));
    expect(nextChangeMs(hours({ fromMinute: 1_320, toMinute: 480 }), at('2026-11-23T23:00:00+08:00'))).toBe(at('2026-11-24T08:00:00+08:00'));
    expect(nextChangeMs(hours({ calendar: 'workdays' }), at('2026-09-30T20:00:00+08:00'))).toBe(at('2026-10-08T09:00:00+08:00'));
    expect(nextChangeMs(hours({ timeZone: 'Europe/London' }), at('2026-10-24T20:00:00+01:00'))).toBe(at('2026-10-25T09:00:00+00:00'));
    expect(nextChangeMs(hours({ fromMinute: 0, toMinute: 1_440 }), at('2026-11-23T10:00:00+08:00'))).toBe(Infinity);
  });
});

describe('a schedule', () => {
  it('hands over at the end of each turn', () => {
    expect(['09:00', '+1d 08:59', '+1d 09:00', '+2d 09:00', '+3d 09:00'].map((time) => onCallAt(schedule(), timeMs(time)).user)).toEqual(['u1', 'u1', 'u2', 'u3', 'u1']);
    expect(nextHandOverMs(schedule(), timeMs('12:00'))).toBe(timeMs('+1d 09:00'));
  });

  it('has nobody before it begins', () => {
    expect(onCallAt(schedule(), timeMs('08:00'))).toEqual({ user: null, by: 'gap' });
  });

  it('puts an override before every rotation, and the later one first', () => {
    const with2 = schedule({ overrides: [{ user: 'u8', fromMs: timeMs('10:00'), toMs: timeMs('14:00') }, { user: 'u9', fromMs: timeMs('12:00'), toMs: timeMs('13:00') }] });
    expect(['09:59', '10:00', '12:00', '13:00', '14:00'].map((time) => onCallAt(with2, timeMs(time)).user)).toEqual(['u1', 'u8', 'u9', 'u8', 'u1']);
  });

  it('takes the first rotation that names somebody: nights fall to the second', () => {
    const layers = schedule({ rotations: [
      { users: ['day'], shiftMs: DAY_MS, startsAtMs: timeMs('00:00'), hours: hours() },
      { users: ['night'], shiftMs: DAY_MS, startsAtMs: timeMs('00:00'), hours: null },
    ] });
    expect(['08:00', '09:00', '18:00'].map((time) => onCallAt(layers, timeMs(time)).user)).toEqual(['night', 'day', 'night']);
    expect(gapsOf(layers, timeMs('00:00'), timeMs('+30d 00:00'))).toEqual([]);
  });

  it('knows its gaps', () => {
    const days = schedule({ rotations: [{ users: ['u1', 'u2'], shiftMs: DAY_MS, startsAtMs: timeMs('00:00'), hours: hours() }] });
    expect(gapsOf(days, timeMs('12:00'), timeMs('+2d 10:00'))).toEqual([{ fromMs: timeMs('18:00'), toMs: timeMs('+1d 09:00') }, { fromMs: timeMs('+1d 18:00'), toMs: timeMs('+2d 09:00') }]);
    expect(gapsOf(schedule({ rotations: [] }), timeMs('12:00'), timeMs('+1d 12:00'))).toEqual([{ fromMs: timeMs('12:00'), toMs: timeMs('+1d 12:00') }]);
  });
});

describe('where clocks are changed', () => {
  const at = (text: string): number => Date.parse(text);
  const daily = (over: Partial<Schedule['rotations'][number]> = {}): Schedule =>
    schedule({ timeZone: 'Europe/Berlin', rotations: [{ users: ['u1', 'u2', 'u3'], shiftMs: DAY_MS, startsAtMs: at('2026-03-27T09:00:00+01:00'), hours: null, ...over }] });

  it.each([
    ['spring', daily(), ['2026-03-29T08:59:59+02:00', '2026-03-29T09:00:00+02:00', '2026-03-30T08:59:59+02:00', '2026-03-30T09:00:00+02:00'], ['u2', 'u3', 'u3', 'u1']],
    ['autumn', daily({ startsAtMs: at('2026-10-23T09:00:00+02:00') }), ['2026-10-25T08:59:59+01:00', '2026-10-25T09:00:00+01:00', '2026-10-26T08:59:59+01:00', '2026-10-26T09:00:00+01:00'], ['u2', 'u3', 'u3', 'u1']],
    ['spring, at a time that is left out', daily({ startsAtMs: at('2026-03-27T02:30:00+01:00') }), ['2026-03-29T01:59:00+01:00', '2026-03-29T03:00:00+02:00', '2026-03-30T02:29:00+02:00', '2026-03-30T02:30:00+02:00'], ['u2', 'u3', 'u3', 'u1']],
    ['autumn, at a time that comes twice', daily({ startsAtMs: at('2026-10-23T02:30:00+02:00') }), ['2026-10-25T02:29:00+02:00', '2026-10-25T02:30:00+02:00', '2026-10-25T02:10:00+01:00', '2026-10-25T02:30:00+01:00', '2026-10-26T02:29:00+01:00', '2026-10-26T02:30:00+01:00'], ['u2', 'u3', 'u3', 'u3', 'u3', 'u1']],
    ['a week of autumn', daily({ startsAtMs: at('2026-10-19T08:00:00+02:00'), shiftMs: 7 * DAY_MS }), ['2026-10-26T07:59:00+01:00', '2026-10-26T08:00:00+01:00'], ['u1', 'u2']],
  ])('a rotation hands over at the same time of day, in %s', (_name, given, times, users) => {
    expect(times.map((time) => onCallAt(given, at(time)).user)).toEqual(users);
    for (let time = at(times[0]!); time < at(times.at(-1)!);) {
      const next = nextHandOverMs(given, time);
      expect(onCallAt(given, next - 1).user).toBe(onCallAt(given, time).user);
      expect(onCallAt(given, next).user).not.toBe(onCallAt(given, time).user);
      time = next;
    }
  });
});
