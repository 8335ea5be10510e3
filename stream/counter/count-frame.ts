import type { LogEntry, ScoredEntry, ScoredFrame, ScoredItem } from '../../core/frame.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { useReader } from '../duplicates/readers.ts';
import { takeNotices } from '../duplicates/state.ts';
import type { AlertWriter } from './alert-writer.ts';
import { alertOnItem } from './alert-on-item.ts';
import type { CountedGrouping } from './counting-plan.ts';
import { linkRow } from './link-item.ts';
import { tell } from './notice.ts';
import type { CounterState } from './state.ts';
import { watchTopics } from './watch/watch-topics.ts';
import { askWaiting, watchItem } from './watch/watch-item.ts';

/** Counts the new items of a frame in, in their order. A frame that was counted before is dropped whole. */
export function countFrame(state: CounterState, entry: LogEntry<ScoredEntry>, frame: ScoredFrame, alerts: AlertWriter): StoredItem[] {
  if (!state.rawSequences.take(frame.rawSequence)) return [];
  turnTables(state);
  const { duplicates, ids } = state;
  const { ahead } = state.plan;
  const rows: StoredItem[] = [];
  ahead.begin();
  for (let index = 0; index < frame.items.length; index++) {
    const scored = frame.items[index]!;
    const place = ahead.take(state, frame.items, index);
    // Given by the sender and seen within the horizon; two ids are taken for one with the probability in RotatingTable.
    if (scored.item.idGiven && ids.see(ahead.id) > 0) continue;
    // No item is from the future. Not the entry's own time: a log's host whose clock went back must not move items.
    const createdAtMs = Math.floor(Math.min(scored.item.createdAtMs, state.nowMs));
    const row: StoredItem = { sequence: entry.sequence, index, item: scored.item, score: scored.score, model: frame.model, createdAtMs };
    rows.push(row);
    alerts.itemIndex = index;
    if (duplicates === null) {
      countItem(state, scored, createdAtMs, alerts);
      continue;
    }
    useReader(duplicates, place);
    if (linkRow(duplicates, row, state.nowMs)) countItem(state, row.item === scored.item ? scored : row, createdAtMs, alerts);
  }
  alerts.itemIndex = null;
  if (duplicates !== null) for (const notice of takeNotices(duplicates)) tell(state, '', notice);
  return rows;
}

function countItem(state: CounterState, scored: ScoredItem, createdAtMs: number, alerts: AlertWriter): void {
  const { groupings, matched } = state.plan;
  const customer = customerNumber(state, scored);
  for (let index = 0; index < matched.length; index++) matched[index] = 0;
  for (const counted of groupings) {
    if (!counted.grouping.holds(createdAtMs) || !meetsAny(state, counted, scored)) continue;
    const kind = counted.grouping.kindOf(counted.present);
    if (counted.kindsGeneration !== counted.grouping.kindsGeneration) {
      counted.kindsGeneration = counted.grouping.kindsGeneration;
      counted.rulesOfKind = [];
      counted.watchedOfKind = [];
    }
    if (kind >= 0) countKind(state, { counted, scored, createdAtMs, customer, kind }, alerts);
    else {
      counted.present.forEach((meets, mark) => {
        if (meets === 1) countKind(state, { counted, scored, createdAtMs, customer, kind: counted.grouping.kinds.alone(mark) }, alerts);
      });
    }
  }
  if (state.plan.waiting.length > 0) askWaiting(state, alerts);
  if (state.plan.topics.length > 0) watchTopics(state, { scored, createdAtMs }, alerts);
}

/** Sets which conditions of a grouping the item meets. */
function meetsAny(state: CounterState, counted: CountedGrouping, scored: ScoredItem): boolean {
  const { matchers, matched } = state.plan;
  const { conditions, present } = counted;
  let any = false;
  for (let mark = 0; mark < conditions.length; mark++) {
    const { matcher } = conditions[mark]!;
    if (matched[matcher] === 0) {
      const { matches } = matchers[matcher]!;
      matched[matcher] = matches === null || matches(scored) ? 1 : -1;
    }
    const meets = matched[matcher] === 1;
    present[mark] = meets ? 1 : 0;
    any ||= meets;
  }
  return any;
}

/** An item, what it counts for in a grouping, and who sent it. */
interface KindOfItem {
  counted: CountedGrouping;
  scored: ScoredItem;
  createdAtMs: number;
  customer: number;
  kind: number;
}

/** Counts an item in its group, or by category in the group of each of its categories. */
function countKind(state: CounterState, of: KindOfItem, alerts: AlertWriter): void {
  const { counted, scored, createdAtMs, kind } = of;
  const { grouping } = counted;
  const campaign = state.duplicates?.group ?? 0;
  const { keyTexts } = counted;
  const { texts, categoryAt } = keyTexts;
  keyTexts.read(scored);
  const { categories } = scored.score;
  for (let index = 0; index < (categoryAt === 0 ? 1 : categories.length); index++) {
    if (categoryAt !== 0) {
      texts[categoryAt] = categories[index]!.id;
      if (index > 0 && stoodBefore(categories, index)) continue;
    }
    const key = grouping.keyOf(state.plan.hash.all(texts), texts);
    grouping.add(key, createdAtMs, of);
    if (campaign !== 0) for (const mark of grouping.kinds.marksOf(kind)) counted.conditions[mark]!.campaigns.note(key, campaign, createdAtMs);
    if (counted.rules.length > 0) alertOnItem(state, { counted, key, kind, item: scored.item, scored, customer: of.customer, createdAtMs }, alerts);
    if (counted.watched.length > 0) watchItem(state, { counted, key, kind, item: scored.item, scored, customer: of.customer, createdAtMs }, alerts);
  }
  if (grouping.overflowItems > 0 && !counted.overflowReported) {
    counted.overflowReported = true;
    tell(state, counted.id, { kind: 'keys-over-limit', groupBy: counted.id, keysMax: grouping.shape.keysMax });
  }
}

/** An item counts once in each category, however often it is named. */
function stoodBefore(categories: readonly { id: string }[], index: number): boolean {
  for (let before = 0; before < index; before++) if (categories[before]!.id === categories[index]!.id) return true;
  return false;
}

/** The same number for the same customer of the same workspace; 0 where the item names none. */
function customerNumber(state: CounterState, { item }: ScoredItem): number {
  const id = item.customer?.id;
  if (id === undefined || id === '') return 0;
  return Math.abs(state.customers.see(state.plan.ahead.customer));
}

function turnTables(state: CounterState): void {
  const { ids, customers, config, nowMs } = state;
  ids.turn(nowMs, config.idHorizonMs, config.idsMax);
  let keepMs = 0;
  for (const { grouping } of state.plan.groupings) keepMs = Math.max(keepMs, grouping.shape.keepMs);
  customers.turn(nowMs, keepMs, config.customersMax);
  if (ids.closedEarly > 0) tell(state, '', { kind: 'ids-forgotten-early', idsMax: config.idsMax });
  if (customers.closedEarly > 0) tell(state, '', { kind: 'customers-forgotten-early', customersMax: config.customersMax });
  if (state.rawSequences.forgotten > 0) tell(state, '', { kind: 'missing-frames-forgotten', missingFramesMax: config.missingFramesMax });
}
