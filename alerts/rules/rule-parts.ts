import { z } from 'zod';
import { TocsinError } from '../../core/errors.ts';
import { ALERT_SEVERITIES, GROUP_FIELDS } from '../../core/rule.ts';
import type { RuleCommon } from '../../core/rule.ts';
import { compileWhere, normalizeWhere, WHERE_CHARS_MAX } from './compile-where.ts';
import { formatDuration, parseDuration, parseWindow } from './duration.ts';

export const COUNT_MAX = 1_000_000_000;
const GROUP_FIELDS_MAX = 4;
const ESCALATIONS_MAX = 5;
const NOTIFY_MAX = 20;
const SKILLS_MAX = 50;
/** An alert is kept open after its end for at most this long. */
const KEEP_FIRING_MS_MAX = 7 * 86_400_000;
const TITLE_CHARS_MAX = 200;

const COUNT_SENTENCE = `must be a whole number from 1 to ${COUNT_MAX.toLocaleString('en')}`;
export const count = z.int(COUNT_SENTENCE).min(1, COUNT_SENTENCE).max(COUNT_MAX, COUNT_SENTENCE);
export const severity = z.enum(ALERT_SEVERITIES, `must be one of ${ALERT_SEVERITIES.join(', ')}`);

const titleIn = (language: string) =>
  z
    .string(`is missing: a title needs a text in zh and one in en; ${language} is not there`)
    .trim()
    .min(1, 'must not be empty')
    .max(TITLE_CHARS_MAX, `is longer than ${TITLE_CHARS_MAX} characters`);

export const where = z
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

export const window = z.string('must be a length of time such as 24h, 30m or 7d').superRefine((text, context) => {
  const parsed = parseWindow(text);
  if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.message });
});

/** A length of time within bounds, milliseconds, both included. */
export const lengthOfTime = (fromMs: number, toMs: number) =>
  z.string('must be a length of time such as 10m, 2h or 7d').superRefine((text, context) => {
    const parsed = parseDuration(text);
    if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.message });
    else if (parsed.ms < fromMs || parsed.ms > toMs) context.addIssue({ code: 'custom', message: `"${text}" is out of range: it is ${formatDuration(fromMs)} to ${formatDuration(toMs)}` });
  });

export const names = z
  .array(z.string('must be a name').trim().min(1, 'must not be empty').max(100, 'is longer than 100 characters'), 'must be a list, such as [on-call]')
  .max(NOTIFY_MAX, `has more than ${NOTIFY_MAX} entries`);

export const groupBy = z
  .array(z.enum(GROUP_FIELDS, `must be one of ${GROUP_FIELDS.join(', ')}`), 'must be a list, such as [category]')
  .max(GROUP_FIELDS_MAX, `has more than ${GROUP_FIELDS_MAX} fields`)
  .refine((fields) => new Set(fields).size === fields.length, 'names a field twice');

/** Keys that every kind has. */
export const commonShape = {
  id: z
    .string('is missing: every rule has an id of its own, such as complaint-burst')
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be 1 to 64 small letters, digits and hyphens, such as complaint-burst'),
  title: z.strictObject({ zh: titleIn('zh'), en: titleIn('en') }, 'is missing: {zh: …, en: …}'),
  where: where.optional().describe('CEL over the scored item; absent: every item'),
  groupBy: groupBy.default([]).describe('Fields that each make a group of their own; empty: one group'),
  severity: severity.default('warning'),
  notify: names.default([]).describe('Who is paged when it opens and when it is over'),
  assign: z.literal('auto', 'must be auto, or absent').optional().describe('auto: its incidents are given to somebody by skill and load'),
  skills: z.array(z.string('must be a skill').regex(/^[\w.-]{1,64}$/u, 'must be 1 to 64 letters, digits, "_", "-" or "."'), 'must be a list, such as [logistics]').max(SKILLS_MAX, `has more than ${SKILLS_MAX} entries`).optional()
    .describe('What assign: auto looks for'),
};

/** Keys of kinds whose alerts may wait and be kept. */
export const holdShape = {
  for: lengthOfTime(1_000, KEEP_FIRING_MS_MAX).optional().describe('It must fire for this long before the alert opens; at most the window'),
  keepFiringFor: lengthOfTime(1_000, KEEP_FIRING_MS_MAX).optional().describe('The alert stays open for this long after its end'),
};

export const escalateShape = {
  escalate: z
    .array(z.strictObject({ atLeast: count, severity, notify: names.optional().describe('Who is paged at this level; absent: nobody') }), 'must be a list, such as [{atLeast: 100, severity: critical}]')
    .max(ESCALATIONS_MAX, `has more than ${ESCALATIONS_MAX} levels`)
    .default([]),
};

export type Refuse = (key: string | (string | number)[], message: string) => void;

export function refuseIn(context: z.core.$RefinementCtx): Refuse {
  return (key, message) => context.addIssue({ code: 'custom', path: Array.isArray(key) ? key : [key], message });
}

interface Levels {
  severity: (typeof ALERT_SEVERITIES)[number];
  escalate: { atLeast: number; severity: (typeof ALERT_SEVERITIES)[number] }[];
}

/** Levels rise, in count and in severity. */
export function checkLevels({ severity: first, escalate }: Levels, fireAt: number, refuse: Refuse): void {
  let below = { atLeast: fireAt, severity: first };
  escalate.forEach((level, index) => {
    if (level.atLeast <= below.atLeast) refuse(['escalate', index, 'atLeast'], `must be above ${below.atLeast}, the level before it`);
    if (ALERT_SEVERITIES.indexOf(level.severity) < ALERT_SEVERITIES.indexOf(below.severity)) {
      refuse(['escalate', index, 'severity'], `is milder than ${below.severity}, the level before it`);
    }
    below = level;
  });
}

/** `for` waits within the window: what fires for longer than the window is another matter. */
export function checkHold({ for: waits, window: within }: { for?: string | undefined; window: string }, refuse: Refuse): void {
  const [waitMs, windowMs] = [waits === undefined ? 0 : msOf(waits), msOf(within)];
  if (waitMs > windowMs) refuse('for', `is ${waits}, longer than the window of ${within}: what has made it fire would have left the window before it opens`);
}

/** Of a text that has been checked; NaN of one that is wrong, which has a fault of its own. */
export function msOf(text: string): number {
  const parsed = parseDuration(text);
  return parsed.ok ? parsed.ms : NaN;
}

interface CommonDocument {
  id: string;
  title: { zh: string; en: string };
  where?: string | undefined;
  groupBy: RuleCommon['groupBy'];
  severity: RuleCommon['severity'];
  notify: string[];
  assign?: 'auto' | undefined;
  skills?: string[] | undefined;
  escalate?: RuleCommon['escalate'];
  for?: string | undefined;
  keepFiringFor?: string | undefined;
}

export function commonOf(document: CommonDocument): Omit<RuleCommon, 'windowMs' | 'fireAt' | 'resolveBelow'> {
  const text = normalizeWhere(document.where);
  return {
    id: document.id,
    title: document.title,
    ...(text === '' ? {} : { where: text }),
    groupBy: document.groupBy,
    severity: document.severity,
    escalate: document.escalate ?? [],
    notify: document.notify,
    ...(document.assign === undefined ? {} : { assign: { skills: document.skills ?? [] } }),
    ...(document.for === undefined ? {} : { forMs: msOf(document.for) }),
    ...(document.keepFiringFor === undefined ? {} : { keepFiringMs: msOf(document.keepFiringFor) }),
  };
}

/** The common keys as they are written; `commonOf` reads them back. */
export function commonJson(rule: RuleCommon) {
  return {
    id: rule.id,
    title: rule.title,
    ...(rule.where === undefined ? {} : { where: rule.where }),
    groupBy: rule.groupBy,
    severity: rule.severity,
    notify: rule.notify,
    ...(rule.assign === undefined ? {} : { assign: 'auto' as const, ...(rule.assign.skills.length === 0 ? {} : { skills: rule.assign.skills }) }),
  };
}

export function holdJson({ forMs, keepFiringMs }: RuleCommon) {
  return {
    ...(forMs === undefined ? {} : { for: formatDuration(forMs) }),
    ...(keepFiringMs === undefined ? {} : { keepFiringFor: formatDuration(keepFiringMs) }),
  };
}
