import { z } from 'zod';
import type { SevereRule } from '../../../core/rule.ts';
import { formatDuration } from '../duration.ts';
import { checkLevels, commonJson, commonOf, commonShape, escalateShape, lengthOfTime, msOf, refuseIn, severity, where } from '../rule-parts.ts';

const MINUTE_MS = 60_000;
const COOL_DOWN_MS_MAX = 7 * 24 * 60 * MINUTE_MS;

const shape = {
  ...commonShape,
  kind: z.literal('severe'),
  where: where.min(1, 'is empty: one item of any kind would page').describe('CEL over the scored item; one that meets it is enough'),
  severity: severity.default('critical'),
  coolDown: lengthOfTime(MINUTE_MS, COOL_DOWN_MS_MAX).default('1h').describe('Further items of the group belong to the alert until none came for so long'),
  ...escalateShape,
};

/** One item is enough. */
export const severeSchema = z.strictObject(shape).superRefine((rule, context) => checkLevels(rule, 1, refuseIn(context)));

export type SevereDocument = z.output<typeof severeSchema>;

export function severeOf(document: SevereDocument): SevereRule {
  return { ...commonOf(document), kind: 'severe', windowMs: msOf(document.coolDown), fireAt: 1, resolveBelow: 1 };
}

export function severeJson(rule: SevereRule) {
  return { ...commonJson(rule), kind: rule.kind, where: rule.where ?? 'true', coolDown: formatDuration(rule.windowMs), escalate: rule.escalate };
}

export const severeKeys = Object.keys(shape);
