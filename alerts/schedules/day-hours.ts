import chineseDays from 'chinese-days';
import type { DayHours } from '../routing/book.ts';

/** Official days off and make-up workdays are known up to the end of this year; after it, Monday to Friday count as workdays. */
export const HOLIDAYS_KNOWN_UNTIL_YEAR = 2026;

const MINUTES_A_DAY = 1_440;
const MINUTE_MS = 60_000;

export interface LocalTime {
  /** `2026-11-28`. */
  date: string;
  year: number;
  /** 1 Monday … 7 Sunday. */
  weekday: number;
  /** Since midnight. */
  minute: number;
}

/** True inside the hours. Going over midnight, the early part belongs to the day before. */
export function isWithin(hours: DayHours, atMs: number): boolean {
  const now = localTime(atMs, hours.timeZone);
  const { fromMinute, toMinute } = hours;
  if (fromMinute < toMinute) return now.minute >= fromMinute && now.minute < toMinute && isDay(hours, now);
  if (now.minute >= fromMinute) return isDay(hours, now);
  return now.minute < toMinute && isDay(hours, localTime(atMs - MINUTES_A_DAY * MINUTE_MS, hours.timeZone));
}

/** The next time at which being within the hours changes, looked for over `MS_AHEAD_MAX`; Infinity where it does not. */
export function nextChangeMs(hours: DayHours, atMs: number): number {
  const before = isWithin(hours, atMs);
  for (let tryMs = nextMinuteMs(atMs); tryMs < atMs + MS_AHEAD_MAX; tryMs = nextEdgeMs(hours, tryMs)) if (isWithin(hours, tryMs) !== before) return tryMs;
  return Infinity;
}

const MS_AHEAD_MAX = 32 * 86_400_000;

function nextMinuteMs(atMs: number): number {
  return (Math.floor(atMs / MINUTE_MS) + 1) * MINUTE_MS;
}

/** The next from, to or midnight: between them nothing changes. Zones change by whole minutes, and a jump is met an edge later. */
function nextEdgeMs({ fromMinute, toMinute, timeZone }: DayHours, atMs: number): number {
  const { minute } = localTime(atMs, timeZone);
  const ahead = Math.min(...[fromMinute, toMinute, MINUTES_A_DAY].map((edge) => (edge > minute ? edge - minute : edge + MINUTES_A_DAY - minute)));
  // No further than an hour, so that a change of the zone's offset is not stepped over.
  return atMs + Math.min(ahead, 60) * MINUTE_MS;
}

function isDay({ weekdays, calendar }: DayHours, day: LocalTime): boolean {
  if (weekdays.length > 0 && !weekdays.includes(day.weekday)) return false;
  switch (calendar) {
    case 'any':
      return true;
    case 'workdays':
      return isWorkday(day);
    case 'holidays':
      return !isWorkday(day);
  }
}

function isWorkday({ date, year, weekday }: LocalTime): boolean {
  return year > HOLIDAYS_KNOWN_UNTIL_YEAR ? weekday <= 5 : chineseDays.isWorkday(date);
}

const formats = new Map<string, Intl.DateTimeFormat>();
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

export function localTime(atMs: number, timeZone: string): LocalTime {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', weekday: 'short', hour: '2-digit', minute: '2-digit' });
    formats.set(timeZone, format);
  }
  const { year = '', month = '', day = '', weekday = '', hour = '', minute = '' } = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, value])) as Partial<Record<Intl.DateTimeFormatPartTypes, string>>;
  return { date: `${year}-${month}-${day}`, year: Number(year), weekday: WEEKDAYS.indexOf(weekday) + 1, minute: Number(hour) * 60 + Number(minute) };
}
