import { decideThreshold } from '../../alerts/decide-threshold.ts';
import type { AlertPlace, AlertWriter } from './alert-writer.ts';
import type { OpenAlertState } from './open-alerts.ts';
import type { CounterState } from './state.ts';
import { watchDue } from './watch/watch-time.ts';
import { endsAtMs, windowNow } from './window-now.ts';

/**
 * Ends the alerts whose count has fallen below `resolveBelow`. Costs nothing for alerts whose end has not come: items only
 * move an end further away, so the time noted when it was last looked at is never too late. A look that was put forward or put
 * off meanwhile is passed over: a snapshot has only the one that counts.
 */
export function resolveDue(state: CounterState, alerts: AlertWriter): void {
  for (let due = state.due.peek(); due !== undefined && due.dueMs <= state.nowMs; due = state.due.peek()) {
    state.due.pop();
    const { dueMs, ruleId, key, alertId } = due;
    const found = state.plan.byRule.get(ruleId);
    if (found !== undefined && found.ruleState.watch !== null) {
      watchDue(state, found, due, alerts);
      continue;
    }
    const alert = found?.ruleState.open.get(key);
    if (found === undefined || alert === undefined || alert.alertId !== alertId || alert.dueMs !== dueMs) continue;
    const place = { ...found, key };
    if (!resolveIfBelow(place, alert, alerts)) scheduleEnd(state, place, alert);
  }
}

/** Ends an alert if its count at the stream's now is below `resolveBelow`. */
export function resolveIfBelow(place: AlertPlace, alert: OpenAlertState, alerts: AlertWriter): boolean {
  const { counted, ruleState, key } = place;
  counted.grouping.counts.advance(counted.grouping.recordOf(key));
  const window = windowNow(place, alerts.nowMs);
  const open = { severity: alert.severity, escalatedAt: alert.escalatedAt };
  const decision = decideThreshold({ rule: ruleState.rule, count: window.count, open, cause: { kind: 'time' } });
  if (decision.action !== 'resolve') return false;
  alerts.resolved(place, alert, { window, reason: decision.reason });
  // Not when it was noticed, which depends on ticks, but when it happened.
  close(place, Math.min(alerts.nowMs, endsAtMs(place)));
  return true;
}

/** Takes an alert out of the open ones. */
export function close({ ruleState, key }: AlertPlace, closedAtMs: number): void {
  ruleState.open.delete(key);
  ruleState.closedAtMs.set(key, closedAtMs);
}

/** Notes when an alert's end is to be looked at next. */
export function scheduleEnd(state: CounterState, place: AlertPlace, alert: OpenAlertState): void {
  alert.dueMs = endsAtMs(place);
  state.due.push({ dueMs: alert.dueMs, ruleId: place.ruleState.rule.id, key: place.key, alertId: alert.alertId });
}
