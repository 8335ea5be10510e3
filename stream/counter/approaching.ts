import { forecastReach } from '../../alerts/decide-reach.ts';
import type { Approaching } from '../../core/live.ts';
import type { ThresholdRule } from '../../core/rule.ts';
import { visitCustomers } from '../windows/measure.ts';
import { groupOf } from './alert-writer.ts';
import type { AlertPlace } from './alert-writer.ts';
import { approachingShare, approachingSpike } from './approaching-compared.ts';
import { CLOSE_PART, FIRE_AT_MIN, ITEMS_MAX } from './approaching-limits.ts';
import { approachingTopics } from './approaching-topics.ts';
import { countInside } from './kept-counts.ts';
import type { CounterState } from './state.ts';

const APPROACHING_MAX = 10;

/**
 * Groups that will fire if items go on to come as they do, the soonest first: of a threshold of items, customers or probabilities, of a share, of a
 * spike, and terms on their way to be a topic. Looks at groups that hold enough items only. Changes nothing.
 */
export function approaching(state: CounterState, workspace: string): Approaching[] {
  const found = approachingTopics(state, workspace);
  for (const { counted, ruleState } of state.plan.byRule.values()) {
    const { rule } = ruleState;
    if ((rule.kind !== 'threshold' && rule.kind !== 'share' && rule.kind !== 'spike') || (rule.kind === 'threshold' && rule.fireAt < FIRE_AT_MIN)) continue;
    const { times, names } = counted.grouping;
    const enough = Math.ceil(rule.fireAt * CLOSE_PART);
    for (const key of counted.grouping.keys()) {
      // Nearly every group stops here, at one number.
      if (times.held(counted.grouping.recordOf(key)) < enough || names.text(key, 0) !== workspace || ruleState.open.get(key) !== undefined) continue;
      const place = { counted, ruleState, key };
      const one = rule.kind === 'share' ? approachingShare(state, place, rule) : rule.kind === 'spike' ? approachingSpike(state, place, rule) : approachingCount(state, place, rule);
      if (one !== null) found.push(one);
    }
  }
  return found.sort((a, b) => a.reachesAtMs - b.reachesAtMs || (a.ruleId < b.ruleId ? -1 : 1)).slice(0, APPROACHING_MAX);
}

function approachingCount(state: CounterState, place: AlertPlace, rule: ThresholdRule): Approaching | null {
  const { counted, ruleState: { mark }, key } = place;
  const enough = Math.ceil(rule.fireAt * CLOSE_PART);
  if (rule.of !== undefined && counted.grouping.times.held(counted.grouping.recordOf(key)) > ITEMS_MAX) return null;
  const items = countInside({ counted, mark }, key, state.nowMs, rule.windowMs);
  if (items < enough || (rule.of === undefined && items >= rule.fireAt)) return null;
  const { timesMs, weights } = partsOf(state, place, rule);
  const count = weights === undefined ? timesMs.length : Number(weights.reduce((sum, one) => sum + one, 0).toFixed(2));
  if (count < enough || count >= rule.fireAt) return null;
  const reachesAtMs = forecastReach({ timesMs, ...(weights === undefined ? {} : { weights }), fireAt: rule.fireAt, windowMs: rule.windowMs, nowMs: state.nowMs });
  if (reachesAtMs === null) return null;
  return { ruleId: rule.id, title: rule.title, ...(rule.of === undefined ? {} : { of: rule.of }), group: groupOf(counted, key, rule.groupBy).group, count, fireAt: rule.fireAt, windowMs: rule.windowMs, reachesAtMs };
}

/** When what is inside the window came, oldest first: items, customers by their latest one, or items with their probabilities. */
function partsOf(state: CounterState, { counted: { grouping }, ruleState: { mark, watch }, key }: AlertPlace, { of, windowMs }: ThresholdRule): { timesMs: number[]; weights?: number[] } {
  const afterMs = state.nowMs - windowMs;
  if (of === 'probability') return watch!.weights.inside(key, afterMs);
  const timesMs: number[] = [];
  const latestMs = new Map<number, number>();
  visitCustomers(grouping.times, grouping.recordOf(key), { afterMs, of: grouping.kinds.having(mark) }, (customer, ms) => {
    if (of === undefined) timesMs.push(ms);
    else if (customer !== 0) latestMs.set(customer, Math.max(ms, latestMs.get(customer) ?? 0));
  });
  return { timesMs: [...timesMs, ...latestMs.values()].sort((a, b) => a - b) };
}
