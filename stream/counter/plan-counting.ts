import { Grouping } from '../windows/grouping.ts';
import type { GroupingShape } from '../windows/grouping.ts';
import { KINDS_MAX } from '../windows/kinds.ts';
import type { CountedWindow } from '../windows/window-counts.ts';
import { CampaignTally } from './campaign-tally.ts';
import { countedGrouping, emptyPlan, fieldsOf, groupingNeeds, makeMatcher } from './counting-plan.ts';
import type { AwaitedFill, Condition, CountedGrouping, CountingPlan, GroupingNeed } from './counting-plan.ts';
import { tell } from './notice.ts';
import { OpenBits } from './open-alerts.ts';
import { Quotes } from './quotes.ts';
import { normalizeWhere } from '../../alerts/rules/compile-where.ts';
import { inOrder } from '../../alerts/rules/check-composites.ts';
import type { CompositeRule, ShareRule } from '../../core/rule.ts';
import type { CounterState } from './state.ts';
import { isGrouped } from './watch/rule-watch.ts';
import type { RuleWatch } from './watch/rule-watch.ts';

/**
 * Makes the groupings fit `state.rules`: those that are still needed keep their items, new ones start empty, the others give
 * their memory back. Alerts are the caller's business.
 */
export function planCounting(state: CounterState): void {
  const before = new Map(state.plan.groupings.map((counted) => [counted.id, counted]));
  const heldBeforeMs = longestKeepMs(state.plan);
  const plan = emptyPlan();
  for (const [id, need] of groupingNeeds(state.rules.map(({ rule }) => rule), state.config)) {
    const old = before.get(id);
    before.delete(id);
    plan.groupings.push(fit(state, plan, need, old));
  }
  for (const { grouping } of before.values()) grouping.dispose();
  plan.topics = state.rules.filter(({ rule }) => rule.kind === 'newTopic');
  for (const { rule } of plan.topics) matcherIndex(state, plan, normalizeWhere(rule.where));
  plan.matched = new Int8Array(plan.matchers.length);
  state.plan = plan;
  if (longestKeepMs(plan) < heldBeforeMs) state.customers.shorten(state.nowMs, longestKeepMs(plan));
  for (const ruleState of state.rules) attach(plan, ruleState);
  const composites = inOrder(state.rules.map(({ rule }) => rule).filter((rule): rule is CompositeRule => rule.kind === 'composite'));
  plan.composites = composites.map(({ id }) => state.rules.find(({ rule }) => rule.id === id)!);
}

/** For how long items are held at most, milliseconds; customers are remembered as long. */
export function longestKeepMs({ groupings }: CountingPlan): number {
  return groupings.reduce((longestMs, { grouping }) => Math.max(longestMs, grouping.shape.keepMs), 0);
}

function fit(state: CounterState, plan: CountingPlan, need: GroupingNeed, old: CountedGrouping | undefined): CountedGrouping {
  const wheres = [...need.windowsMs.keys()];
  // Conditions that stay keep their order, so that a rule that comes changes no mark.
  const kept = (old?.conditions ?? []).filter(({ where }) => wheres.includes(where));
  const added = wheres.filter((where) => !kept.some((condition) => condition.where === where));
  const conditions = [...kept, ...added.map((where) => begin(state, where))];
  for (const condition of conditions) condition.matcher = matcherIndex(state, plan, condition.where);
  const shape = shapeOf(state, need, conditions);
  if (old !== undefined && shape.keepMs > old.grouping.shape.keepMs) reachFurtherBack(state, kept, old.grouping);
  for (const condition of kept) fillMissing(state, condition, need.windowsMs.get(condition.where)!);
  const marks = (old?.conditions ?? []).map((condition) => conditions.indexOf(condition));
  const grouping = regroup(state, old?.grouping, shape, marks);
  return countedGrouping({ fields: need.fields, grouping, conditions, overflowReported: old?.overflowReported ?? false });
}

function begin(state: CounterState, where: string): Condition {
  return { where, matcher: 0, quotes: new Quotes(state.config), campaigns: new CampaignTally(state.config.quotedGroupsMax), completeFromMs: state.nowMs, fill: awaitFill(state, Number.MAX_SAFE_INTEGER), missing: [] };
}

/** From now on older items are held; those let go before are missing. */
function reachFurtherBack(state: CounterState, kept: readonly Condition[], old: Grouping): void {
  const upToMs = state.nowMs - old.shape.keepMs;
  // Some that are past it may still be there; without them it is certain what is missing.
  old.trim();
  for (const condition of kept) {
    noteMissing(state, condition, upToMs);
    condition.completeFromMs = Math.max(condition.completeFromMs, upToMs);
  }
}

/** Everything up to then is let go, of whatever entry; what was missing before, or was being filled, is so for later times alone. */
function noteMissing(state: CounterState, condition: Condition, upToMs: number): void {
  const { fill, missing, completeFromMs } = condition;
  // Of such a one an older snapshot does not say from which place of the log on it has seen all.
  const isUnknown = fill === null && missing.length === 0 && completeFromMs > upToMs;
  if (isUnknown || awaitFill(state, upToMs) === null) return;
  const later = missing.filter((each) => each.upToMs > upToMs).map((each) => ({ ...each, afterMs: Math.max(each.afterMs, upToMs) }));
  condition.missing = [...later, { sinceSequence: state.sequence, afterMs: 0, upToMs }];
  if (fill === null) return;
  if (fill.upToMs > upToMs) fill.keepAfterMs = Math.max(fill.keepAfterMs ?? 0, upToMs);
  else condition.fill = null;
}

/** Waits for the latest of what is missing once a window of the condition reaches back to it, which may be long after it was let go. */
export function fillMissing(state: CounterState, condition: Condition, windowsMs: Iterable<number>): void {
  const { fill, missing: [latest, ...earlier] } = condition;
  if (fill !== null || latest === undefined || state.nowMs - Math.max(0, ...windowsMs) >= latest.upToMs) return;
  const awaited = awaitFill(state, latest.upToMs);
  if (awaited === null) return;
  condition.fill = { ...awaited, sinceSequence: latest.sinceSequence, ...(latest.afterMs === 0 ? {} : { keepAfterMs: latest.afterMs }) };
  condition.missing = earlier;
}

/** Before the first entry nothing was, and nothing is missing. */
export function awaitFill({ config, sequence, nowMs }: CounterState, upToMs: number): AwaitedFill | null {
  return config.fillWaitMaxMs === 0 || sequence === 0 ? null : { sinceSequence: sequence, sinceMs: nowMs, upToMs, place: '' };
}

function regroup(state: CounterState, old: Grouping | undefined, shape: GroupingShape, marks: number[]): Grouping {
  if (old === undefined) {
    const grouping = new Grouping(state.arena, shape);
    grouping.setNow(state.nowMs);
    return grouping;
  }
  const isSame = JSON.stringify(old.shape) === JSON.stringify(shape) && marks.every((mark, index) => mark === index);
  return isSame ? old : old.reshape(shape, marks);
}

function shapeOf(state: CounterState, need: GroupingNeed, conditions: readonly Condition[]): GroupingShape {
  const marksOf = new Map<number, number[]>();
  conditions.forEach(({ where }, mark) => {
    for (const windowMs of need.windowsMs.get(where)!) marksOf.set(windowMs, [...(marksOf.get(windowMs) ?? []), mark]);
  });
  const windows = [...marksOf].sort(([a], [b]) => a - b).map(([windowMs, marks]): CountedWindow => ({ windowMs, marks, leaves: need.rulesWindowsMs.has(windowMs) ? 'each-item' : 'batches' }));
  return { width: need.fields.length + 1, keepMs: need.keepMs, markCount: conditions.length, windows, keysMax: state.config.keysMax, kindsMax: KINDS_MAX };
}

function attach(plan: CountingPlan, ruleState: CounterState['rules'][number]): void {
  const { rule, watch } = ruleState;
  if (!isGrouped(rule)) return;
  const counted = plan.groupings.find(({ id }) => id === fieldsOf(rule.groupBy).join())!;
  ruleState.mark = counted.conditions.findIndex(({ where }) => where === normalizeWhere(rule.where));
  ruleState.window = counted.grouping.counts.windowOf(rule.windowMs);
  ruleState.place = counted.grouping.counts.placeOf(rule.windowMs, ruleState.mark);
  if (watch === null) {
    ruleState.openBit = OpenBits.bitOf(counted.rules.length);
    ruleState.open.showIn(counted.openBits, ruleState.openBit);
    counted.rules.push(ruleState);
  } else counted.watched.push(ruleState);
  plan.byRule.set(rule.id, { counted, ruleState });
  if (watch !== null && rule.kind === 'share') watch.volume = volumeOf(plan, rule);
}

/** Where the counts are that a share is of. */
function volumeOf(plan: CountingPlan, rule: ShareRule): NonNullable<RuleWatch['volume']> {
  const counted = plan.groupings.find(({ id }) => id === fieldsOf(rule.of.groupBy).join())!;
  return { counted, mark: counted.conditions.findIndex(({ where }) => where === normalizeWhere(rule.of.where)) };
}

function matcherIndex(state: CounterState, plan: CountingPlan, where: string): number {
  const known = plan.matchers.findIndex((matcher) => matcher.where === where);
  if (known >= 0) return known;
  const failed = (message: string): void => tell(state, where, { kind: 'where-failed', where, message });
  return plan.matchers.push(makeMatcher(where, failed)) - 1;
}

