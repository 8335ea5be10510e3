import { z } from 'zod';
import type { SpikeRule } from '../../../core/rule.ts';
import { DEFAULT_SALE_DAYS } from '../calendar.ts';
import { formatDuration } from '../duration.ts';
import { checkHold, checkLevels, commonJson, commonOf, commonShape, count, escalateShape, holdJson, holdShape, msOf, refuseIn, window } from '../rule-parts.ts';

const AGAINST = 'write such as 4 weeks or 14 days';
const DAYS_MAX = 30;
const WEEKS_MAX = 12;
const WINDOWS_MIN = 3;
const WINDOW_MS_MAX = 7 * 86_400_000;
const SALE_DAYS_MAX = 60;

type Against = SpikeRule['against'];

function parseAgainst(text: string): Against | null {
  const match = /^(\d{1,3})\s*(day|week)s?$/.exec(text.trim());
  if (match === null) return null;
  return { every: match[2] as Against['every'], windows: Number(match[1]) };
}

const against = z.string(`must be a number of days or weeks: ${AGAINST}`).superRefine((text, context) => {
  const parsed = parseAgainst(text);
  const max = parsed?.every === 'day' ? DAYS_MAX : WEEKS_MAX;
  if (parsed === null) context.addIssue({ code: 'custom', message: `"${text}" is not a number of days or weeks: ${AGAINST}` });
  else if (parsed.windows < WINDOWS_MIN || parsed.windows > max) context.addIssue({ code: 'custom', message: `"${text}" is out of range: ${WINDOWS_MIN} to ${DAYS_MAX} days or ${WINDOWS_MIN} to ${WEEKS_MAX} weeks` });
});

const saleDay = z.string('must be a day as MM-DD, such as 11-11').superRefine((text, context) => {
  const match = /^(\d{2})-(\d{2})$/.exec(text);
  // 2024 has a 29th of February.
  const date = match === null ? null : new Date(Date.UTC(2024, Number(match[1]) - 1, Number(match[2])));
  if (date === null || date.toISOString().slice(5, 10) !== text) context.addIssue({ code: 'custom', message: `"${text}" is not a day as MM-DD, such as 11-11` });
});

const SENSITIVITY = 'must be a number from 1 to 20';
const TIMES = 'must be a number from 1 to 1,000';

const shape = {
  ...commonShape,
  kind: z.literal('spike'),
  window: window.describe('1m to 7d'),
  against: against.default('4 weeks').describe('The same hours of so many earlier days (3 to 30) or weeks (3 to 12)'),
  method: z.enum(['poisson', 'robust-z'], 'must be poisson or robust-z').default('poisson'),
  sensitivity: z.number(SENSITIVITY).min(1, SENSITIVITY).max(20, SENSITIVITY).optional().describe('poisson: fires where chance alone gives such a count once in 10^sensitivity windows, default 5; robust-z: the least score, default 4'),
  atLeast: count.default(10).describe('With fewer items it does not fire'),
  times: z.number(TIMES).min(1, TIMES).max(1_000, TIMES).default(2).describe('Nor with fewer than so many times the expected ones'),
  calendar: z.enum(['china', 'weekends', 'none'], 'is not a calendar that is known: write china (public holidays and days worked in their stead), weekends, or none').default('china'),
  saleDays: z.array(saleDay, 'must be a list of days as MM-DD, such as [11-11]').max(SALE_DAYS_MAX, `has more than ${SALE_DAYS_MAX} days`).default([...DEFAULT_SALE_DAYS]).describe('Days of sales: no measure for others'),
  saleTimes: z.number(TIMES).min(1, TIMES).max(1_000, TIMES).default(3).describe('On a day of sales so many times as much is expected'),
  ...escalateShape,
  ...holdShape,
};

/** More than at the same hours of earlier days. */
export const spikeSchema = z.strictObject(shape).superRefine((rule, context) => {
  const refuse = refuseIn(context);
  if (msOf(rule.window) > WINDOW_MS_MAX) refuse('window', `is ${rule.window}: windows of more than 7 days overlap the ones that they would be compared with`);
  const compared = parseAgainst(rule.against);
  if (compared?.every === 'day' && msOf(rule.window) > 86_400_000) refuse('window', `is ${rule.window}: windows of more than 24h overlap those of the days before; compare with weeks`);
  checkLevels(rule, rule.atLeast, refuse);
  checkHold(rule, refuse);
});

export type SpikeDocument = z.output<typeof spikeSchema>;

export function spikeOf(document: SpikeDocument): SpikeRule {
  return {
    ...commonOf(document),
    kind: 'spike',
    windowMs: msOf(document.window),
    against: parseAgainst(document.against)!,
    method: document.method,
    sensitivity: document.sensitivity ?? (document.method === 'poisson' ? 5 : 4),
    timesMin: document.times,
    calendar: document.calendar,
    saleDays: document.saleDays,
    saleTimes: document.saleTimes,
    fireAt: document.atLeast,
    resolveBelow: 1,
  };
}

export function spikeJson(rule: SpikeRule) {
  return {
    ...commonJson(rule),
    kind: rule.kind,
    window: formatDuration(rule.windowMs),
    against: `${rule.against.windows} ${rule.against.every}s`,
    method: rule.method,
    sensitivity: rule.sensitivity,
    atLeast: rule.fireAt,
    times: rule.timesMin,
    calendar: rule.calendar,
    saleDays: rule.saleDays,
    saleTimes: rule.saleTimes,
    escalate: rule.escalate,
    ...holdJson(rule),
  };
}

export const spikeKeys = Object.keys(shape);
