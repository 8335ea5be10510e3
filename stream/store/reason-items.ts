import type { StoredItem } from '../../core/stored-item.ts';
import type { ItemsQuery } from '../unstored-items.ts';
import type { Parameters, Store } from './clickhouse.ts';
import { fromRow, STORED_ITEM_COLUMNS } from './from-row.ts';

const COLUMNS: Record<string, string> = {
  channel: 'channel', sentiment: 'sentiment', severity: 'severity', language: 'language', product: 'product', store: 'store', region: 'region', agent: 'agent',
  customerTier: 'customer_tier', customerGroup: 'customer_group', customer: 'customer_id',
};
const SECONDS_MAX = 5;

/** Items of a group in a span, newest first, repeats left out. Rejects with `store_unavailable` or `overloaded`. */
export async function readGroupItems(store: Store, { workspace, group, afterMs, upToMs, rowsMax }: ItemsQuery): Promise<StoredItem[]> {
  const parameters: Parameters = { workspace, afterMs: Math.trunc(afterMs), upToMs: Math.trunc(upToMs), rowsMax };
  const conditions = Object.entries(group).flatMap(([field, value], index) => {
    const column = COLUMNS[field];
    if (column === undefined && field !== 'category') return [];
    parameters[`g${index}`] = value;
    return [field === 'category' ? `has(categories, {g${index}:String})` : `${column} = {g${index}:String}`];
  });
  const rows = await store.select(
    `SELECT ${STORED_ITEM_COLUMNS} FROM ${store.database}.feedback
     WHERE workspace = {workspace:String} AND created_at > fromUnixTimestamp64Milli({afterMs:Int64}) AND created_at <= fromUnixTimestamp64Milli({upToMs:Int64})
       AND duplicate_of = '' ${conditions.map((condition) => `AND ${condition}`).join(' ')}
     ORDER BY created_at DESC, id DESC LIMIT {rowsMax:UInt32} SETTINGS max_execution_time = ${SECONDS_MAX}`,
    parameters,
  );
  return rows.map(fromRow);
}
