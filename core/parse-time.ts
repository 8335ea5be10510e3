import { instantOfWallTime, type ZoneOffset } from './zone-offset.ts';

// Year, month, day, hour, minute, second, fraction, zone.
const TIME = /^(\d{4})-(\d{2})-(\d{2})([Tt ])(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|z|[+-]\d{2}:\d{2})?$/u;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Milliseconds since the epoch of an RFC 3339 time, or of `YYYY-MM-DD HH:mm:ss` (a fraction may follow) taken in the
 * zone of `offsetAt`. Digits below a millisecond are dropped; second 60 is the first second of the next minute.
 * Answers null for everything else, days that do not exist included.
 */
export function parseTime(text: string, offsetAt: ZoneOffset): number | null {
  const match = TIME.exec(text);
  if (match === null) return null;
  const [, year, month, day, separator, hour, minute, second, fraction, zone] = match;
  const [y, mo, d, h, mi, s] = [Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second)];
  if (mo < 1 || mo > 12 || d < 1 || d > daysInMonth(y, mo) || h > 23 || mi > 59 || s > 60) return null;
  const wallMs = Date.UTC(y, mo - 1, d, h, mi, s, fraction === undefined ? 0 : Number(fraction.padEnd(3, '0').slice(0, 3)));
  if (zone === undefined) return separator === ' ' ? instantOfWallTime(wallMs, offsetAt) : null;
  const offsetMs = parseOffset(zone);
  return offsetMs === null ? null : wallMs - offsetMs;
}

function daysInMonth(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : DAYS_IN_MONTH[month - 1] ?? 0;
}

function parseOffset(zone: string): number | null {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
