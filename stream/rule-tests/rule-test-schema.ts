import { z } from 'zod';
import { CHANNELS } from '../../core/feedback.ts';
import { ALERT_SEVERITIES } from '../../core/rule.ts';
import { LANGUAGES, SENTIMENTS, SEVERITIES } from '../../core/score.ts';

const UNITS_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
export const ITEMS_MAX = 200_000;

/** `1d2h30m` after the start, milliseconds; null for a text that is none. */
export function parseOffset(text: string): number | null {
  if (!/^(?:\d{1,6}[smhdw])+$/.test(text)) return text === '0' ? 0 : null;
  return [...text.matchAll(/(\d+)([smhdw])/g)].reduce((sum, [, amount, unit]) => sum + Number(amount) * UNITS_MS[unit!]!, 0);
}

const offset = z.union([z.string(), z.literal(0)], 'must be a time after the start such as 10m or 1d2h30m').transform((written, context): number => {
  const ms = parseOffset(String(written));
  if (ms !== null) return ms;
  context.addIssue({ code: 'custom', message: `"${String(written)}" is not a time after the start such as 10m or 1d2h30m` });
  return z.NEVER;
});
const times = z.int().min(1).max(ITEMS_MAX);
const probability = z.number().min(0).max(1);

const given = z.strictObject({
  at: offset.describe('When the first item arrives, after the start'),
  items: times.default(1),
  every: offset.default(0).describe('Between one item and the next'),
  days: z.int().min(1).max(400).default(1).describe('The same again on so many days in all'),
  customers: times.optional().describe('The items come from so many customers in turn'),
  lateBy: offset.default(0).describe('How long before its arrival an item was written'),
  text: z.string().default('示例反馈'),
  channel: z.enum(CHANNELS).default('app'),
  complaint: z.boolean().default(true),
  complaintProbability: probability.optional(),
  sentiment: z.enum(SENTIMENTS).optional(),
  stars: z.int().min(1).max(5).optional(),
  severity: z.enum(SEVERITIES).optional(),
  category: z.union([z.string(), z.array(z.string()).min(1)]).default('other'),
  language: z.enum(LANGUAGES).default('zh'),
  keywords: z.array(z.string()).default([]),
  implicit: z.boolean().default(false),
  customer: z.string().optional(),
  tier: z.string().optional(),
  customerGroup: z.string().optional(),
  product: z.string().optional(),
  store: z.string().optional(),
  region: z.string().optional(),
  agent: z.string().optional(),
  rating: z.number().min(1).max(5).optional(),
  nps: z.number().min(0).max(10).optional(),
  waitSeconds: z.number().min(0).optional(),
  tags: z.array(z.string()).optional(),
});

const expected = z
  .strictObject({
    at: offset.optional().describe('To the millisecond'),
    between: z.tuple([offset, offset]).optional(),
    rule: z.string(),
    does: z.enum(['opens', 'escalates', 'resolves'], 'must be opens, escalates or resolves').default('opens'),
    group: z.record(z.string(), z.string()).optional(),
    count: z.number().optional(),
    severity: z.enum(ALERT_SEVERITIES).optional(),
    late: z.boolean().optional(),
  })
  .refine(({ at, between }) => (at === undefined) !== (between === undefined), { path: ['at'], message: 'is missing: write at: 10m, or between: [10m, 11m]' });

const test = z.strictObject({
  name: z.string().min(1),
  rules: z.array(z.string()).optional().describe('Only these of the file\'s rules; absent: all'),
  latenessMax: offset.default(48 * 3_600_000),
  until: offset.optional().describe('When it ends; absent: with the last item or expectation'),
  given: z.array(given).max(1_000),
  expect: z.array(expected).default([]).describe('Every opening, escalation and end that there is; none where absent'),
  others: z.enum(['refused', 'allowed'], 'must be refused or allowed').default('refused').describe('allowed: more may happen than is expected'),
});

export const ruleTestSchema = z.strictObject({
  rules: z.union([z.string(), z.array(z.string()).min(1)], 'must be a rule file, or a list of them, relative to this one').transform((files) => (typeof files === 'string' ? [files] : files)),
  start: z.string().default('2026-03-02T00:00:00+08:00').refine((text) => !Number.isNaN(Date.parse(text)), 'must be a time in RFC 3339, such as 2026-03-02T00:00:00+08:00'),
  timeZone: z.string().default('Asia/Shanghai'),
  tests: z.array(test).min(1, 'is empty'),
});

export type RuleTestFile = z.output<typeof ruleTestSchema>;
export type RuleTest = RuleTestFile['tests'][number];
export type GivenItems = RuleTest['given'][number];
export type ExpectedEvent = RuleTest['expect'][number];
