import { KeyNames } from '../windows/key-names.ts';
import { Series } from '../windows/series.ts';
import { makeItemKeys } from './group-keys.ts';
import { tell } from './notice.ts';
import { Quotes } from './quotes.ts';
import { definitionOf, emptyPlan, makeMatcher, seriesId, seriesNeeds } from './series-plan.ts';
import type { CountedSeries, SeriesNeed, SeriesPlan } from './series-plan.ts';
import type { CounterState } from './state.ts';

/**
 * Makes the series fit `state.rules`: those that are still needed keep their items, new ones start empty, the others give
 * their memory back. Alerts are the caller's business.
 */
export function planSeries(state: CounterState): void {
  const before = new Map(state.plan.counted.map((counted) => [counted.id, counted]));
  const plan = emptyPlan();
  const namesBefore = new Map(state.plan.itemKeys.map((keys) => [keys.fields.join(), keys.names]));
  for (const [id, need] of seriesNeeds(state.rules.map(({ rule }) => rule), state.config)) {
    const keys = keysIndex(plan, need, namesBefore);
    const counted = before.get(id) ?? begin(state, need, plan.itemKeys[keys]!.names);
    before.delete(id);
    fit(state, counted, need);
    counted.matcher = matcherIndex(state, plan, need.definition.where);
    counted.keys = keys;
    counted.rules = [];
    plan.counted.push(counted);
  }
  for (const counted of before.values()) counted.series.dispose();
  plan.matched = new Int8Array(plan.matchers.length);
  state.plan = plan;
  const byId = new Map(plan.counted.map((counted) => [counted.id, counted]));
  for (const ruleState of state.rules) {
    const counted = byId.get(seriesId(definitionOf(ruleState.rule)))!;
    ruleState.window = counted.series.shape.windowsMs.indexOf(ruleState.rule.windowMs);
    counted.rules.push(ruleState);
    plan.byRule.set(ruleState.rule.id, { counted, ruleState });
  }
}

function begin(state: CounterState, need: SeriesNeed, names: KeyNames): CountedSeries {
  const series = new Series(state.arena, names, shapeOf(state, need));
  series.setNow(state.nowMs);
  return {
    id: seriesId(need.definition),
    definition: need.definition,
    series,
    matcher: 0,
    keys: 0,
    rules: [],
    quotes: new Quotes(state.config),
    completeFromMs: state.nowMs,
    overflowReported: false,
  };
}

function fit(state: CounterState, counted: CountedSeries, need: SeriesNeed): void {
  const { shape } = counted.series;
  const wanted = shapeOf(state, need);
  const same = shape.keepMs === wanted.keepMs && shape.keysMax === wanted.keysMax && shape.windowsMs.join() === wanted.windowsMs.join();
  if (same) return;
  if (wanted.keepMs > shape.keepMs) counted.completeFromMs = Math.max(counted.completeFromMs, state.nowMs - shape.keepMs);
  counted.series = counted.series.reshape(wanted);
}

function shapeOf(state: CounterState, need: SeriesNeed): Series['shape'] {
  return { keepMs: need.keepMs, windowsMs: need.windowsMs, keysMax: state.config.keysMax };
}

function matcherIndex(state: CounterState, plan: SeriesPlan, where: string): number {
  const known = plan.matchers.findIndex((matcher) => matcher.where === where);
  if (known >= 0) return known;
  const failed = (message: string): void => tell(state, where, { kind: 'where-failed', where, message });
  return plan.matchers.push(makeMatcher(where, failed)) - 1;
}

function keysIndex(plan: SeriesPlan, need: SeriesNeed, namesBefore: ReadonlyMap<string, KeyNames>): number {
  const { groupBy } = need.definition;
  const known = plan.itemKeys.findIndex((keys) => keys.fields.join() === groupBy.join());
  if (known >= 0) return known;
  const names = namesBefore.get(groupBy.join()) ?? new KeyNames(groupBy.length + 1);
  return plan.itemKeys.push(makeItemKeys(groupBy, names)) - 1;
}
