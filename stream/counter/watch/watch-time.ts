import type { AlertResolved } from '../../../core/alert.ts';
import type { AlertWriter } from '../alert-writer.ts';
import type { CountedGrouping } from '../counting-plan.ts';
import type { Due } from '../due-heap.ts';
import type { RuleState } from '../rule-state.ts';
import type { CounterState } from '../state.ts';
import { settle } from './settle.ts';
import { tellResolved } from './watch-events.ts';

/** Looks at a group of a watched rule because its time has come. A look that was put off or put forward meanwhile is passed over. */
export function watchDue(state: CounterState, { counted, ruleState }: { counted: CountedGrouping; ruleState: RuleState }, { key, dueMs }: Due, alerts: AlertWriter): void {
  const watch = ruleState.watch!;
  const entry = watch.entries.get(key);
  if (entry === undefined || entry.dueMs !== dueMs) return;
  entry.dueMs = 0;
  settle(state, { counted, ruleState, watch, key }, 'time', alerts);
}

/** Looks at every group that an alert or a look hangs on; after the rules have changed. */
export function watchAgain(state: CounterState, { counted, ruleState }: { counted: CountedGrouping; ruleState: RuleState }): void {
  const watch = ruleState.watch!;
  const keys = new Set([...watch.entries.keys(), ...Array.from(ruleState.open.entries(), ([key]) => key)]);
  // A silence is looked for in every group that is known.
  if (ruleState.rule.kind === 'absence') for (const key of counted.grouping.keys()) keys.add(key);
  for (const key of keys) {
    watch.entry(key).dueMs = state.nowMs;
    state.due.push({ dueMs: state.nowMs, ruleId: ruleState.rule.id, key, alertId: '' });
  }
}

/** After the past of a condition has come from the store: groups that fire open, of its rules and of shares of it. */
export function watchFilled(state: CounterState, counted: CountedGrouping, mark: number, alerts: AlertWriter): void {
  for (const place of state.plan.byRule.values()) {
    const { watch } = place.ruleState;
    if (watch === null) continue;
    const isOfCondition = place.counted === counted && place.ruleState.mark === mark;
    if (!isOfCondition && !(watch.volume?.counted === counted && watch.volume.mark === mark)) continue;
    watch.forgetDerived();
    watchEvery(state, place, alerts);
  }
}

/** Asks about every group that holds enough to fire. */
export function watchEvery(state: CounterState, { counted, ruleState }: { counted: CountedGrouping; ruleState: RuleState }, alerts: AlertWriter): void {
  for (const key of counted.grouping.keys()) {
    const at = counted.grouping.recordOf(key);
    counted.grouping.counts.advance(at);
    if (ruleState.rule.kind !== 'absence' && counted.grouping.counts.read(at, ruleState.place) < ruleState.rule.fireAt) continue;
    settle(state, { counted, ruleState, watch: ruleState.watch!, key }, 'item', alerts);
  }
}

/** A group is no more: nothing of it is held, and its number may stand for another one. */
export function watchForget({ watched }: CountedGrouping, key: number, alerts: AlertWriter): void {
  for (const ruleState of watched) {
    ruleState.watch!.forget(key);
    endWatched(ruleState, key, 'forgotten', alerts);
  }
}

/** Ends an open alert, where there is one, with what was found when it was last looked at. */
export function endWatched({ rule, open }: RuleState, key: number, reason: AlertResolved['reason'], alerts: AlertWriter): void {
  const alert = open.get(key);
  if (alert === undefined) return;
  const { count = 0, fireAt = rule.fireAt, resolveBelow = rule.resolveBelow, measure } = alert.reading ?? {};
  const reading = { state: 'over' as const, count, fireAt, resolveBelow, ...(measure === undefined ? {} : { measure }), lessAtMs: () => null, endsAtMs: () => null };
  tellResolved(alerts, rule, alert, { reading, window: { firstItemAtMs: null, lastItemAtMs: null }, reason });
  open.delete(key);
}
