import { decideThreshold } from '../../alerts/decide-threshold.ts';
import { nthFromMs, nthNewestMs, seekForward } from '../windows/measure.ts';
import type { AlertPlace, AlertWriter, EventWindow } from './alert-writer.ts';
import type { OpenAlertState } from './rule-state.ts';
import type { CounterState } from './state.ts';

/**
 * Ends the alerts whose count has fallen below `resolveBelow`. Costs nothing for alerts whose end has not come: items only
 * move an end further away, so the time noted when it was last looked at is never too late.
 */
export function resolveDue(state: CounterState, alerts: AlertWriter): void {
  for (let due = state.due.peek(); due !== undefined && due.dueMs <= state.nowMs; due = state.due.peek()) {
    state.due.pop();
    const { ruleId, slot, alertId } = due;
    const found = state.plan.byRule.get(ruleId);
    const alert = found?.ruleState.open.get(slot);
    if (found === undefined || alert === undefined || alert.alertId !== alertId) continue;
    const place = { ...found, slot };
    if (!resolveIfBelow(place, alert, alerts)) scheduleEnd(state, place, alert);
  }
}

/** Ends an alert if its count at the stream's now is below `resolveBelow`. */
export function resolveIfBelow(place: AlertPlace, alert: OpenAlertState, alerts: AlertWriter): boolean {
  const { counted, ruleState, slot } = place;
  counted.series.windows.advance(counted.series.recordOf(slot));
  const window = windowNow(place, alerts.nowMs);
  const open = { severity: alert.severity, escalatedAt: alert.escalatedAt };
  const decision = decideThreshold({ rule: ruleState.rule, count: window.count, open, cause: { kind: 'time' } });
  if (decision.action !== 'resolve') return false;
  alerts.resolved(place, alert, { window, reason: decision.reason });
  close(place, alerts.nowMs);
  return true;
}

/** Takes an alert out of the open ones. */
export function close({ ruleState, slot }: AlertPlace, nowMs: number): void {
  ruleState.open.delete(slot);
  ruleState.closedAtMs.delete(slot);
  ruleState.closedAtMs.set(slot, nowMs);
}

/** Notes when an alert's end is to be looked at next. */
export function scheduleEnd(state: CounterState, place: AlertPlace, alert: OpenAlertState): void {
  alert.dueMs = endsAtMs(place);
  state.due.push({ dueMs: alert.dueMs, ruleId: place.ruleState.rule.id, slot: place.slot, alertId: alert.alertId });
}

/**
 * The instant at which the count falls below `resolveBelow` = R if nothing more comes, exact to the millisecond: the R-th
 * newest item leaves the window W after its event time. In the past where fewer than R are in the window.
 */
export function endsAtMs({ counted, ruleState, slot }: AlertPlace): number {
  const { series } = counted;
  const { resolveBelow, windowMs } = ruleState.rule;
  const at = series.recordOf(slot);
  const inside = series.windows.inside(at, ruleState.window);
  const chunk = series.windows.oldestChunk(at, ruleState.window);
  if (inside >= resolveBelow && inside - resolveBelow < resolveBelow) {
    const oldestMs = series.windows.oldestMs(at, ruleState.window)!;
    const first = seekForward(series.times, { chunk, place: 0 }, oldestMs - 1);
    return nthFromMs(series.times, first, inside - resolveBelow) + windowMs;
  }
  return (nthNewestMs(series.times, at, resolveBelow) ?? 0) + windowMs;
}

/** The rule's window that ends now; the group is brought up to date first. */
export function windowNow({ counted, ruleState, slot }: AlertPlace, nowMs: number): EventWindow {
  const { windows } = counted.series;
  const at = counted.series.recordOf(slot);
  return { count: windows.inside(at, ruleState.window), endMs: nowMs, firstItemAtMs: windows.oldestMs(at, ruleState.window) };
}
