import { z } from 'zod';
import { ALERT_SEVERITIES } from '../../../core/rule.ts';
import type { AlertSeverity, Escalation, ThresholdRule } from '../../../core/rule.ts';
import { formatDuration } from '../duration.ts';
import { checkHold, checkLevels, commonJson, commonOf, commonShape, count, escalateShape, holdJson, holdShape, msOf, names, refuseIn, window } from '../rule-parts.ts';

const oneLevel = z.union([count, z.strictObject({ atLeast: count, notify: names.optional() })], 'must be a count, or {atLeast: N, notify: [...]}');

const shape = {
  ...commonShape,
  kind: z.literal('threshold'),
  of: z.enum(['items', 'customers', 'probability'], 'must be items, customers or probability').default('items').describe('What is counted: items, distinct customers, or the sum of complaintProbability'),
  window: window.describe('1m to 90d: the rule counts items of (t − window, t]'),
  atLeast: count.optional().describe('Fires on this count'),
  moreThan: count.optional().describe('Fires on the count after this one'),
  levels: z
    .strictObject({ notice: oneLevel.optional(), warning: oneLevel.optional(), critical: oneLevel.optional() }, 'must be such as {notice: 20, warning: 50, critical: 100}')
    .optional()
    .describe('In place of atLeast, severity and escalate: a count for each severity, each of which pages'),
  resolveBelow: count.optional().describe('An open alert ends below this; default 80 % of the count that fires'),
  ...escalateShape,
  ...holdShape,
};

/** A count over a sliding window: how it is written, in YAML and over the API. */
export const thresholdSchema = z.strictObject(shape).superRefine((rule, context) => {
  const refuse = refuseIn(context);
  if (rule.levels !== undefined) {
    if (rule.atLeast !== undefined || rule.moreThan !== undefined) refuse('levels', 'stands beside atLeast or moreThan: write one of the two');
    if (rule.escalate.length > 0) refuse('levels', 'stands beside escalate: write one of the two');
    if (stepsOf(rule).length === 0) refuse('levels', 'names no level: write such as {warning: 50, critical: 100}');
    let below = 0;
    for (const step of stepsOf(rule)) {
      if (step.atLeast <= below) refuse(['levels', step.severity], `must be above ${below}, the level before it`);
      below = step.atLeast;
    }
  } else if (rule.atLeast === undefined && rule.moreThan === undefined) refuse('atLeast', 'is missing: write atLeast: N, or moreThan: N');
  if (rule.atLeast !== undefined && rule.moreThan !== undefined) refuse('moreThan', 'stands beside atLeast: write one of the two');
  const fireAt = fireAtOf(rule);
  if (rule.resolveBelow !== undefined && rule.resolveBelow > fireAt) {
    refuse('resolveBelow', `is ${rule.resolveBelow}, above the count of ${fireAt} that fires: the alert would end as soon as it opened`);
  }
  checkLevels(rule, fireAt, refuse);
  checkHold(rule, refuse);
});

export type ThresholdDocument = z.output<typeof thresholdSchema>;

interface Step {
  severity: AlertSeverity;
  atLeast: number;
  notify: string[] | undefined;
}

/** The levels, mildest first. */
function stepsOf({ levels }: Pick<ThresholdDocument, 'levels'>): Step[] {
  return ALERT_SEVERITIES.flatMap((severity): Step[] => {
    const level = levels?.[severity];
    if (level === undefined) return [];
    return [typeof level === 'number' ? { severity, atLeast: level, notify: undefined } : { severity, atLeast: level.atLeast, notify: level.notify }];
  });
}

function fireAtOf(rule: Pick<ThresholdDocument, 'levels' | 'atLeast' | 'moreThan'>): number {
  return stepsOf(rule)[0]?.atLeast ?? rule.atLeast ?? (rule.moreThan ?? 0) + 1;
}

export function thresholdOf(document: ThresholdDocument): ThresholdRule {
  const fireAt = fireAtOf(document);
  const [first, ...others] = stepsOf(document);
  const common = commonOf(document);
  const escalate: Escalation[] = others.map(({ severity, atLeast, notify }) => ({ atLeast, severity, notify: notify ?? document.notify }));
  return {
    ...common,
    kind: 'threshold',
    ...(document.of === 'items' ? {} : { of: document.of }),
    ...(first === undefined ? {} : { severity: first.severity, notify: first.notify ?? document.notify, escalate }),
    windowMs: msOf(document.window),
    fireAt,
    resolveBelow: document.resolveBelow ?? Math.max(1, Math.round(fireAt * 0.8)),
  };
}

/** As the API shows it; `moreThan: N` is shown as `atLeast: N + 1`, `levels` as `escalate`. */
export function thresholdJson(rule: ThresholdRule) {
  return {
    ...commonJson(rule),
    kind: rule.kind,
    ...(rule.of === undefined ? {} : { of: rule.of }),
    window: formatDuration(rule.windowMs),
    atLeast: rule.fireAt,
    resolveBelow: rule.resolveBelow,
    escalate: rule.escalate,
    ...holdJson(rule),
  };
}

export const thresholdKeys = Object.keys(shape);
