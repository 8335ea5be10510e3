import { z } from 'zod';
import type { AbsenceRule } from '../../../core/rule.ts';
import { formatDuration } from '../duration.ts';
import { checkHold, commonJson, commonOf, commonShape, count, holdJson, holdShape, lengthOfTime, msOf, refuseIn, window } from '../rule-parts.ts';

const DAY_MS = 86_400_000;
const WINDOW_MS_MAX = DAY_MS;

const shape = {
  ...commonShape,
  kind: z.literal('absence'),
  window: window.describe('1m to 24h: how long it may be silent'),
  fewerThan: count.default(1).describe('Fires with fewer items than this in the window'),
  normal: count.optional().describe('Items that a window normally has; absent: learned'),
  learn: lengthOfTime(3 * DAY_MS, 30 * DAY_MS).optional().describe('Learned from the same hours of so many days before, 3d to 30d; default 7d'),
  normalAtLeast: count.optional().describe('At hours that normally have fewer items a silence means nothing; default 5'),
  ...holdShape,
};

/** A group that normally speaks is silent. */
export const absenceSchema = z.strictObject(shape).superRefine((rule, context) => {
  const refuse = refuseIn(context);
  if (msOf(rule.window) > WINDOW_MS_MAX) refuse('window', `is ${rule.window}: a silence is looked for in 24h at most`);
  if (rule.normal !== undefined && rule.learn !== undefined) refuse('learn', 'stands beside normal: write what is normal, or have it learned');
  if (rule.normal !== undefined && rule.normalAtLeast !== undefined) refuse('normalAtLeast', 'stands beside normal: it is for hours that are learned');
  if (rule.normal !== undefined && rule.normal < rule.fewerThan) refuse('normal', `is ${rule.normal}, below fewerThan: it would fire while all is normal`);
  // What is no length of time was refused by itself.
  if (rule.learn !== undefined && msOf(rule.learn) % DAY_MS > 0) refuse('learn', `is ${rule.learn}: it is a number of days, such as 7d`);
  checkHold(rule, refuse);
});

export type AbsenceDocument = z.output<typeof absenceSchema>;

export function absenceOf(document: AbsenceDocument): AbsenceRule {
  return {
    ...commonOf(document),
    kind: 'absence',
    windowMs: msOf(document.window),
    normal: document.normal !== undefined
      ? { kind: 'given', items: document.normal }
      : { kind: 'learned', days: msOf(document.learn ?? '7d') / DAY_MS, itemsMin: document.normalAtLeast ?? 5 },
    fireAt: document.fewerThan,
    resolveBelow: document.fewerThan,
  };
}

export function absenceJson(rule: AbsenceRule) {
  return {
    ...commonJson(rule),
    kind: rule.kind,
    window: formatDuration(rule.windowMs),
    fewerThan: rule.fireAt,
    ...(rule.normal.kind === 'given' ? { normal: rule.normal.items } : { learn: `${rule.normal.days}d`, normalAtLeast: rule.normal.itemsMin }),
    ...holdJson(rule),
  };
}

export const absenceKeys = Object.keys(shape);
