import type { Store } from './clickhouse.ts';
import { filterConditions, type FeedbackFilter } from './filter.ts';
import type { RangeFingerprint } from './fingerprint.ts';

/** Everything that is stored: the number that must equal what was accepted. */
export async function countAll(store: Store): Promise<number> {
  const [row] = await store.select(`SELECT count() FROM ${store.database}.feedback`);
  return Number(row?.[0] ?? 0);
}

export interface CategoryCountQuery {
  workspace: string;
  /** A window as the counter has it: `afterMs` < event time ≤ `untilMs`. */
  afterMs: number;
  untilMs: number;
  where?: FeedbackFilter;
}

/**
 * Items by category in a window, as the counter counts: an item once in each of its categories, duplicates left out.
 * It is the independent count that live numbers are checked against.
 */
export async function countByCategory(store: Store, { workspace, afterMs, untilMs, where = {} }: CategoryCountQuery): Promise<Map<string, number>> {
  const { sql, parameters } = filterConditions(where);
  const rows = await store.select(
    `SELECT category, count() FROM ${store.database}.feedback ARRAY JOIN arrayDistinct(categories) AS category
     WHERE ${[
       'workspace = {workspace:String}',
       'created_at > fromUnixTimestamp64Milli({afterMs:Int64})',
       'created_at <= fromUnixTimestamp64Milli({untilMs:Int64})',
       "duplicate_of = ''",
       ...sql,
     ].join(' AND ')}
     GROUP BY category`,
    { ...parameters, workspace, afterMs: Math.trunc(afterMs), untilMs: Math.trunc(untilMs) },
  );
  return new Map(rows.map((row) => [String(row[0]), Number(row[1])]));
}

export interface SequenceRange {
  logId: string;
  /** Both inclusive. */
  fromSequence: number;
  toSequence: number;
}

/** What is stored of a range of the log, to be compared with `fingerprintOf` the same range of the log. */
export async function rowsBetweenSequences(store: Store, range: SequenceRange): Promise<RangeFingerprint> {
  const [row] = await store.select(
    `SELECT count(), groupBitXor(xxHash32(id)), sum(xxHash32(id)) FROM ${store.database}.feedback
     WHERE log_id = {logId:String} AND log_sequence BETWEEN {fromSequence:UInt64} AND {toSequence:UInt64}`,
    { ...range },
  );
  const [count = 0, idsXor = 0, idsSum = 0] = row ?? [];
  return { count: Number(count), idsXor: Number(idsXor), idsSum: String(idsSum) };
}
