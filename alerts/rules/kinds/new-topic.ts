import { z } from 'zod';
import type { NewTopicRule } from '../../../core/rule.ts';
import { formatDuration } from '../duration.ts';
import { commonJson, commonOf, commonShape, count, lengthOfTime, msOf, refuseIn, window } from '../rule-parts.ts';

const DAY_MS = 86_400_000;
const STOP_WORDS_MAX = 500;
/** Of a term 400 occurrences are held, and a customer may say it twice. */
const CUSTOMERS_MAX = 200;
const TIMES = 'must be a number from 1 to 1,000';

const { groupBy: _, ...common } = commonShape;
const shape = {
  ...common,
  kind: z.literal('newTopic'),
  window: window.default('24h').describe('1m to 7d'),
  atLeast: count.default(10).describe('Distinct customers that say the term'),
  times: z.number(TIMES).min(1, TIMES).max(1_000, TIMES).default(5).describe('It comes at least so many times as often as before'),
  memory: lengthOfTime(DAY_MS, 90 * DAY_MS).default('14d').describe('Half-life of what is remembered of a term; at least the window'),
  terms: z.enum(['text', 'keywords'], 'must be text or keywords').default('text').describe('Parts of the text, or the words that moved the model'),
  stopWords: z.array(z.string().min(1).max(50), 'must be a list of words').max(STOP_WORDS_MAX, `has more than ${STOP_WORDS_MAX} words`).default([]),
};

/** A term that is new and growing. */
export const newTopicSchema = z.strictObject(shape).superRefine((rule, context) => {
  const refuse = refuseIn(context);
  if (msOf(rule.window) > 7 * DAY_MS) refuse('window', `is ${rule.window}: what is new is looked for in 7d at most`);
  if (rule.atLeast > CUSTOMERS_MAX) refuse('atLeast', `is ${rule.atLeast}: a topic is followed up to ${CUSTOMERS_MAX} customers`);
  if (msOf(rule.memory) < msOf(rule.window)) refuse('memory', `is ${rule.memory}, shorter than the window of ${rule.window}: nothing would be known of before`);
});

export type NewTopicDocument = z.output<typeof newTopicSchema>;

export function newTopicOf(document: NewTopicDocument): NewTopicRule {
  return {
    ...commonOf({ ...document, groupBy: [] }),
    kind: 'newTopic',
    windowMs: msOf(document.window),
    fireAt: document.atLeast,
    resolveBelow: Math.max(1, Math.round(document.atLeast * 0.8)),
    timesMin: document.times,
    memoryMs: msOf(document.memory),
    terms: document.terms,
    stopWords: document.stopWords,
  };
}

export function newTopicJson(rule: NewTopicRule) {
  const { groupBy: __, ...json } = commonJson(rule);
  return { ...json, kind: rule.kind, window: formatDuration(rule.windowMs), atLeast: rule.fireAt, times: rule.timesMin, memory: formatDuration(rule.memoryMs), terms: rule.terms, stopWords: rule.stopWords };
}

export const newTopicKeys = Object.keys(shape);
