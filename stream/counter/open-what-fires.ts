import { decideThreshold } from '../../alerts/decide-threshold.ts';
import { open } from './alert-on-item.ts';
import type { AlertPlace, AlertWriter } from './alert-writer.ts';
import { campaignsOf } from './campaign-tally.ts';
import type { CountedGrouping } from './counting-plan.ts';
import { scheduleEnd } from './resolve-due.ts';
import type { RuleState } from './rule-state.ts';
import type { CounterState } from './state.ts';
import { endsAtMs, windowNow } from './window-now.ts';

/** Opens the alerts of a rule that holds enough already: it is new, counts less than before, or has been given its past. Goes through every group. */
export function openWhatFires(state: CounterState, counted: CountedGrouping, ruleState: RuleState, alerts: AlertWriter): void {
  const { grouping } = counted;
  for (const key of grouping.keys()) {
    const at = grouping.recordOf(key);
    grouping.counts.advance(at);
    const count = grouping.counts.read(at, ruleState.place);
    // A window that has become longer, or been given its past, may hold more than it ever did.
    if (ruleState.open.isOpen(key)) ruleState.open.notePeak(key, count);
    else if (count >= ruleState.rule.fireAt) decide(state, { counted, ruleState, key }, alerts);
  }
}

function decide(state: CounterState, place: AlertPlace, alerts: AlertWriter): void {
  const { counted, ruleState } = place;
  const { rule } = ruleState;
  const window = windowNow(place, state.nowMs);
  const quotes = counted.conditions[ruleState.mark]!.quotes.of(place.key, state.nowMs - rule.windowMs, state.nowMs);
  const campaigns = campaignsOf(state, place, window);
  const opened = open(state, place, rule.severity, alerts);
  opened.peak = window.count;
  alerts.opened(place, opened, { window, quotes, campaigns, endsAtMs: endsAtMs(place), late: false });
  scheduleEnd(state, place, opened);
  const decision = decideThreshold({ rule, count: window.count, open: opened, cause: { kind: 'item', lateness: 'in-time', pastCount: 0 } });
  if (decision.action !== 'escalate') return;
  opened.severity = decision.level.severity;
  opened.escalatedAt = decision.level.atLeast;
  ruleState.open.escalated(place.key);
  alerts.escalated(place, opened, { window, quotes, campaigns, endsAtMs: endsAtMs(place), from: decision.from, notify: decision.level.notify ?? [] });
}
