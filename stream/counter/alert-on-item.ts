import { decideThreshold } from '../../alerts/decide-threshold.ts';
import type { QuotedItem } from '../../core/alert.ts';
import { findPastWindow } from '../windows/past-window.ts';
import type { PastWindow } from '../windows/past-window.ts';
import { groupOf } from './alert-writer.ts';
import type { AlertPlace, AlertWriter, EventWindow } from './alert-writer.ts';
import { campaignsOf } from './campaign-tally.ts';
import type { CountedGrouping, CountedItem } from './counting-plan.ts';
import { mayFire } from './may-fire.ts';
import { QUOTES_MAX } from './quotes.ts';
import { resolveIfBelow, scheduleEnd } from './resolve-due.ts';
import type { OpenAlertState } from './open-alerts.ts';
import type { RuleState } from './rule-state.ts';
import type { CounterState } from './state.ts';
import { endsAtMs, windowNow } from './window-now.ts';

/** Asks every rule that the item counts for whether it opens or escalates the rule's alert for this group. */
export function alertOnItem(state: CounterState, of: CountedItem, alerts: AlertWriter): void {
  const { counted, key, kind } = of;
  const { counts, times } = counted.grouping;
  const at = counted.grouping.recordOf(key);
  const held = times.held(at);
  const rules = counted.rulesOfKind[kind] ?? rulesFor(counted, kind);
  const openBits = counted.openBits.of(key);
  let quotedMark = -1;
  let leftWindow = -1;
  let leftMs = 0;
  for (let index = 0; index < rules.length; index++) {
    const ruleState = rules[index]!;
    const count = counts.read(at, ruleState.place);
    const { rule, open, openBit } = ruleState;
    const isOpen = (openBits & openBit) !== 0 && open.isOpen(key);
    const announcedAt = isOpen ? open.nextLevel(key, rule.escalate) : rule.fireAt;
    // The last three items before a count is reached have brought it within two of it.
    if (count >= announcedAt - (QUOTES_MAX - 1) && quotedMark !== ruleState.mark) {
      quotedMark = ruleState.mark;
      counted.conditions[quotedMark]!.quotes.note(key, of.item, of.createdAtMs);
    }
    if (isOpen) open.notePeak(key, count);
    let mayBeNews = count >= announcedAt;
    if (!mayBeNews && !isOpen && held >= announcedAt) {
      // Rules mostly have the same window, and nearly always nothing has left it since the item's own time: no ended one is completed.
      if (leftWindow !== ruleState.window) leftMs = counts.newestLeftMs(at, (leftWindow = ruleState.window));
      mayBeNews = leftMs > of.createdAtMs - rule.windowMs;
    }
    if (mayBeNews) decide(state, of, ruleState, alerts);
  }
}

/** The rules whose `where` items of a kind meet, those with the same one together. */
function rulesFor(counted: CountedGrouping, kind: number): RuleState[] {
  const marks = counted.grouping.kinds.marksOf(kind);
  return (counted.rulesOfKind[kind] = marks.flatMap((mark) => counted.rules.filter((ruleState) => ruleState.mark === mark)));
}

function decide(state: CounterState, of: CountedItem, ruleState: RuleState, alerts: AlertWriter): void {
  const place: AlertPlace = { counted: of.counted, ruleState, key: of.key };
  const alert = ruleState.open.get(of.key);
  if (alert === undefined && !mayFire(state, of.counted, ruleState)) return;
  const count = of.counted.grouping.counts.read(of.counted.grouping.recordOf(of.key), ruleState.place);
  const lateness = state.nowMs - of.createdAtMs > state.config.latenessMaxMs ? 'too-late' : 'in-time';
  const past = alert === undefined && count < ruleState.rule.fireAt && lateness === 'in-time' ? pastWindow(state, of, ruleState, count) : null;
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
      alerts.opened(place, opened, { window, quotes: quotes(of, window, ruleState), campaigns: campaignsOf(state, place, window), endsAtMs: endsAtMs(place), late: decision.late });
      if (decision.late && resolveIfBelow(place, opened, alerts)) return;
      scheduleEnd(state, place, opened);
      // Items too late to fire may have brought the count past a level before.
      return decide(state, of, ruleState, alerts);
    }
    case 'escalate': {
      alert!.severity = decision.level.severity;
      alert!.escalatedAt = decision.level.atLeast;
      ruleState.open.escalated(of.key);
      const window = windowNow(place, state.nowMs);
      alerts.escalated(place, alert!, { window, quotes: quotes(of, window, ruleState), campaigns: campaignsOf(state, place, window), endsAtMs: endsAtMs(place), from: decision.from, notify: decision.level.notify ?? [] });
      return;
    }
    case 'resolve':
    case 'none':
      return;
  }
}

export function open(state: CounterState, place: AlertPlace, severity: OpenAlertState['severity'], alerts: AlertWriter): OpenAlertState {
  const alert: OpenAlertState = {
    alertId: alerts.idFor(place, 'opened'),
    ...groupOf(place.counted, place.key, place.ruleState.rule.groupBy),
    severity,
    escalatedAt: 0,
    openedAtMs: state.nowMs,
    peak: 0,
    dueMs: 0,
  };
  place.ruleState.open.set(place.key, alert);
  return alert;
}

/** A window that the item completes though it has ended; only one that ended after the group's last alert was over. */
function pastWindow(state: CounterState, of: CountedItem, ruleState: RuleState, count: number): PastWindow | null {
  const { times, counts, kinds } = of.counted.grouping;
  const at = of.counted.grouping.recordOf(of.key);
  return findPastWindow(times, counts, at, {
    window: ruleState.window,
    of: kinds.having(ruleState.mark),
    items: ruleState.rule.fireAt,
    insideNow: count,
    itemMs: of.createdAtMs,
    endsAfterMs: ruleState.closedAtMs.get(of.key) ?? -1,
    nowMs: state.nowMs,
  });
}

function quotes({ counted, key, item, createdAtMs }: CountedItem, window: EventWindow, { rule, mark }: RuleState): QuotedItem[] {
  const { quotes } = counted.conditions[mark]!;
  const kept = quotes.of(key, window.endMs - rule.windowMs, window.endMs);
  return kept.length > 0 ? kept : [quotes.quote(item, createdAtMs)];
}
