import { LATE_MS } from '../../alerts/corrections/late.ts';
import type { TouchedItem } from '../../alerts/corrections/touched-alerts.ts';
import type { Labels } from '../../core/label.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import type { Store } from './clickhouse.ts';
import { fromRow, STORED_ITEM_COLUMNS } from './from-row.ts';
import { LABEL_COLUMNS, readLabels } from './labels.ts';
import { scoreAsLabelled } from './relabelled-items.ts';

export const TOUCHED_PER_READ = 1_000;
const SECONDS_MAX = 30;

/** A place on the scored log, in an entry. */
export interface ItemPlace {
  sequence: number;
  index: number;
}

/** The highest entry of a log of which the store holds an item, `after` where there is none above it. Throws `store_unavailable`. */
export async function storedAbove(store: Store, logId: string, after: number): Promise<number> {
  const [row] = await store.select(`SELECT toFloat64(max(log_sequence)) FROM ${store.database}.feedback WHERE log_id = {logId:String} AND log_sequence > {after:UInt64} SETTINGS max_execution_time = ${SECONDS_MAX}`, { logId, after });
  return Math.max(after, Number(row?.[0] ?? 0));
}

/** Items that came late, of the entries after a place up to one, in the order of the log; fewer than `TOUCHED_PER_READ` are the last. Throws `store_unavailable`. */
export async function lateItems(store: Store, { logId, after, upTo }: { logId: string; after: ItemPlace; upTo: number }): Promise<StoredItem[]> {
  const rows = await store.select(
    `SELECT ${STORED_ITEM_COLUMNS} FROM ${store.database}.feedback
     WHERE log_id = {logId:String} AND log_sequence >= {sequence:UInt64} AND log_sequence <= {upTo:UInt64} AND (log_sequence > {sequence:UInt64} OR log_index > {index:Int64})
       AND received_at >= created_at + toIntervalMillisecond(${LATE_MS}) AND duplicate_of = ''
     ORDER BY log_sequence, log_index LIMIT ${TOUCHED_PER_READ} SETTINGS max_execution_time = ${SECONDS_MAX}`,
    { logId, sequence: after.sequence, index: after.index, upTo },
  );
  return rows.map(fromRow);
}

/**
 * Items that were labelled after a place on the log of labels, each as it was scored and as people said it was after each of their labels: any of these may
 * have been told of. `through`: the next place. Throws `store_unavailable`.
 */
export async function labelledItems(store: Store, { logId, after }: { logId: string; after: number }): Promise<{ items: TouchedItem[]; through: number }> {
  const { database } = store;
  const said = await store.select(
    `SELECT workspace, feedback_id, toFloat64(log_sequence) FROM ${database}.labels WHERE log_id = {logId:String} AND log_sequence > {after:UInt64} ORDER BY log_sequence LIMIT ${TOUCHED_PER_READ} SETTINGS max_execution_time = ${SECONDS_MAX}`,
    { logId, after },
  );
  const through = Number(said.at(-1)?.[2] ?? after);
  const items: TouchedItem[] = [];
  for (const workspace of new Set(said.map(([of]) => String(of)))) {
    const parameters = { workspace, ids: [...new Set(said.filter(([of]) => of === workspace).map(([, id]) => String(id)))] };
    const history = await store.select(`SELECT feedback_id, ${LABEL_COLUMNS} FROM ${database}.labels FINAL WHERE workspace = {workspace:String} AND feedback_id IN {ids:Array(String)} ORDER BY at, log_sequence`, parameters);
    const rows = await store.select(`SELECT ${STORED_ITEM_COLUMNS} FROM ${database}.feedback WHERE workspace = {workspace:String} AND id IN {ids:Array(String)} AND duplicate_of = '' SETTINGS max_execution_time = ${SECONDS_MAX}`, parameters);
    for (const stored of rows.map(fromRow)) items.push({ stored, scores: scoresOf(stored, history.filter(([id]) => id === stored.item.id).map(([, ...values]) => readLabels(values))) });
  }
  return { items, through };
}

/** The model's word, and what it came to with each label. */
function scoresOf({ score }: StoredItem, said: readonly Labels[]): StoredItem['score'][] {
  const scores = [score];
  let labels: Labels = {};
  for (const each of said) {
    labels = { ...labels, ...each };
    scores.push(scoreAsLabelled(score, labels));
  }
  return scores;
}

/** Alerts that counted items of customers who were erased since, as the erasures noted them. Throws `store_unavailable`. */
export async function alertsErasedSince(store: Store, sinceMs: number): Promise<{ alertIds: string[]; untilMs: number }> {
  const rows = await store.select(
    `SELECT toFloat64(toUnixTimestamp64Milli(at)), record FROM ${store.database}.audit WHERE action IN ('erasing-customer', 'erase-customer') AND record != '' AND at > fromUnixTimestamp64Milli({sinceMs:Int64})
     ORDER BY at SETTINGS max_execution_time = ${SECONDS_MAX}`,
    { sinceMs },
  );
  return { alertIds: [...new Set(rows.flatMap(([, record]) => (JSON.parse(String(record)) as { alerts: string[] }).alerts))], untilMs: Math.max(sinceMs, ...rows.map(([at]) => Number(at))) };
}
