import type { GroupKey } from '../../../core/alert.ts';
import type { AlertSeverity } from '../../../core/rule.ts';
import type { ShownTexts } from '../../shared/language.ts';
import { isFields } from '../../shared/live-message.ts';
import { parseFeedbackPage, type ListedFeedback, inBoth } from '../answers.ts';

/** One alert of an incident. Times in ms since the epoch. */
export interface ShownMember {
  alertId: string;
  ruleId: string;
  title: ShownTexts;
  group: GroupKey;
  severity: AlertSeverity;
  state: 'firing' | 'resolved';
  count: number;
  peak: number;
}

/** One thing that happened, oldest first on a timeline. */
export interface ShownEntry {
  atMs: number;
  kind: string;
  by: string | null;
  reason: string | null;
  detail: ShownTexts;
  /** Of a silence. */
  silenceId: string | null;
  untilMs: number | null;
}

export interface ShownIncident {
  id: string;
  state: string;
  severity: AlertSeverity;
  openedAtMs: number;
  resolvedAtMs: number | null;
  acknowledged: { by: string; untilMs: number } | null;
  assignee: string | null;
  alerts: number;
  totalCount: number;
  /** Step of its escalation chain that comes next, from 1, and whom it tells; null where none is left. */
  nextStep: { step: number; atMs: number; who: string[] } | null;
  members: ShownMember[];
  timeline: ShownEntry[];
}

/** One attempt to deliver a page. */
export interface ShownDelivery {
  idempotencyKey: string;
  attempt: number;
  atMs: number;
  channelId: string;
  outcome: string;
  detail: ShownTexts;
  /** What happened and what to do about it; null where nothing is to be done. */
  advice: ShownTexts | null;
}

export interface EvidencePage {
  claimed: number;
  items: ListedFeedback[];
  nextCursor: string | null;
}

export interface Proof {
  outcome: 'equal' | 'differs';
  why: ShownTexts;
}

type Fields = Record<string, unknown>;
const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';
const textOrNull = (value: unknown): string | null => (isText(value) ? value : null);
const numberOrNull = (value: unknown): number | null => (isNumber(value) ? value : null);
const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

function textsOf(value: unknown): ShownTexts | null {
  return isFields(value) && isText(value['zh']) && isText(value['en']) ? { zh: value['zh'], en: value['en'] } : null;
}

function severityOf(value: unknown): AlertSeverity | null {
  return value === 'notice' || value === 'warning' || value === 'critical' ? value : null;
}

function groupOf(value: unknown): GroupKey {
  return isFields(value) ? Object.fromEntries(Object.entries(value).filter(([, each]) => isText(each))) as GroupKey : {};
}

function memberOf(entry: Fields): ShownMember[] {
  const { alertId, ruleId, state, count, peak } = entry;
  const [title, severity] = [textsOf(entry['title']), severityOf(entry['severity'])];
  if (!isText(alertId) || !isText(ruleId) || !isNumber(count) || !isNumber(peak) || (state !== 'firing' && state !== 'resolved') || title === null || severity === null) return [];
  return [{ alertId, ruleId, title, group: groupOf(entry['group']), severity, state, count, peak }];
}

function entryOf({ atMs, kind, by, reason, detail, silenceId, untilMs }: Fields): ShownEntry[] {
  return isNumber(atMs) && isText(kind) ? [{ atMs, kind, by: textOrNull(by), reason: textOrNull(reason), detail: textsOf(detail) ?? { zh: '', en: '' }, silenceId: textOrNull(silenceId), untilMs: numberOrNull(untilMs) }] : [];
}

/** Null where the answer is not one of `GET /v1/incidents/{id}`; members and entries that cannot be read are left out. */
export function parseIncident(answer: unknown): ShownIncident | null {
  if (!isFields(answer)) return null;
  const { id, state, openedAtMs, alerts, totalCount, acknowledged, nextStep } = answer;
  const severity = severityOf(answer['severity']);
  if (!isText(id) || !isText(state) || !isNumber(openedAtMs) || severity === null) return null;
  return {
    id, state, severity, openedAtMs,
    resolvedAtMs: numberOrNull(answer['resolvedAtMs']),
    acknowledged: isFields(acknowledged) && isText(acknowledged['by']) && isNumber(acknowledged['untilMs']) ? { by: acknowledged['by'], untilMs: acknowledged['untilMs'] } : null,
    assignee: textOrNull(answer['assignee']),
    alerts: numberOrNull(alerts) ?? 1,
    totalCount: numberOrNull(totalCount) ?? Number.NaN,
    nextStep: isFields(nextStep) && isNumber(nextStep['step']) && isNumber(nextStep['atMs']) ? { step: nextStep['step'], atMs: nextStep['atMs'], who: Array.isArray(nextStep['who']) ? nextStep['who'].filter(isText) : [] } : null,
    members: listOf(answer['members']).flatMap(memberOf),
    timeline: listOf(answer['timeline']).flatMap(entryOf),
  };
}

/** Null where the answer is not one of `GET /v1/alerts/{id}/deliveries`. */
export function parseDeliveries(answer: unknown): ShownDelivery[] | null {
  if (!isFields(answer) || !Array.isArray(answer['deliveries'])) return null;
  return listOf(answer['deliveries']).flatMap(({ idempotencyKey, attempt, atMs, channelId, outcome, detail, detailZh, advice }) =>
    (isText(idempotencyKey) && isNumber(attempt) && isNumber(atMs) && isText(channelId) && isText(outcome) && isText(detail) ? [{ idempotencyKey, attempt, atMs, channelId, outcome, detail: inBoth(detail, detailZh), advice: textsOf(advice) }] : []));
}

/** Null where the answer is not one of `GET /v1/alerts/{id}/evidence`. */
export function parseEvidence(answer: unknown): EvidencePage | null {
  const page = parseFeedbackPage(answer);
  return page === null || !isFields(answer) || !isNumber(answer['claimed']) ? null : { claimed: answer['claimed'], ...page };
}

/** Null where the answer is not one of `POST /v1/alerts/{id}/verify`. */
export function parseProof(answer: unknown): Proof | null {
  if (!isFields(answer)) return null;
  const [{ outcome }, why] = [answer, textsOf(answer['why'])];
  return (outcome === 'equal' || outcome === 'differs') && why !== null ? { outcome, why } : null;
}

/** A group's own silence: the rule and each value of the group, as `matchers` of `POST /v1/silences`. */
export function matchersOf({ ruleId, group }: Pick<ShownMember, 'ruleId' | 'group'>): { field: string; value: string }[] {
  return [['rule', ruleId], ...Object.entries(group)].map(([field = '', value = '']) => ({ field, value }));
}
