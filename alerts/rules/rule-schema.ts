import { z } from 'zod';
import { TocsinError } from '../../core/errors.ts';
import { ALERT_SEVERITIES, GROUP_FIELDS } from '../../core/rule.ts';
import { compileWhere, WHERE_CHARS_MAX } from './compile-where.ts';
import { parseWindow } from './duration.ts';

export const COUNT_MAX = 1_000_000_000;
export const GROUP_FIELDS_MAX = 4;
export const ESCALATIONS_MAX = 5;
export const NOTIFY_MAX = 20;
const TITLE_CHARS_MAX = 200;

const COUNT_SENTENCE = `must be a whole number from 1 to ${COUNT_MAX.toLocaleString('en')}`;
const count = z.int(COUNT_SENTENCE).min(1, COUNT_SENTENCE).max(COUNT_MAX, COUNT_SENTENCE);
const severity = z.enum(ALERT_SEVERITIES, `must be one of ${ALERT_SEVERITIES.join(', ')}`);

const titleIn = (language: string) =>
  z
    .string(`is missing: a title needs a text in zh and one in en; ${language} is not there`)
    .trim()
    .min(1, 'must not be empty')
    .max(TITLE_CHARS_MAX, `is longer than ${TITLE_CHARS_MAX} characters`);

const where = z
  .string('must be a text')
  .max(WHERE_CHARS_MAX)
  .superRefine((text, context) => {
    try {
      compileWhere(text);
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  });

const window = z.string('must be a length of time such as 24h, 30m or 7d').superRefine((text, context) => {
  const parsed = parseWindow(text);
  if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.message });
});

const names = z
  .array(z.string('must be a name').trim().min(1, 'must not be empty').max(100, 'is longer than 100 characters'), 'must be a list, such as [on-call]')
  .max(NOTIFY_MAX, `has more than ${NOTIFY_MAX} entries`);

/** How a threshold rule is written, in YAML and over the API; `toRule` makes a core Rule of it. */
const thresholdRuleSchema = z
  .strictObject({
    id: z
      .string('is missing: every rule has an id of its own, such as complaint-burst')
      .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be 1 to 64 small letters, digits and hyphens, such as complaint-burst'),
    title: z.strictObject({ zh: titleIn('zh'), en: titleIn('en') }, 'is missing: {zh: …, en: …}'),
    kind: z.literal('threshold'),
    where: where.optional().describe('CEL over the scored item; absent: every item'),
    groupBy: z
      .array(z.enum(GROUP_FIELDS, `must be one of ${GROUP_FIELDS.join(', ')}`), 'must be a list, such as [category]')
      .max(GROUP_FIELDS_MAX, `has more than ${GROUP_FIELDS_MAX} fields`)
      .refine((fields) => new Set(fields).size === fields.length, 'names a field twice')
      .default([])
      .describe('Fields that each make a group of their own; empty: one group'),
    window: window.describe('1m to 90d: the rule counts items of (t − window, t]'),
    atLeast: count.optional().describe('Fires on this count'),
    moreThan: count.optional().describe('Fires on the count after this one'),
    resolveBelow: count.optional().describe('An open alert ends below this; default 80 % of the count that fires'),
    severity: severity.default('warning'),
    escalate: z
      .array(z.strictObject({ atLeast: count, severity, notify: names.optional().describe('Who is paged at this level; absent: nobody') }), 'must be a list, such as [{atLeast: 100, severity: critical}]')
      .max(ESCALATIONS_MAX, `has more than ${ESCALATIONS_MAX} levels`)
      .default([]),
    notify: names.default([]).describe('Who is paged when it opens and when it is over'),
  })
  .superRefine((rule, context) => {
    const refuse = (key: string | (string | number)[], message: string): void =>
      context.addIssue({ code: 'custom', path: Array.isArray(key) ? key : [key], message });
    if (rule.atLeast === undefined && rule.moreThan === undefined) refuse('atLeast', 'is missing: write atLeast: N, or moreThan: N');
    if (rule.atLeast !== undefined && rule.moreThan !== undefined) refuse('moreThan', 'stands beside atLeast: write one of the two');
    const fireAt = rule.atLeast ?? (rule.moreThan ?? 0) + 1;
    if (rule.resolveBelow !== undefined && rule.resolveBelow > fireAt) {
      refuse('resolveBelow', `is ${rule.resolveBelow}, above the count of ${fireAt} that fires: the alert would end as soon as it opened`);
    }
    let below = { atLeast: fireAt, severity: rule.severity };
    rule.escalate.forEach((level, index) => {
      if (level.atLeast <= below.atLeast) refuse(['escalate', index, 'atLeast'], `must be above ${below.atLeast}, the level before it`);
      if (ALERT_SEVERITIES.indexOf(level.severity) < ALERT_SEVERITIES.indexOf(below.severity)) {
        refuse(['escalate', index, 'severity'], `is milder than ${below.severity}, the level before it`);
      }
      below = level;
    });
  });

/** One member for each kind of rule. */
export const ruleSchema = z.discriminatedUnion('kind', [thresholdRuleSchema]);
export const RULE_KINDS = ['threshold'] as const;

/** Keys that a rule may have, for suggestions. */
export const RULE_KEYS: readonly string[] = Object.keys(thresholdRuleSchema.shape);

export type RuleDocument = z.output<typeof ruleSchema>;
export type RuleInput = z.input<typeof ruleSchema>;
