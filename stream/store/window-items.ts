import type { GroupKey } from '../../core/alert.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import type { Parameters, Store } from './clickhouse.ts';
import { fromRow, STORED_ITEM_COLUMNS } from './from-row.ts';

export interface WindowItemsQuery {
  workspace: string;
  /** Values that every item has; fields that the store keeps under another form are left to the caller. */
  group: GroupKey;
  /** `afterMs` < event time ≤ `upToMs`. */
  afterMs: number;
  upToMs: number;
  /**
   * Of this log only what stands up to this place (`index` null: the whole entry, −1: none of it), or only what stands after it; everything of other
   * logs counts as before. `from`: nothing of other logs, and of this one only from that place on.
   */
  log: { id: string; sequence: number; index: number | null; side: 'up-to' | 'after'; from?: { sequence: number; itemIndex: number } | null };
  /** The last item of the page before. */
  after: { createdAtMs: number; id: string } | null;
  rowsMax: number;
}

const SECONDS_MAX = 30;

/** Group fields that are a column with the value as it is. */
const COLUMNS: Record<string, string> = {
  category: 'has(categories, {group_category:String})', channel: 'channel = {group_channel:String}', sentiment: 'sentiment = {group_sentiment:String}',
  severity: 'severity = {group_severity:String}', language: 'language = {group_language:String}', product: 'product = {group_product:String}',
  store: 'store = {group_store:String}', region: 'region = {group_region:String}', agent: 'agent = {group_agent:String}',
};

/** SQL for what stands up to `{sequence}` and, unless the whole entry counts, `{index}`. */
export function upToPlace(index: number | null): string {
  return index === null ? 'log_sequence <= {sequence:UInt64}' : '(log_sequence < {sequence:UInt64} OR (log_sequence = {sequence:UInt64} AND log_index <= {index:Int64}))';
}

/** Items of a window by event time, oldest first (ties by id), repeats left out. Throws `store_unavailable`. */
export async function windowItems(store: Store, { workspace, group, afterMs, upToMs, log, after, rowsMax }: WindowItemsQuery): Promise<StoredItem[]> {
  const parameters: Parameters = { workspace, afterMs: Math.trunc(afterMs), upToMs: Math.trunc(upToMs), logId: log.id, sequence: log.sequence, rowsMax };
  const conditions: string[] = [];
  for (const [field, value] of Object.entries(group)) {
    const condition = COLUMNS[field];
    if (condition === undefined) continue;
    conditions.push(condition);
    parameters[`group_${field}`] = value;
  }
  const upTo = upToPlace(log.index);
  if (log.index !== null) parameters['index'] = log.index;
  conditions.push(log.side === 'up-to' ? `(log_id != {logId:String} OR ${upTo})` : `(log_id = {logId:String} AND NOT ${upTo})`);
  if (log.from != null) {
    conditions.push('log_id = {logId:String} AND (log_sequence > {fromSequence:UInt64} OR (log_sequence = {fromSequence:UInt64} AND log_index >= {fromIndex:UInt32}))');
    Object.assign(parameters, { fromSequence: log.from.sequence, fromIndex: log.from.itemIndex });
  }
  if (after !== null) {
    conditions.push('(created_at > fromUnixTimestamp64Milli({placeMs:Int64}) OR (created_at = fromUnixTimestamp64Milli({placeMs:Int64}) AND id > {placeId:String}))');
    Object.assign(parameters, { placeMs: after.createdAtMs, placeId: after.id });
  }
  const rows = await store.select(
    `SELECT ${STORED_ITEM_COLUMNS} FROM ${store.database}.feedback
     WHERE workspace = {workspace:String} AND created_at > fromUnixTimestamp64Milli({afterMs:Int64}) AND created_at <= fromUnixTimestamp64Milli({upToMs:Int64})
       AND duplicate_of = '' AND ${conditions.join(' AND ')}
     ORDER BY created_at, id LIMIT {rowsMax:UInt32} SETTINGS max_execution_time = ${SECONDS_MAX}`,
    parameters,
  );
  return rows.map(fromRow);
}
