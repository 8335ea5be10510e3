import { decideThreshold } from '../../alerts/decide-threshold.ts';
import type { QuotedItem } from '../../core/alert.ts';
import type { FeedbackItem } from '../../core/feedback.ts';
import { findPastWindow } from '../windows/past-window.ts';
import type { PastWindow } from '../windows/past-window.ts';
import { groupOf } from './alert-writer.ts';
import type { AlertPlace, AlertWriter, EventWindow } from './alert-writer.ts';
import { QUOTES_MAX } from './quotes.ts';
import { endsAtMs, resolveIfBelow, scheduleEnd, windowNow } from './resolve-due.ts';
import type { OpenAlertState, RuleState } from './rule-state.ts';
import type { CountedSeries } from './series-plan.ts';
import type { CounterState } from './state.ts';

/** An item that has just been counted into a group. */
export interface CountedItem {
  counted: CountedSeries;
  slot: number;
  item: FeedbackItem;
  createdAtMs: number;
}

/** Asks every rule of the series whether the item opens or escalates its alert for this group. */
export function alertOnItem(state: CounterState, of: CountedItem, alerts: AlertWriter): void {
  const { counted, slot } = of;
  const at = counted.series.recordOf(slot);
  const held = counted.series.times.held(at);
  let isQuoted = false;
  for (const ruleState of counted.rules) {
    // The usual case: not enough items in any window, past or present. An open alert has at least `resolveBelow` of them.
    if (held < ruleState.rule.fireAt - (QUOTES_MAX - 1) && ruleState.open.size === 0) continue;
    const count = counted.series.windows.inside(at, ruleState.window);
    // The last three items before a count is reached have brought it within two of it.
    if (!isQuoted && count >= ruleState.rule.fireAt - (QUOTES_MAX - 1)) {
      counted.quotes.note(slot, of.item, of.createdAtMs);
      isQuoted = true;
    }
    decide(state, of, ruleState, alerts);
  }
}

function decide(state: CounterState, of: CountedItem, ruleState: RuleState, alerts: AlertWriter): void {
  const place: AlertPlace = { counted: of.counted, ruleState, slot: of.slot };
  const alert = ruleState.open.size === 0 ? undefined : ruleState.open.get(of.slot);
  const count = of.counted.series.windows.inside(of.counted.series.recordOf(of.slot), ruleState.window);
  if (alert !== undefined && count > alert.peak) alert.peak = count;
  const lateness = state.nowMs - of.createdAtMs > state.config.latenessMaxMs ? 'too-late' : 'in-time';
  const past = alert === undefined && count < ruleState.rule.fireAt && lateness === 'in-time' ? pastWindow(state, of, ruleState, count) : null;
  if (past === null && alert === undefined && count < ruleState.rule.fireAt) return;
  const decision = decideThreshold({
    rule: ruleState.rule,
    count,
    open: alert ?? null,
    cause: { kind: 'item', lateness, pastCount: past?.count ?? 0 },
  });
  switch (decision.action) {
    case 'open': {
      const opened = open(state, place, decision.severity, alerts);
      const window: EventWindow = past ?? windowNow(place, state.nowMs);
      opened.peak = window.count;
      alerts.opened(place, opened, { window, quotes: quotes(of, window, ruleState), endsAtMs: endsAtMs(place), late: decision.late });
      if (decision.late && resolveIfBelow(place, opened, alerts)) return;
      scheduleEnd(state, place, opened);
      // Items too late to fire may have brought the count past a level before.
      return decide(state, of, ruleState, alerts);
    }
    case 'escalate': {
      alert!.severity = decision.level.severity;
      alert!.escalatedAt = decision.level.atLeast;
      const window = windowNow(place, state.nowMs);
      alerts.escalated(place, alert!, { window, quotes: quotes(of, window, ruleState), endsAtMs: endsAtMs(place), from: decision.from, notify: decision.level.notify ?? [] });
      return;
    }
    case 'resolve':
    case 'none':
      return;
  }
}

function open(state: CounterState, place: AlertPlace, severity: OpenAlertState['severity'], alerts: AlertWriter): OpenAlertState {
  const alert: OpenAlertState = {
    alertId: alerts.idFor(place, 'opened'),
    ...groupOf(place.counted, place.slot, place.ruleState.rule.groupBy),
    severity,
    escalatedAt: 0,
    openedAtMs: state.nowMs,
    peak: 0,
    dueMs: 0,
  };
  place.ruleState.open.set(place.slot, alert);
  return alert;
}

/** A window that the item completes though it has ended; only one that ended after the group's last alert was over. */
function pastWindow(state: CounterState, of: CountedItem, ruleState: RuleState, count: number): PastWindow | null {
  const { series } = of.counted;
  const at = series.recordOf(of.slot);
  if (series.times.held(at) < ruleState.rule.fireAt) return null;
  return findPastWindow(series.times, at, {
    windowMs: ruleState.rule.windowMs,
    items: ruleState.rule.fireAt,
    itemMs: of.createdAtMs,
    endsAfterMs: ruleState.closedAtMs.get(of.slot) ?? -1,
    nowMs: state.nowMs,
    insideNow: count,
    oldestChunkNow: series.windows.oldestChunk(at, ruleState.window),
  });
}

function quotes({ counted, slot, item, createdAtMs }: CountedItem, window: EventWindow, { rule }: RuleState): QuotedItem[] {
  const kept = counted.quotes.of(slot, window.endMs - rule.windowMs, window.endMs);
  if (kept.length > 0) return kept;
  return [counted.quotes.quote(item, createdAtMs)];
}
