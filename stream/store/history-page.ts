import type { Store } from './clickhouse.ts';
import { selectList, type StoredField } from './from-row.ts';
import type { HistoryColumns } from './scan-history.ts';

/** Where a read of the history stands: after this row. Rows are in this order, which is that of the table's key. */
interface HistoryPlace {
  workspace: string;
  createdAtMs: number;
  id: string;
  logId: string;
  sequence: number;
  index: number;
}

export interface HistoryPageQuery<F extends StoredField> {
  fields: readonly F[];
  /** As answered before; '' at the beginning. */
  after: string;
  /** `afterMs` < event time ≤ `upToMs`. */
  afterMs: number;
  upToMs: number;
  /** Of this log only entries before this sequence; everything of other logs. */
  logId: string;
  beforeSequence: number;
  rowsMax: number;
}

export interface HistoryPage<F extends StoredField> extends HistoryColumns<F> {
  /** The place of each row. */
  places: string[];
}

/** The next items of all workspaces; fewer than `rowsMax` are the last. Repeats are left out. */
export async function readHistoryPage<F extends StoredField>(store: Store, query: HistoryPageQuery<F>): Promise<HistoryPage<F>> {
  const { fields, after, afterMs, upToMs, logId, beforeSequence, rowsMax } = query;
  const place = after === '' ? null : parsePlace(after);
  const resumed = place === null ? '' : `AND workspace >= {workspace:String} AND (workspace > {workspace:String} OR created_at > fromUnixTimestamp64Milli({placeMs:Int64})
        OR (created_at = fromUnixTimestamp64Milli({placeMs:Int64}) AND (id, log_id, log_sequence, log_index) > ({id:String}, {placeLogId:String}, {sequence:UInt64}, {index:UInt32})))`;
  const read = ['workspace', 'createdAtMs', 'id', 'logSequence', 'logIndex'] as const satisfies readonly StoredField[];
  const [logIds = [], ...columns] = await store.selectColumns(
    `SELECT toString(log_id), ${selectList([...read, ...fields])} FROM ${store.database}.feedback
     WHERE created_at > fromUnixTimestamp64Milli({afterMs:Int64}) AND created_at <= fromUnixTimestamp64Milli({upToMs:Int64})
       AND (log_id != {logId:String} OR log_sequence < {beforeSequence:UInt64}) AND duplicate_of = '' ${resumed}
     ORDER BY workspace, created_at, id, log_id, log_sequence, log_index LIMIT {rowsMax:UInt32}`,
    {
      afterMs: Math.max(Math.trunc(afterMs), EARLIEST_MS), upToMs: Math.min(Math.trunc(upToMs), LATEST_MS), logId, beforeSequence, rowsMax,
      ...(place === null ? {} : { workspace: place.workspace, placeMs: place.createdAtMs, id: place.id, placeLogId: place.logId, sequence: place.sequence, index: place.index }),
    },
  );
  const [workspaces = [], times = [], ids = [], sequences = [], indexes = [], ...values] = columns;
  return {
    count: times.length,
    columns: Object.fromEntries([...read.map((field, at) => [field, columns[at] ?? []]), ...fields.map((field, at) => [field, values[at] ?? []])]) as unknown as HistoryPage<F>['columns'],
    places: times.map((ms, at) => JSON.stringify([workspaces[at], ms, ids[at], logIds[at], sequences[at], indexes[at]])),
  };
}

/** What DateTime64(3) can hold. */
const EARLIEST_MS = -2_208_988_800_000;
const LATEST_MS = 10_413_791_999_999;

function parsePlace(text: string): HistoryPlace {
  const [workspace, createdAtMs, id, logId, sequence, index] = JSON.parse(text) as [string, number, string, string, number, number];
  return { workspace, createdAtMs, id, logId, sequence, index };
}
