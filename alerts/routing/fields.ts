import { z } from 'zod';
import { MATCH_FIELDS } from '../../core/operation.ts';
import type { Matcher, MatchField, MatchOperator } from '../../core/operation.ts';
import { parseTime } from '../../core/parse-time.ts';
import { parseDuration } from '../rules/duration.ts';
import { nearest } from '../rules/nearest.ts';
import { patternFault } from '../silences/match-alert.ts';

/** Readers of the single values in routing files and API bodies. Each refusal says what to write instead. */

const MATCHERS_MAX = 20;
const VALUE_CHARS_MAX = 500;

export const id = z.string('is missing: an id such as care-team').regex(/^[\w.-]{1,64}$/u, 'must be 1 to 64 letters, digits, "_", "-" or ".", such as care-team');
export const ids = (most: number) => z.array(id, 'must be a list, such as [u1, u2]').max(most, `has more than ${most} entries`).default([]);
export const targets = (most: number) => z.array(z.string('must be a name').trim().min(1, 'must not be empty').max(100, 'is longer than 100 characters'), 'must be a list, such as [team:care]').max(most, `has more than ${most} entries`);

export const span = (minMs: number, maxMs: number, example: string) => z.string(`must be a length of time such as ${example}`).transform((text, context) => {
  const parsed = parseDuration(text);
  if (parsed.ok && parsed.ms >= minMs && parsed.ms <= maxMs) return parsed.ms;
  context.addIssue({ code: 'custom', message: parsed.ok ? `"${text}" is out of range` : parsed.message });
  return z.NEVER;
});

export const timeZone = z.string('must be an IANA time zone such as Asia/Shanghai').refine((value) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}, 'must be an IANA time zone such as Asia/Shanghai');

/** RFC 3339 with its offset, to milliseconds since the epoch. */
export const instant = z.string('must be an RFC 3339 time such as 2026-03-01T09:30:00+08:00').transform((text, context) => {
  const instantMs = /(?:Z|[+-]\d{2}:\d{2})$/iu.test(text) ? parseTime(text, () => 0) : null;
  if (instantMs !== null) return instantMs;
  context.addIssue({ code: 'custom', message: 'must be an RFC 3339 time such as 2026-03-01T09:30:00+08:00' });
  return z.NEVER;
});

const MINUTES_A_DAY = 1_440;
const timeOfDay = z.string('must be a time of the day such as 09:30').transform((text, context) => {
  const match = /^(\d{1,2}):(\d{2})$/u.exec(text);
  const minute = match === null ? Number.NaN : Number(match[1]) * 60 + Number(match[2]);
  if (match !== null && Number(match[2]) < 60 && minute <= MINUTES_A_DAY) return minute;
  context.addIssue({ code: 'custom', message: 'must be a time of the day such as 09:30' });
  return z.NEVER;
});

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export const DEFAULT_ZONE = 'Asia/Shanghai';

export const hoursShape = {
  from: timeOfDay,
  to: timeOfDay,
  weekdays: z.array(z.enum(WEEKDAYS, `must be one of ${WEEKDAYS.join(', ')}`), 'must be a list, such as [mon, tue]').default([]),
  timeZone: timeZone.default(DEFAULT_ZONE),
  calendar: z.enum(['any', 'workdays', 'holidays'], 'must be any, workdays or holidays').default('any').describe('China\'s official calendar; known up to the end of 2026, then Monday to Friday.'),
};

export const dayHours = z.strictObject(hoursShape, 'must be hours, such as {from: "22:00", to: "08:00"}').transform(toHours);

export function toHours({ from, to, weekdays, timeZone: zone, calendar }: { from: number; to: number; weekdays: (typeof WEEKDAYS)[number][]; timeZone: string; calendar: 'any' | 'workdays' | 'holidays' }) {
  return { fromMinute: from, toMinute: to, weekdays: weekdays.map((day) => WEEKDAYS.indexOf(day) + 1), timeZone: zone, calendar };
}

const MATCHER = /^\s*(\w+)\s*(=~|!~|!=|=)\s*"?(.*?)"?\s*$/u;
const MATCHER_SENTENCE = 'must be a matcher such as category=logistics, severity!=notice, region=~"华.*" or store!~"t-.*"';

/** A matcher, written as a text or as an object. */
const matcher = z.union([
  z.string().transform((text, context): Matcher => {
    const match = MATCHER.exec(text);
    if (match === null) {
      context.addIssue({ code: 'custom', message: MATCHER_SENTENCE });
      return z.NEVER;
    }
    return { field: match[1] as MatchField, operator: match[2] as MatchOperator, value: match[3] ?? '' };
  }),
  z.strictObject({ field: z.string(), operator: z.enum(['=', '!=', '=~', '!~']).default('='), value: z.string() }).transform((object) => object as Matcher),
], MATCHER_SENTENCE).superRefine((given, context) => {
  if (!MATCH_FIELDS.includes(given.field)) {
    const close = nearest(given.field, MATCH_FIELDS);
    context.addIssue({ code: 'custom', message: `${JSON.stringify(String(given.field).slice(0, 64))} is not a field to match${close === null ? '' : `; did you mean ${close}?`} (known: ${MATCH_FIELDS.join(', ')})` });
    return;
  }
  if (given.value.length > VALUE_CHARS_MAX) return context.addIssue({ code: 'custom', message: `has a value longer than ${VALUE_CHARS_MAX} characters` });
  const fault = patternFault(given);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});

export const matchers = z.array(matcher, 'must be a list of matchers, such as [category=logistics]').max(MATCHERS_MAX, `has more than ${MATCHERS_MAX} matchers`);
