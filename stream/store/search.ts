import type { StoredItem } from '../../core/stored-item.ts';
import type { Store } from './clickhouse.ts';
import { filterConditions, type FeedbackFilter } from './filter.ts';
import { fromRow, STORED_ITEM_COLUMNS } from './from-row.ts';
import { decodeCursor, encodeCursor } from './search-cursor.ts';

export interface FeedbackSearch extends FeedbackFilter {
  workspace: string;
  /** `fromMs` ≤ event time < `toMs`, milliseconds since the epoch. Absent: open on that side. */
  fromMs?: number;
  toMs?: number;
  /** `nextCursor` of the page before. */
  cursor?: string;
  /** Items of a page, 1 to SEARCH_LIMIT_MAX. Default 50. */
  limit?: number;
}

export interface FeedbackPage {
  /** Newest first; items of one millisecond by id, descending. */
  items: StoredItem[];
  /** Absent on the last page. */
  nextCursor?: string;
}

const SEARCH_LIMIT_MAX = 1_000;
const SEARCH_LIMIT_DEFAULT = 50;
/** A search that runs longer is ended by the server and answered as `store_unavailable`. */
const SEARCH_SECONDS_MAX = 15;

/**
 * One page of stored feedback. Pages do not shift: what is stored meanwhile appears where its time puts it and is never
 * shown twice. Throws `invalid_request` (cursor) or `store_unavailable`.
 */
export async function searchFeedback(store: Store, search: FeedbackSearch): Promise<FeedbackPage> {
  const limit = Math.min(Math.max(Math.trunc(search.limit ?? SEARCH_LIMIT_DEFAULT), 1), SEARCH_LIMIT_MAX);
  const { sql, parameters } = searchConditions(search);
  const rows = await store.select(
    `SELECT ${STORED_ITEM_COLUMNS} FROM ${store.database}.feedback WHERE ${sql.join(' AND ')}
     ORDER BY created_at DESC, id DESC LIMIT {rowsMax:UInt32} SETTINGS max_execution_time = ${SEARCH_SECONDS_MAX}`,
    { ...parameters, rowsMax: limit + 1 },
  );
  const items = rows.slice(0, limit).map(fromRow);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  return { items, nextCursor: encodeCursor({ createdAtMs: last.createdAtMs, id: last.item.id }) };
}

/** The search as conditions with bound values. */
export function searchConditions(search: FeedbackSearch): ReturnType<typeof filterConditions> {
  const { sql, parameters } = filterConditions(search);
  sql.unshift('workspace = {workspace:String}');
  parameters['workspace'] = search.workspace;
  if (search.fromMs !== undefined) {
    sql.push('created_at >= fromUnixTimestamp64Milli({fromMs:Int64})');
    parameters['fromMs'] = Math.trunc(search.fromMs);
  }
  if (search.toMs !== undefined) {
    sql.push('created_at < fromUnixTimestamp64Milli({toMs:Int64})');
    parameters['toMs'] = Math.trunc(search.toMs);
  }
  if (search.cursor !== undefined) {
    const cursor = decodeCursor(search.cursor);
    sql.push('created_at <= fromUnixTimestamp64Milli({cursorMs:Int64})');
    sql.push('(created_at < fromUnixTimestamp64Milli({cursorMs:Int64}) OR id < {cursorId:String})');
    parameters['cursorMs'] = cursor.createdAtMs;
    parameters['cursorId'] = cursor.id;
  }
  return { sql, parameters };
}

/** The stored item with this id, or null. */
export async function findFeedback(store: Store, workspace: string, id: string): Promise<StoredItem | null> {
  const [row] = await store.select(
    `SELECT ${STORED_ITEM_COLUMNS} FROM ${store.database}.feedback
     WHERE workspace = {workspace:String} AND id = {id:String} LIMIT 1 SETTINGS max_execution_time = ${SEARCH_SECONDS_MAX}`,
    { workspace, id },
  );
  return row === undefined ? null : fromRow(row);
}
