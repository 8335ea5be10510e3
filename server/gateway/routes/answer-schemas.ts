import { z } from 'zod';
import { ALERT_STATES } from '../../../alerts/list/alert-record.ts';
import { INCIDENT_STATES } from '../../../alerts/incidents/incident.ts';
import { ruleSchema } from '../../../alerts/rules/rule-schema.ts';
import { CATEGORY_IDS } from '../../../core/category.ts';
import { DELIVERY_FAULTS } from '../../../core/delivery-fault.ts';
import { DELIVERY_OUTCOMES } from '../../../core/page.ts';
import { FILLED_FIELDS } from '../../../core/stored-item.ts';
import { ALERT_SEVERITIES } from '../../../core/rule.ts';
import { LANGUAGES, SENTIMENTS, SEVERITIES } from '../../../core/score.ts';
import { REJECTION_CODES } from '../../admission/rejection.ts';

const probability = z.number().min(0).max(1);
const localText = z.object({ zh: z.string(), en: z.string() });
const groupKey = z.record(z.string(), z.string());
const epochMs = z.int().describe('Milliseconds since the epoch, UTC.');

export const rejectionSchema = z.object({
  index: z.int().min(0).describe('Place of the item in the request, from 0.'),
  code: z.enum(REJECTION_CODES),
  field: z.string().describe('Path of the field; empty when it is the item as a whole.'),
  message: z.string(),
});

export const intakeAnswerSchema = z.object({
  accepted: z.int().min(0),
  ids: z.array(z.string()).describe('Of the accepted items, in the order in which they were sent.'),
  rejected: z.array(rejectionSchema),
});

export const storedFeedbackSchema = z.looseObject({
  id: z.string(),
  workspace: z.string(),
  text: z.string().describe('Masked.'),
  channel: z.string(),
  createdAt: z.string().describe('RFC 3339, UTC.'),
  receivedAt: z.string().describe('RFC 3339, UTC.'),
  language: z.string(),
  sentiment: z.string(),
  sentimentProbability: probability,
  stars: z.number(),
  complaint: z.boolean(),
  severity: z.string(),
  categories: z.array(z.string()),
  implicit: z.boolean(),
  duplicateOf: z.string().optional().describe('Id of the first item that this one repeats; such an item is not counted.'),
  campaignOf: z.string().optional().describe('Id of the first item of the copied text that this one is of.'),
  filled: z.array(z.enum(FILLED_FIELDS)).optional().describe('Fields that the sender left out, filled from what the same customer said before.'),
  model: z.string(),
});

export const scoreSchema = z.object({
  sentiment: z.enum(SENTIMENTS),
  probabilities: z.object({ negative: probability, neutral: probability, positive: probability }),
  stars: z.int().min(1).max(5),
  starProbabilities: z.array(probability).length(5),
  complaint: z.boolean(),
  complaintProbability: probability,
  severity: z.enum(SEVERITIES),
  categories: z.array(z.object({ id: z.string().describe(`One of ${CATEGORY_IDS.join(', ')}, or of the taxonomy's own.`), probability, decidedBy: z.enum(['model', 'taxonomy']) })),
  implicit: z.boolean(),
  keywords: z.array(z.string()),
  language: z.enum(LANGUAGES),
  ratingConflict: z.boolean().optional(),
});

const campaignShareSchema = z.object({
  of: z.string().describe('Id of its first item.'),
  items: z.int(),
  customers: z.int().describe('Different ones.'),
  texts: z.int().describe('Different ones.'),
  exact: z.boolean().describe('False where a limit makes customers and texts lower bounds.'),
  counted: z.int().describe('Items counted in this group since the text was known to be copied.'),
});

const approachingMeasure = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('share'), volume: z.int(), share: z.number().describe('0 to 1.'), shareAtLeast: z.number(), per: z.union([z.literal(100), z.literal(1000)]) }).describe('`fireAt` is the count that fires at this volume.'),
  z.object({ kind: z.literal('spike'), expected: z.number().describe('Usual at these hours.') }).describe('`fireAt` is the count that fires at these hours.'),
  z.object({ kind: z.literal('newTopic'), items: z.int(), expected: z.number() }).describe('`count`: customers who say the term.'),
]);

export const countsAnswerSchema = z.object({
  asOf: z.string().describe('Stream time of the counts, RFC 3339, UTC.'),
  lagMs: z.number(),
  exact: z.boolean(),
  lowerBound: z.array(z.string()).describe('Why the counts may be too low; empty when they are exact.'),
  groups: z.array(z.object({
    key: groupKey,
    count: z.int(),
    distinctCustomers: z.int(),
    distinctCustomersExact: z.literal(false).optional().describe('Present where distinctCustomers is an estimate.'),
    nextExpiryAt: z.string().nullable().describe('When the oldest item leaves the window; null for a group that is empty now.'),
    campaigns: z.array(campaignShareSchema).optional().describe('Copied texts among the items, at most three.'),
    previous: z.int().nullable().optional().describe('Items in the same window so long before as was asked; null where not all of it is held.'),
    weeks: z.array(z.int()).optional().describe('Items in the same window of the weeks before that are held whole, the latest first.'),
  })).describe('Largest first.'),
  approaching: z.array(z.object({ ruleId: z.string(), title: localText, of: z.enum(['customers', 'probability']).optional().describe('What is counted where it is not items.'), group: groupKey, count: z.number(), fireAt: z.int(), windowMs: z.int(), measure: approachingMeasure.optional().describe('What the count is held against, where `fireAt` is not fixed.'), reachesAt: z.string().describe('RFC 3339, UTC: when the count is reached at the rate of the last quarter of the window.') })).describe('Groups of threshold, share and spike rules, and terms on their way to be a new topic, that are at half of their count or more and will reach it within a window, the soonest first; at most ten.'),
});

export const faultSchema = z.object({ field: z.string(), message: z.string(), messageZh: z.string() });

export const warningsSchema = z.array(faultSchema).describe('What is allowed in it and most likely not meant, such as a channel that there is not.');

export const ruleViewSchema = z.object({
  rule: ruleSchema.describe('In the form of the rule files.'),
  source: z.enum(['file', 'api']).describe('Rules from files cannot be changed here.'),
  warnings: warningsSchema,
});

const quoteSchema = z.object({ id: z.string(), text: z.string().describe('Masked.'), channel: z.string(), createdAtMs: epochMs });

export const alertViewSchema = z.object({
  alertId: z.string(),
  workspace: z.string(),
  ruleId: z.string(),
  title: localText,
  group: groupKey,
  severity: z.enum(ALERT_SEVERITIES),
  state: z.enum(ALERT_STATES),
  count: z.number().describe('Items in the window, or what the kind of the rule measures: now while it fires, at its end once it is resolved.'),
  peak: z.number(),
  fireAt: z.int(),
  resolveBelow: z.int(),
  windowMs: z.int(),
  openedAtMs: epochMs,
  resolvedAtMs: epochMs.nullable(),
  resolvedBecause: z.string().nullable(),
  endsAtMs: epochMs.nullable().describe('When it ends by itself if nothing more comes; null once it has.'),
  firstItemAtMs: epochMs.nullable(),
  lastItemAtMs: epochMs.nullable(),
  quotes: z.array(quoteSchema),
  campaigns: z.array(campaignShareSchema).optional().describe('Copied texts among its items, at most three; absent where there are none.'),
  late: z.boolean().describe('Late items completed a window that was past already.'),
  incident: z.object({
    id: z.string(), state: z.enum(INCIDENT_STATES), acknowledgedBy: z.string().nullable(), assignee: z.string().nullable(),
    page: z.object({ reason: z.string(), atMs: epochMs }).nullable().describe('Why the alert was paged, or why not.'),
  }).nullable().describe('What people did about it; null until the desk has taken it in.'),
});

export const alertDetailSchema = alertViewSchema.extend({
  opening: z.looseObject({ id: z.string(), count: z.number(), sequence: z.int() }).nullable().describe('What evidence is looked up by.'),
  level: z.looseObject({ id: z.string(), count: z.number(), sequence: z.int(), severity: z.enum(ALERT_SEVERITIES), levelAt: z.number() }).optional().describe('The level that it reached last, likewise; absent where it reached none beyond its opening.'),
  timeline: z.array(z.object({ eventId: z.string(), kind: z.string(), atMs: epochMs, severity: z.enum(ALERT_SEVERITIES), count: z.int() })).describe('Oldest first.'),
});

export const deliverySchema = z.looseObject({
  idempotencyKey: z.string(),
  alertId: z.string(),
  eventId: z.string(),
  eventKind: z.string(),
  channelId: z.string(),
  channelKind: z.string(),
  attempt: z.int().min(1),
  outcome: z.enum(DELIVERY_OUTCOMES),
  detail: z.string().describe('What the receiver said, or why it was not reached.'),
  detailZh: z.string().describe('The same in Chinese; the receiver\'s own words stay as they are.'),
  fault: z.enum(DELIVERY_FAULTS).optional().describe('What kind of fault it was.'),
  advice: z.object({ zh: z.string(), en: z.string() }).optional().describe('What happened, and what to do about it.'),
  atMs: epochMs,
  durationMs: z.number(),
  nextAttemptAtMs: epochMs.optional(),
  mayHaveArrived: z.literal(true).optional(),
  over: z.string().optional().describe('Id of the channel that took it over in this one\'s place.'),
});

export const healthSchema = z.object({
  ready: z.boolean(),
  atMs: epochMs,
  parts: z.array(z.object({ part: z.string(), ok: z.boolean(), reason: z.string().optional(), reasonZh: z.string().optional().describe('The same in Chinese.') })),
});
