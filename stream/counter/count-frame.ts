import type { LogEntry, ScoredEntry, ScoredFrame, ScoredItem } from '../../core/frame.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { useReader } from '../duplicates/readers.ts';
import { takeNotices } from '../duplicates/state.ts';
import type { AlertWriter } from './alert-writer.ts';
import { alertOnItem } from './alert-on-item.ts';
import type { CountedGrouping, CountedItem } from './counting-plan.ts';
import { linkRow } from './link-item.ts';
import { tell } from './notice.ts';
import { longestKeepMs } from './plan-counting.ts';
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
    ahead.take(state, frame.items, index);
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
    useReader(duplicates, ahead.place);
    if (linkRow(duplicates, row, state.nowMs)) countItem(state, row.item === scored.item ? scored : row, createdAtMs, alerts);
  }
  alerts.itemIndex = null;
  if (duplicates !== null) for (const notice of takeNotices(duplicates)) tell(state, '', notice);
  return rows;
}

function countItem(state: CounterState, scored: ScoredItem, createdAtMs: number, alerts: AlertWriter): void {
  const { plan } = state;
  if (plan.groupings.length > 0) {
    const of = (plan.present ??= { counted: plan.groupings[0]!, key: 0, kind: 0, item: scored.item, scored, customer: 0, createdAtMs });
    of.scored = scored;
    of.item = scored.item;
    of.createdAtMs = createdAtMs;
    of.customer = customerNumber(state, scored);
    countGroups(state, of, alerts);
  }
  if (plan.waiting.length > 0) askWaiting(state, alerts);
  if (plan.topics.length > 0) watchTopics(state, { scored, createdAtMs }, alerts);
}

/** Counts an item in every grouping that it meets a condition of. */
function countGroups(state: CounterState, of: CountedItem, alerts: AlertWriter): void {
  const { groupings, matched } = state.plan;
  const { scored, createdAtMs } = of;
  for (let index = 0; index < matched.length; index++) matched[index] = 0;
  for (let index = 0; index < groupings.length; index++) {
    const counted = groupings[index]!;
    if (!counted.grouping.holds(createdAtMs)) continue;
    of.counted = counted;
    const bits = meets(state, counted, scored);
    if (bits === 0) continue;
    const known = counted.grouping.kinds.byBits(bits);
    of.kind = known >= 0 ? known : counted.grouping.kindOf(counted.present);
    if (counted.kindsGeneration !== counted.grouping.kindsGeneration) {
      counted.kindsGeneration = counted.grouping.kindsGeneration;
      counted.rulesOfKind = [];
      counted.watchedOfKind = [];
    }
    if (of.kind >= 0) countKind(state, of, alerts);
    else {
      counted.present.forEach((meets, mark) => {
        of.kind = counted.grouping.kinds.alone(mark);
        if (meets === 1) countKind(state, of, alerts);
      });
    }
  }
}

/** Sets which conditions of a grouping the item meets; answers their bits, 0 where it meets none. Beyond 30 conditions the bits say no more than that. */
function meets(state: CounterState, counted: CountedGrouping, scored: ScoredItem): number {
  const { matchers, matched } = state.plan;
  const { matcherOf, present } = counted;
  let bits = 0;
  for (let mark = 0; mark < matcherOf.length; mark++) {
    const matcher = matcherOf[mark]!;
    if (matched[matcher] === 0) {
      const { matches } = matchers[matcher]!;
      matched[matcher] = matches === null || matches(scored) ? 1 : -1;
    }
    const isMet = matched[matcher] === 1;
    present[mark] = isMet ? 1 : 0;
    if (isMet) bits |= 1 << (mark < 30 ? mark : 30);
  }
  return bits;
}

/** In place of an item's categories where it counts once whatever they are. */
const ONE: readonly { id: string }[] = [{ id: '' }];

/** Counts an item in its group, or by category in the group of each of its categories. */
function countKind(state: CounterState, of: CountedItem, alerts: AlertWriter): void {
  const { counted, scored, createdAtMs, kind } = of;
  const { grouping, keyTexts, keysAhead } = counted;
  const { ahead, hash } = state.plan;
  const campaign = state.duplicates?.group ?? 0;
  const { texts, categoryAt } = keyTexts;
  // An item with filled fields may have another key than the one that was read ahead.
  const isRead = keysAhead !== null && scored === ahead.item;
  if (!isRead) keyTexts.read(scored);
  const categories = categoryAt === 0 ? ONE : scored.score.categories;
  for (let index = 0; index < categories.length; index++) {
    if (categoryAt !== 0) {
      texts[categoryAt] = categories[index]!.id;
      if (index > 0 && stoodBefore(categories, index)) continue;
    }
    const key = isRead ? keysAhead.keyAt(ahead.place, grouping) : grouping.keyOf(hash.all(texts), texts);
    of.key = key;
    grouping.add(key, createdAtMs, of);
    if (campaign !== 0) for (const mark of grouping.kinds.marksOf(kind)) counted.conditions[mark]!.campaigns.note(key, campaign, createdAtMs);
    if (counted.rules.length > 0) alertOnItem(state, of, alerts);
    if (counted.watched.length > 0) watchItem(state, of, alerts);
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
  customers.turn(nowMs, longestKeepMs(state.plan), config.customersMax);
  if (ids.closedEarly > 0) tell(state, '', { kind: 'ids-forgotten-early', idsMax: config.idsMax });
  if (customers.closedEarly > 0) tell(state, '', { kind: 'customers-forgotten-early', customersMax: config.customersMax });
  if (state.rawSequences.forgotten > 0) tell(state, '', { kind: 'missing-frames-forgotten', missingFramesMax: config.missingFramesMax });
}
