import { ALERT_SEVERITIES, type AlertSeverity } from '../../../core/rule.ts';
import type { DeliveryOutcome } from '../../../core/page.ts';
import { DELIVERY_OUTCOMES } from '../../../core/page.ts';
import { mulberry } from './known-items.ts';

const DAY_MS = 86_400_000;
const RULES = ['complaint-burst', 'refund-surge', 'app-crash'] as const;

/** One alert as it happened. */
export interface KnownAlert {
  id: string;
  ruleId: string;
  severity: AlertSeverity;
  /** The level it rose to. */
  highest: AlertSeverity;
  openedAtMs: number;
  acknowledgedAtMs: number | null;
  resolvedAtMs: number | null;
  peak: number;
  category: string;
}

export interface KnownDelivery {
  channel: string;
  outcome: DeliveryOutcome;
  atMs: number;
  durationMs: number;
}

/** Alerts of the days before `endMs`, most of them late: taken and not, over at once and open for long; the same for the same seed. */
export function knownAlerts(count: number, endMs: number, seed: number, days = 30): KnownAlert[] {
  const random = mulberry(seed);
  return Array.from({ length: count }, (_, number) => {
    const openedAtMs = endMs - Math.floor(random() ** 2 * days * DAY_MS) - 1_000;
    const within = (mostMs: number): number => Math.min(endMs - 1, openedAtMs + Math.floor(random() * mostMs));
    const severity = ALERT_SEVERITIES[Math.floor(random() * 2)]!;
    return {
      id: `alert-${number}`,
      ruleId: RULES[Math.floor(random() * RULES.length)]!,
      severity,
      highest: random() < 0.3 ? 'critical' : severity,
      openedAtMs,
      acknowledgedAtMs: random() < 0.5 ? within(1_800_000) : null,
      resolvedAtMs: random() < 0.8 ? within(random() < 0.4 ? 200_000 : DAY_MS) : null,
      peak: 50 + Math.floor(random() * 100),
      category: random() < 0.5 ? 'logistics' : 'app.crash',
    };
  });
}

export function knownDeliveries(count: number, endMs: number, seed: number, days = 20): KnownDelivery[] {
  const random = mulberry(seed);
  return Array.from({ length: count }, () => ({
    channel: random() < 0.6 ? 'on-call' : 'console',
    outcome: DELIVERY_OUTCOMES[Math.floor(random() * DELIVERY_OUTCOMES.length)]!,
    atMs: endMs - Math.floor(random() * days * DAY_MS) - 1,
    durationMs: Math.floor(random() * 2_000),
  }));
}

/** Rows of `alert_events`. */
export function eventRows(alerts: readonly KnownAlert[]): object[] {
  const base = (alert: KnownAlert, kind: string, atMs: number, severity: string): object => ({
    workspace: 'default', alert_id: alert.id, event_id: `${alert.id}-${kind}`, kind, rule_id: alert.ruleId, title_zh: `规则 ${alert.ruleId}`, title_en: `Rule ${alert.ruleId}`,
    group: { category: alert.category }, severity, at: utc(atMs), count: alert.peak, fire_at: 50, resolve_below: 40, window_ms: DAY_MS,
    peak: kind === 'resolved' ? alert.peak : null, reason: kind === 'resolved' ? 'below-threshold' : '', late: false, opened_at: utc(alert.openedAtMs), measure: 'items',
    record: '{}', log_id: 'alerts.test', log_sequence: 1,
  });
  return alerts.flatMap((alert) => [
    base(alert, 'opened', alert.openedAtMs, alert.severity),
    ...(alert.highest === alert.severity ? [] : [base(alert, 'escalated', alert.openedAtMs, alert.highest)]),
    ...(alert.resolvedAtMs === null ? [] : [base(alert, 'resolved', alert.resolvedAtMs, alert.highest)]),
  ]);
}

/** Rows of `audit`: who took which alert. */
export function auditRows(alerts: readonly KnownAlert[]): object[] {
  return alerts.flatMap(({ id, acknowledgedAtMs }) => (acknowledgedAtMs === null ? [] : [{
    workspace: 'default', event_id: `ack-${id}`, at: utc(acknowledgedAtMs), actor: 'u1', way: 'api', action: 'acknowledge', target: id, detail: '', record: '{}', log_id: 'operations.test', log_sequence: 1,
  }]));
}

/** Rows of `deliveries`. */
export function deliveryRows(deliveries: readonly KnownDelivery[]): object[] {
  return deliveries.map(({ channel, outcome, atMs, durationMs }, number) => ({
    idempotency_key: `key-${number}`, alert_id: 'alert-1', event_id: 'e', event_kind: 'opened', channel_id: channel, channel_kind: 'webhook', attempt: 1, outcome, detail: '',
    at: utc(atMs), duration_ms: durationMs, next_attempt_at: null, record: '{}', log_id: 'deliveries.test', log_sequence: 1,
  }));
}

export function utc(ms: number): string {
  return new Date(ms).toISOString().slice(0, 23).replace('T', ' ');
}
