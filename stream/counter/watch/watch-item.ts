import type { AlertWriter } from '../alert-writer.ts';
import type { CountedItem } from '../counting-plan.ts';
import type { CountedGrouping } from '../counting-plan.ts';
import { QUOTES_MAX } from '../quotes.ts';
import type { RuleState } from '../rule-state.ts';
import type { CounterState } from '../state.ts';
import { customersOf, itemsInside } from './reading.ts';
import type { WatchPlace } from './reading.ts';
import { settle } from './settle.ts';

/** A question that waits until the item stands in every grouping. */
export interface WaitingQuestion {
  place: WatchPlace;
  cause: 'item' | 'too-late-item';
}

/** Tells the watched rules of a grouping that an item was counted in one of its groups. */
export function watchItem(state: CounterState, of: CountedItem, alerts: AlertWriter): void {
  const { counted, kind } = of;
  const rules = counted.watchedOfKind[kind] ?? watchedFor(counted, kind);
  const cause = state.nowMs - of.createdAtMs > state.config.latenessMaxMs ? 'too-late-item' : 'item';
  for (let index = 0; index < rules.length; index++) {
    const ruleState = rules[index]!;
    const place = { counted, ruleState, watch: ruleState.watch!, key: of.key };
    if (!mayChange(state, place, of)) continue;
    // A share needs the item in what it is a share of as well.
    if (ruleState.rule.kind === 'share') state.plan.waiting.push({ place, cause });
    else settle(state, place, cause, alerts);
  }
}

/** Asks what had to wait for the item to be counted everywhere. */
export function askWaiting(state: CounterState, alerts: AlertWriter): void {
  const { waiting } = state.plan;
  for (let index = 0; index < waiting.length; index++) settle(state, waiting[index]!.place, waiting[index]!.cause, alerts);
  waiting.length = 0;
}

/** Takes the item into what the rule keeps itself. False for nearly every item: nothing can follow from it. */
function mayChange(state: CounterState, place: WatchPlace, of: CountedItem): boolean {
  const { ruleState, watch, key } = place;
  const { rule } = ruleState;
  const alert = ruleState.open.get(key);
  const entry = watch.entries.get(key);
  if (rule.kind === 'absence') return alert !== undefined || entry === undefined || entry.pendingSinceMs !== null;
  const items = itemsInside(place);
  if (rule.kind === 'threshold' && rule.of === 'probability') watch.weights.add(key, of.createdAtMs, of.scored.score.complaintProbability, state.nowMs - rule.windowMs);
  if (rule.kind === 'threshold' && rule.of === 'customers') watch.customers.get(key)?.add(of.customer, of.createdAtMs);
  if (items >= rule.fireAt - (QUOTES_MAX - 1)) note(place, of);
  if (alert !== undefined || entry !== undefined) return true;
  if (items < rule.fireAt) {
    if (watch.customers.size > 0) watch.customers.delete(key);
    return false;
  }
  return rule.kind !== 'threshold' || rule.of !== 'customers' || customersOf(state, place).count(state.nowMs - rule.windowMs) >= rule.fireAt;
}

function note({ counted, ruleState, key }: WatchPlace, { item, createdAtMs }: CountedItem): void {
  const { quotes } = counted.conditions[ruleState.mark]!;
  if (!quotes.holds(key, item.id, createdAtMs)) quotes.note(key, item, createdAtMs);
}

/** The watched rules whose `where` items of a kind meet. */
function watchedFor(counted: CountedGrouping, kind: number): RuleState[] {
  const marks = counted.grouping.kinds.marksOf(kind);
  return (counted.watchedOfKind[kind] = counted.watched.filter(({ mark }) => marks.includes(mark)));
}
