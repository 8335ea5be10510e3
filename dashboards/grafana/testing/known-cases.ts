import { ALERT_SEVERITIES, type AlertSeverity } from '../../../core/rule.ts';
import { utc } from './known-alerts.ts';
import { mulberry } from './known-items.ts';

const DAY_MS = 86_400_000;
const WAYS = ['resolved', 'resolved-by-hand', 'merged'] as const;

/** One incident as it happened. */
export interface KnownCase {
  id: string;
  severity: AlertSeverity;
  openedAtMs: number;
  /** Its last end, told on a page or not; null while it is open. */
  endedAtMs: number | null;
  because: (typeof WAYS)[number];
  reopened: number;
  alerts: number;
}

/** Incidents of the days before `endMs`: open, ended, ended and open again; the same for the same seed. */
export function knownCases(count: number, endMs: number, seed: number, days = 30): KnownCase[] {
  const random = mulberry(seed);
  return Array.from({ length: count }, (_, number) => {
    const openedAtMs = endMs - Math.floor(random() ** 2 * days * DAY_MS) - 10_000;
    return {
      id: `case-${number}`,
      severity: ALERT_SEVERITIES[Math.floor(random() * ALERT_SEVERITIES.length)]!,
      openedAtMs,
      endedAtMs: random() < 0.7 ? Math.min(endMs - 1, openedAtMs + 5_000 + Math.floor(random() * DAY_MS)) : null,
      because: WAYS[Math.floor(random() * WAYS.length)]!,
      reopened: random() < 0.3 ? 1 : 0,
      alerts: 1 + Math.floor(random() * 5),
    };
  });
}

/** Rows of `case_events`: the pages. Every third end goes without one, as while a silence holds. */
export function caseEventRows(cases: readonly KnownCase[]): object[] {
  return cases.flatMap(({ id, severity, openedAtMs, endedAtMs, reopened }, number) => {
    const page = (kind: string, reason: string, atMs: number, log_sequence: number): object => ({
      workspace: 'default', case_id: id, at: utc(atMs), kind, reason, severity, actor: '', alert_ids: [id], log_index: 0, record: '{}', log_id: 'incidents.test', log_sequence: 10 * number + log_sequence,
    });
    return [
      page('opened', 'fired', openedAtMs, 1),
      ...(reopened === 0 ? [] : [page('resolved', 'resolved', openedAtMs + 1_000, 2), page('opened', 'reopened', openedAtMs + 2_000, 3)]),
      ...(endedAtMs === null || number % 3 === 0 ? [] : [page('resolved', 'resolved', endedAtMs, 4)]),
    ];
  });
}

/** Rows of `incidents`: one for each end, so one that came again stands there twice. */
export function incidentRows(cases: readonly KnownCase[]): object[] {
  return cases.flatMap(({ id, severity, openedAtMs, endedAtMs, because, reopened, alerts }, number) => {
    const end = (atMs: number, times: number, log_sequence: number): object => ({
      workspace: 'default', incident_id: id, severity, route: '', opened_at: utc(openedAtMs), ended_at: utc(atMs), ended_by: because === 'resolved-by-hand' ? 'u1' : '', ended_because: because, assignee: '',
      alerts, total_count: 50, reopened: times, alert_ids: [id], record: '{}', log_id: 'incidents.test', log_sequence: 10 * number + log_sequence,
    });
    return [...(reopened === 0 ? [] : [end(openedAtMs + 1_000, 0, 2)]), ...(endedAtMs === null ? [] : [end(endedAtMs, reopened, 4)])];
  });
}
