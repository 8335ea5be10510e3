import type { LogEntry, ScoredEntry, ScoredFrame, ScoredItem } from '../../core/frame.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import type { AlertWriter } from './alert-writer.ts';
import { alertOnItem } from './alert-on-item.ts';
import { fillItemKeys } from './group-keys.ts';
import { tell } from './notice.ts';
import type { CounterState } from './state.ts';

/** Counts the new items of a frame in, in their order. A frame that was counted before is dropped whole. */
export function countFrame(state: CounterState, entry: LogEntry<ScoredEntry>, frame: ScoredFrame, alerts: AlertWriter): StoredItem[] {
  if (!state.rawSequences.take(frame.rawSequence)) return [];
  turnTables(state);
  const rows: StoredItem[] = [];
  for (let index = 0; index < frame.items.length; index++) {
    const scored = frame.items[index]!;
    if (isRepeat(state, scored)) continue;
    // No item is from the future: the log's own time is the latest that it can have been written.
    const createdAtMs = Math.floor(Math.min(scored.item.createdAtMs, entry.timeMs));
    rows.push({ sequence: entry.sequence, index, item: scored.item, score: scored.score, model: frame.model, createdAtMs });
    countItem(state, scored, createdAtMs, alerts);
  }
  return rows;
}

function countItem(state: CounterState, scored: ScoredItem, createdAtMs: number, alerts: AlertWriter): void {
  const { counted: all, matchers, itemKeys, matched, hash } = state.plan;
  const customer = customerNumber(state, scored);
  for (const keys of itemKeys) keys.count = -1;
  matched.fill(0);
  for (const counted of all) {
    const { series } = counted;
    if (!series.holds(createdAtMs)) continue;
    if (matched[counted.matcher] === 0) {
      const { matches } = matchers[counted.matcher]!;
      matched[counted.matcher] = matches === null || matches(scored) ? 1 : -1;
    }
    if (matched[counted.matcher] === -1) continue;
    const keys = itemKeys[counted.keys]!;
    if (keys.count === -1) fillItemKeys(keys, scored, hash);
    for (let key = 0; key < keys.count; key++) {
      let slot = series.find(keys.numbers[key]!);
      if (slot < 0) slot = series.open(keys.hashes[key]!, keys.texts, key * keys.names.width);
      series.add(slot, createdAtMs, customer);
      if (counted.rules.length > 0) alertOnItem(state, { counted, slot, item: scored.item, createdAtMs }, alerts);
    }
    if (series.overflowItems > 0 && !counted.overflowReported) {
      counted.overflowReported = true;
      const { where, groupBy } = counted.definition;
      tell(state, counted.id, { kind: 'keys-over-limit', groupBy: groupBy.join(','), where, keysMax: series.shape.keysMax });
    }
  }
}

/** True for an id given by the sender that was seen within the horizon; two ids are taken for one with the probability in RotatingTable. */
function isRepeat(state: CounterState, { item }: ScoredItem): boolean {
  if (!item.idGiven) return false;
  return state.ids.see(state.plan.hash.start(item.workspace).text(item.id).finish()) > 0;
}

/** The same number for the same customer of the same workspace; 0 where the item names none. */
function customerNumber(state: CounterState, { item }: ScoredItem): number {
  const id = item.customer?.id;
  if (id === undefined || id === '') return 0;
  return Math.abs(state.customers.see(state.plan.hash.start(item.workspace).text(id).finish()));
}

function turnTables(state: CounterState): void {
  const { ids, customers, config, nowMs } = state;
  ids.turn(nowMs, config.idHorizonMs, config.idsMax);
  let keepMs = 0;
  for (const { series } of state.plan.counted) keepMs = Math.max(keepMs, series.shape.keepMs);
  customers.turn(nowMs, keepMs, config.customersMax);
  if (ids.closedEarly > 0) tell(state, '', { kind: 'ids-forgotten-early', idsMax: config.idsMax });
  if (customers.closedEarly > 0) tell(state, '', { kind: 'customers-forgotten-early', customersMax: config.customersMax });
  if (state.rawSequences.forgotten > 0) tell(state, '', { kind: 'missing-frames-forgotten', missingFramesMax: config.missingFramesMax });
}
