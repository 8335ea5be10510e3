import { forecastReach } from '../../alerts/decide-reach.ts';
import type { Approaching } from '../../core/live.ts';
import { visitCustomers } from '../windows/measure.ts';
import { groupOf } from './alert-writer.ts';
import type { AlertPlace } from './alert-writer.ts';
import { countInside } from './kept-counts.ts';
import type { CounterState } from './state.ts';

export const APPROACHING_MAX = 10;
/** Under half of the count it is not close, and with a count of few one more item is news enough. */
const CLOSE_PART = 0.5;
const FIRE_AT_MIN = 10;
/** Held of a group whose customers or probabilities would have to be gone through: a larger one is not named. */
const ITEMS_MAX = 20_000;

/**
 * Groups that will reach the count of a threshold rule, of items, customers or probabilities, if items go on to come as they do: the soonest first. Looks at groups that hold enough
 * items only. Changes nothing.
 */
export function approaching(state: CounterState, workspace: string): Approaching[] {
  const found: Approaching[] = [];
  for (const { counted, ruleState } of state.plan.byRule.values()) {
    const { rule, mark } = ruleState;
    if (rule.kind !== 'threshold' || rule.fireAt < FIRE_AT_MIN) continue;
    const { times, names } = counted.grouping;
    const enough = Math.ceil(rule.fireAt * CLOSE_PART);
    for (const key of counted.grouping.keys()) {
      const at = counted.grouping.recordOf(key);
      // Nearly every group stops here, at one number.
      if (times.held(at) < enough || names.text(key, 0) !== workspace || ruleState.open.get(key) !== undefined) continue;
      if (rule.of !== undefined && times.held(at) > ITEMS_MAX) continue;
      const items = countInside({ counted, mark }, key, state.nowMs, rule.windowMs);
      if (items < enough || (rule.of === undefined && items >= rule.fireAt)) continue;
      const { timesMs, weights } = partsOf(state, { counted, ruleState, key });
      const count = weights === undefined ? timesMs.length : Number(weights.reduce((sum, one) => sum + one, 0).toFixed(2));
      if (count < enough || count >= rule.fireAt) continue;
      const reachesAtMs = forecastReach({ timesMs, ...(weights === undefined ? {} : { weights }), fireAt: rule.fireAt, windowMs: rule.windowMs, nowMs: state.nowMs });
      if (reachesAtMs !== null) found.push({ ruleId: rule.id, title: rule.title, ...(rule.of === undefined ? {} : { of: rule.of }), group: groupOf(counted, key, rule.groupBy).group, count, fireAt: rule.fireAt, windowMs: rule.windowMs, reachesAtMs });
    }
  }
  return found.sort((a, b) => a.reachesAtMs - b.reachesAtMs || (a.ruleId < b.ruleId ? -1 : 1)).slice(0, APPROACHING_MAX);
}

/** When what is inside the window came, oldest first: items, customers by their latest one, or items with their probabilities. */
function partsOf(state: CounterState, { counted: { grouping }, ruleState: { rule, mark, watch }, key }: AlertPlace): { timesMs: number[]; weights?: number[] } {
  const of = rule.kind === 'threshold' ? rule.of : undefined;
  const afterMs = state.nowMs - rule.windowMs;
  if (of === 'probability') return watch!.weights.inside(key, afterMs);
  const timesMs: number[] = [];
  const latestMs = new Map<number, number>();
  visitCustomers(grouping.times, grouping.recordOf(key), { afterMs, of: grouping.kinds.having(mark) }, (customer, ms) => {
    if (of === undefined) timesMs.push(ms);
    else if (customer !== 0) latestMs.set(customer, Math.max(ms, latestMs.get(customer) ?? 0));
  });
  return { timesMs: [...timesMs, ...latestMs.values()].sort((a, b) => a - b) };
}
