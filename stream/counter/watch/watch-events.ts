import type { AlertResolved, CampaignShare, QuotedItem } from '../../../core/alert.ts';
import type { AlertSeverity, Rule } from '../../../core/rule.ts';
import { hexId } from '../../windows/hash.ts';
import { basisOf, notifyOf } from '../alert-writer.ts';
import type { AlertWriter } from '../alert-writer.ts';
import type { OpenAlertState } from '../open-alerts.ts';
import type { Reading } from './reading.ts';

/** What an event says of its window, beside the reading. */
export interface WatchWindow {
  firstItemAtMs: number | null;
  lastItemAtMs: number | null;
  quotes: QuotedItem[];
  campaigns: CampaignShare[];
}

export function watchEventId(alerts: AlertWriter, kind: 'opened' | 'escalated' | 'resolved', rule: Rule, { workspace, group }: Pick<OpenAlertState, 'workspace' | 'group'>): string {
  return hexId([kind, rule.id, workspace, ...Object.values(group), alerts.sequence, alerts.events.length]);
}

export function tellOpened(alerts: AlertWriter, rule: Rule, alert: OpenAlertState, told: { reading: Reading; window: WatchWindow }): void {
  const { quotes, campaigns, ...window } = told.window;
  alerts.events.push({ kind: 'opened', ...base(alerts, rule, alert, told.reading), ...window, id: alert.alertId, quotes, ...(campaigns.length === 0 ? {} : { campaigns }), endsAtMs: told.reading.endsAtMs(), late: false });
}

export function tellEscalated(alerts: AlertWriter, rule: Rule, alert: OpenAlertState, told: { reading: Reading; window: WatchWindow; from: AlertSeverity; notify: string[] }): void {
  const { quotes, campaigns, ...window } = told.window;
  alerts.events.push({
    kind: 'escalated', ...base(alerts, rule, alert, told.reading), ...window, id: watchEventId(alerts, 'escalated', rule, alert),
    openedAtMs: alert.openedAtMs, levelAt: alert.escalatedAt, quotes, ...(campaigns.length === 0 ? {} : { campaigns }), endsAtMs: told.reading.endsAtMs(), from: told.from, notify: told.notify,
  });
}

export function tellResolved(alerts: AlertWriter, rule: Rule, alert: OpenAlertState, told: { reading: Reading; window: Omit<WatchWindow, 'quotes' | 'campaigns'>; reason: AlertResolved['reason'] }): void {
  alerts.events.push({
    kind: 'resolved', ...base(alerts, rule, alert, told.reading), firstItemAtMs: told.window.firstItemAtMs, lastItemAtMs: told.window.lastItemAtMs,
    id: watchEventId(alerts, 'resolved', rule, alert), reason: told.reason, openedAtMs: alert.openedAtMs, peak: alert.peak,
  });
}

function base(alerts: AlertWriter, rule: Rule, alert: OpenAlertState, { count, fireAt, resolveBelow, measure, basis }: Reading) {
  return {
    alertId: alert.alertId,
    workspace: alert.workspace,
    ruleId: rule.id,
    title: rule.title,
    group: alert.group,
    severity: alert.severity,
    count,
    ...(measure === undefined ? {} : { measure }),
    fireAt,
    resolveBelow,
    windowMs: rule.windowMs,
    basis: { ...basisOf(rule, alerts, alerts.nowMs), ...basis },
    atMs: alerts.nowMs,
    sequence: alerts.sequence,
    index: alerts.events.length,
    notify: notifyOf(rule, alert.escalatedAt),
    ...(rule.assign === undefined ? {} : { assign: rule.assign }),
  };
}
