import { z } from 'zod';
import { INCIDENT_STATES, TIMELINE_KINDS } from '../../../alerts/incidents/incident.ts';
import { NO_PAGE_REASONS, PAGE_REASONS } from '../../../core/page-order.ts';
import { ALERT_SEVERITIES } from '../../../core/rule.ts';

const COMMENT_CHARS_MAX = 5_000;
const FOR_MINUTES_MAX = 7 * 24 * 60;
const ALERT_IDS_MAX = 1_000;

const epochMs = z.int().describe('Milliseconds since the epoch, UTC.');
const localText = z.object({ zh: z.string(), en: z.string() });
const severity = z.enum(ALERT_SEVERITIES);
const pageReason = z.enum([...PAGE_REASONS, ...NO_PAGE_REASONS]);

export const actor = z.string('is missing: who does this, such as u1').trim().min(1, 'is missing: who does this, such as u1').max(100, 'is longer than 100 characters')
  .describe('Who does this: an id such as u1.');
const comment = z.string('must be a text').trim().max(COMMENT_CHARS_MAX, `is longer than ${COMMENT_CHARS_MAX} characters`);
export const operationId = z.string().regex(/^[\w.:-]{8,100}$/u, 'must be 8 to 100 letters, digits, "_", "-", "." or ":"').optional()
  .describe('Made by the client: the same id again is done once.');
const common = { actor, comment: comment.optional(), operationId };

export const actBodies = {
  acknowledge: z.strictObject({ ...common, forMinutes: z.int('must be a whole number of minutes').min(1, 'must be at least 1').max(FOR_MINUTES_MAX, `must be at most ${FOR_MINUTES_MAX}`).optional().describe('After this it pages again; the policy says how long when absent.') }),
  unacknowledge: z.strictObject(common),
  escalate: z.strictObject({ ...common, step: z.int('must be a whole number').min(1, 'must be at least 1').optional().describe('The step that is meant, as `nextStep` says it: where another one comes next by now, nothing is done (409), so that two who ask at once take one step.') }),
  assign: z.strictObject({ ...common, to: z.string('is missing: a user, or auto').trim().min(1, 'is missing: a user, or auto').max(100).describe('Id of a user, or `auto`: by skill and load.') }),
  resolve: z.strictObject(common),
  comment: z.strictObject({ actor, operationId, text: comment.min(1, 'must not be empty') }),
  merge: z.strictObject({ ...common, into: z.string('is missing: the incident it goes into').min(1).max(200) }),
  split: z.strictObject({ ...common, alertIds: z.array(z.string().min(1).max(200), 'must be a list of alert ids').min(1, 'must name at least one alert').max(ALERT_IDS_MAX) }),
};

export const incidentSchema = z.object({
  id: z.string().describe('Id of its first alert.'),
  workspace: z.string(),
  state: z.enum(INCIDENT_STATES),
  severity,
  route: z.string().nullable(),
  openedAtMs: epochMs,
  resolvedAtMs: epochMs.nullable(),
  resolvedBy: z.string().nullable().describe('Null where it ended by itself.'),
  resolvedBecause: z.string().nullable(),
  acknowledged: z.object({ by: z.string(), atMs: epochMs, untilMs: epochMs }).nullable(),
  assignee: z.string().nullable(),
  alerts: z.int(),
  alertsFiring: z.int(),
  totalCount: z.int().describe('Sum of the counts of the alerts that fire; of all peaks once it is over.'),
  reopened: z.int(),
  flapping: z.boolean(),
  told: z.array(z.string()).describe('Channels that were told; they are told of the end.'),
  waitsBecause: z.enum(NO_PAGE_REASONS).nullable().describe('Why its page waits.'),
  nextStep: z.object({ chain: z.string(), step: z.int().describe('From 1.'), atMs: epochMs, who: z.array(z.string()).optional().describe('Whom it tells: people by their ids, else its targets. Absent in lists.') }).optional().describe('The step of its escalation chain that is taken next unless somebody acknowledges; absent where none is left.'),
  silenced: z.boolean().describe('Whether silences hold back its pages.'),
  corrected: z.object({ atMs: epochMs, detail: localText }).nullable().describe('The latest correction of its numbers.'),
  alertIds: z.array(z.string()).describe('Of its alerts, those that fire first; at most 100.'),
});

const memberSchema = z.object({
  alertId: z.string(), workspace: z.string(), ruleId: z.string(), title: localText, group: z.record(z.string(), z.string()), severity,
  state: z.enum(['firing', 'resolved']), count: z.number(), peak: z.number(),
  fireAt: z.number(), resolveBelow: z.number(), windowMs: z.int(), openedAtMs: epochMs, endedAtMs: epochMs.nullable(), notify: z.array(z.string()),
  page: z.object({ reason: pageReason, atMs: epochMs }).nullable().describe('Why it was paged, or why not.'),
});

export const incidentDetailSchema = incidentSchema.extend({
  members: z.array(memberSchema).describe('Its alerts, those that fire first.'),
  timeline: z.array(z.object({
    atMs: epochMs, kind: z.enum(TIMELINE_KINDS), by: z.string().nullable(), reason: pageReason.nullable(), detail: localText, alertId: z.string().nullable(), silenceId: z.string().optional().describe('The silence that this is about.'), untilMs: epochMs.optional().describe('Until when a silence holds pages back; absent where it has no end.'),
  })).describe('Oldest first.'),
});

export const pendingSchema = z.object({ operationId: z.string(), pending: z.literal(true) });
