import { forecastReach } from '../../alerts/decide-reach.ts';
import type { Approaching } from '../../core/live.ts';
import { visitCustomers } from '../windows/measure.ts';
import { groupOf } from './alert-writer.ts';
import { countInside } from './kept-counts.ts';
import type { CounterState } from './state.ts';

export const APPROACHING_MAX = 10;
/** Under half of the count it is not close, and with a count of few one more item is news enough. */
const CLOSE_PART = 0.5;
const FIRE_AT_MIN = 10;

/**
 * Groups that will reach the count of a threshold rule if items go on to come as they do: the soonest first. Looks at groups that hold enough
 * items only. Changes nothing.
 */
export function approaching(state: CounterState, workspace: string): Approaching[] {
  const found: Approaching[] = [];
  for (const { counted, ruleState } of state.plan.byRule.values()) {
    const { rule, mark } = ruleState;
    if (rule.kind !== 'threshold' || rule.of !== undefined || rule.fireAt < FIRE_AT_MIN) continue;
    const { times, kinds, names } = counted.grouping;
    const enough = Math.ceil(rule.fireAt * CLOSE_PART);
    for (const key of counted.grouping.keys()) {
      const at = counted.grouping.recordOf(key);
      // Nearly every group stops here, at one number.
      if (times.held(at) < enough || names.text(key, 0) !== workspace || ruleState.open.get(key) !== undefined) continue;
      const count = countInside({ counted, mark }, key, state.nowMs, rule.windowMs);
      if (count < enough || count >= rule.fireAt) continue;
      const timesMs: number[] = [];
      visitCustomers(times, at, { afterMs: state.nowMs - rule.windowMs, of: kinds.having(mark) }, (_, ms) => timesMs.push(ms));
      const reachesAtMs = forecastReach({ timesMs: timesMs.sort((a, b) => a - b), fireAt: rule.fireAt, windowMs: rule.windowMs, nowMs: state.nowMs });
      if (reachesAtMs !== null) found.push({ ruleId: rule.id, title: rule.title, group: groupOf(counted, key, rule.groupBy).group, count, fireAt: rule.fireAt, windowMs: rule.windowMs, reachesAtMs });
    }
  }
  return found.sort((a, b) => a.reachesAtMs - b.reachesAtMs || (a.ruleId < b.ruleId ? -1 : 1)).slice(0, APPROACHING_MAX);
}
