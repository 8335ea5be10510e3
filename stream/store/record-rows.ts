import type { AlertEvent } from '../../core/alert.ts';
import type { DeliveryRecord } from '../../core/page.ts';
import type { Operation } from '../../core/operation.ts';
import type { JournalEntry } from '../../alerts/incidents/journal.ts';
import { decodeJson } from '../frames/record.ts';
import type { LogName } from '../ports.ts';
import { alertWindowRows } from './alert-windows.ts';
import { labelRow } from './labels.ts';
import type { RecordRow } from './record-row.ts';
import { utcText } from './to-row.ts';

/** A log of records and the table that holds them. */
export interface RecordTable {
  log: LogName;
  table: string;
  /** The rows of one entry. @throws TocsinError `frame_corrupt` */
  rowsOf(bytes: Uint8Array, atMs: number): RecordRow[];
}

export const RECORD_TABLES: readonly RecordTable[] = [
  { log: 'alerts', table: 'alert_events', rowsOf: (bytes) => [alertEventRow(decodeJson('alert', bytes))] },
  { log: 'alerts', table: 'alert_windows', rowsOf: (bytes) => alertWindowRows(decodeJson('alert', bytes)) },
  { log: 'deliveries', table: 'deliveries', rowsOf: (bytes) => [deliveryRow(decodeJson('delivery', bytes))] },
  { log: 'labels', table: 'labels', rowsOf: (bytes) => [labelRow(decodeJson('label', bytes))] },
  { log: 'operations', table: 'audit', rowsOf: (bytes, atMs) => [operationRow(decodeJson('operation', bytes), atMs)] },
  { log: 'incidents', table: 'case_events', rowsOf: (bytes) => pageRows(decodeJson('journal', bytes)) },
  { log: 'incidents', table: 'incidents', rowsOf: (bytes) => endedRows(decodeJson('journal', bytes)) },
];

function alertEventRow(event: AlertEvent): RecordRow {
  return {
    workspace: event.workspace,
    alert_id: event.alertId,
    event_id: event.id,
    kind: event.kind,
    rule_id: event.ruleId,
    title_zh: event.title.zh,
    title_en: event.title.en,
    group: event.group,
    severity: event.severity,
    at: utcText(event.atMs),
    count: event.count,
    fire_at: event.fireAt,
    resolve_below: event.resolveBelow,
    window_ms: event.windowMs,
    peak: event.kind === 'resolved' ? event.peak : null,
    reason: event.kind === 'resolved' ? event.reason : '',
    late: event.kind === 'opened' && event.late,
    opened_at: event.kind === 'opened' ? utcText(event.atMs) : event.openedAtMs === undefined ? null : utcText(event.openedAtMs),
    measure: event.measure?.kind ?? 'items',
    record: JSON.stringify(event),
  };
}

function operationRow(operation: Operation, atMs: number): RecordRow {
  const { act } = operation;
  const target = 'target' in act ? act.target : 'silenceId' in act ? act.silenceId : 'entryId' in act ? `${act.section}/${act.entryId}` : 'silence' in act ? act.silence.id : '';
  const detail = 'text' in act ? act.text : 'comment' in act ? act.comment ?? '' : '';
  return { workspace: '', event_id: operation.id, at: utcText(atMs), actor: operation.actor, way: operation.way, action: act.kind, target, detail, record: JSON.stringify(operation) };
}

/** What the desk decided about cases: which pages went out, for which alerts. */
function pageRows({ pages }: JournalEntry): RecordRow[] {
  return pages.map((page, index): RecordRow => ({
    workspace: page.workspace, case_id: page.incidentId, at: utcText(page.atMs), kind: page.kind, reason: page.reason, severity: page.severity, actor: page.people.join(','),
    alert_ids: [...new Set([page.event.alertId, ...page.incident.causes.map(({ alertId }) => alertId)])], log_index: index, record: JSON.stringify(page),
  }));
}

/** What is over, as the desk leaves it. */
function endedRows({ ended = [] }: JournalEntry): RecordRow[] {
  return ended.map((incident): RecordRow => ({
    workspace: incident.workspace, incident_id: incident.id, severity: incident.severity, route: incident.route ?? '', opened_at: utcText(incident.openedAtMs),
    ended_at: utcText(incident.resolvedAtMs ?? incident.openedAtMs), ended_by: incident.resolvedBy ?? '', ended_because: incident.resolvedBecause ?? '', assignee: incident.assignee ?? '',
    alerts: incident.alerts, total_count: incident.totalCount, reopened: incident.reopened, alert_ids: incident.alertIds, record: JSON.stringify(incident),
  }));
}

function deliveryRow(record: DeliveryRecord): RecordRow {
  return {
    idempotency_key: record.idempotencyKey,
    alert_id: record.alertId,
    event_id: record.eventId,
    event_kind: record.eventKind,
    channel_id: record.channelId,
    channel_kind: record.channelKind,
    attempt: record.attempt,
    outcome: record.outcome,
    detail: record.detail,
    at: utcText(record.atMs),
    duration_ms: Math.max(0, Math.round(record.durationMs)),
    next_attempt_at: record.nextAttemptAtMs === undefined ? null : utcText(record.nextAttemptAtMs),
    record: JSON.stringify(record),
  };
}
