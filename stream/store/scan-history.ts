import type { StoredItem } from '../../core/stored-item.ts';
import type { Parameters, Store } from './clickhouse.ts';
import { fromRow, selectList, STORED_ITEM_COLUMNS, type StoredField } from './from-row.ts';

export interface HistorySpan {
  workspace: string;
  /** `fromMs` ≤ event time < `toMs`, milliseconds since the epoch. */
  fromMs: number;
  toMs: number;
  /** Rows of one read; bounds the memory. Default 20,000. */
  rowsPerRead?: number;
  /** Leaves out items that repeat another. Default: every item. */
  repeats?: 'left-out';
  /** Aborting it ends the scan after the batch at hand; the promise resolves. */
  signal?: AbortSignal;
}

/** A column for each field that was asked for; `count` values each. What a value is, says `fromRow`. */
export interface HistoryColumns<F extends StoredField> {
  count: number;
  columns: Record<F, readonly unknown[]>;
}

const ROWS_PER_READ = 20_000;

/**
 * Reads stored items in the order of event time (ties by id) and hands them on in batches; the next is read while the
 * last one is worked on. Returns how many there were. For backtests, which need the whole item.
 * What is stored during the scan behind the place it has reached is not seen.
 */
export function scanHistory(store: Store, span: HistorySpan, onBatch: (items: readonly StoredItem[]) => void | Promise<void>): Promise<number> {
  return scan(span, {
    onBatch,
    read: async (place, rowsMax) => {
      const columns = await store.selectColumns(statement(store, STORED_ITEM_COLUMNS, place, span), parametersOf(span, place, rowsMax));
      const items = (columns[0] ?? []).map((_, at) => fromRow(columns.map((column) => column[at])));
      const last = items.at(-1);
      return { batch: items, count: items.length, last: last === undefined ? null : { createdAtMs: last.createdAtMs, id: last.item.id } };
    },
  });
}

/**
 * The same scan of some fields only, column by column: several times as fast. For filling a new rule, which needs the
 * time and the fields that it counts by.
 */
export function scanColumns<F extends StoredField>(
  store: Store,
  { fields, ...span }: HistorySpan & { fields: readonly F[] },
  onBatch: (batch: HistoryColumns<F>) => void | Promise<void>,
): Promise<number> {
  return scan(span, {
    onBatch,
    read: async (place, rowsMax) => {
      const list = selectList(['createdAtMs', 'id', ...fields]);
      const [times = [], ids = [], ...values] = await store.selectColumns(statement(store, list, place, span), parametersOf(span, place, rowsMax));
      const count = times.length;
      const columns = Object.fromEntries(fields.map((field, at) => [field, values[at] ?? []])) as unknown as Record<F, readonly unknown[]>;
      return { batch: { count, columns }, count, last: count === 0 ? null : { createdAtMs: Number(times[count - 1]), id: String(ids[count - 1]) } };
    },
  });
}

/** Where a scan stands: after the item named, or at the first of a time. */
interface ScanPlace {
  createdAtMs: number;
  id: string | null;
}

interface Read<T> {
  batch: T;
  count: number;
  last: ScanPlace | null;
}

interface Scanner<T> {
  read(place: ScanPlace, rowsMax: number): Promise<Read<T>>;
  onBatch(batch: T): void | Promise<void>;
}

async function scan<T>({ fromMs, rowsPerRead = ROWS_PER_READ, signal }: HistorySpan, { read, onBatch }: Scanner<T>): Promise<number> {
  let count = 0;
  let reading: Promise<Read<T>> | null = read({ createdAtMs: Math.trunc(fromMs), id: null }, rowsPerRead);
  while (reading !== null) {
    const done: Read<T> = await reading;
    reading = done.last === null || done.count < rowsPerRead || signal?.aborted === true ? null : read(done.last, rowsPerRead);
    // It is awaited in the next round; without this a failure while onBatch runs would count as unhandled.
    reading?.catch(() => undefined);
    if (done.count > 0) await onBatch(done.batch);
    count += done.count;
  }
  return count;
}

function statement(store: Store, list: string, place: ScanPlace, { repeats }: HistorySpan): string {
  const after = place.id === null ? '' : 'AND (created_at > fromUnixTimestamp64Milli({placeMs:Int64}) OR id > {placeId:String})';
  return `SELECT ${list} FROM ${store.database}.feedback
    WHERE workspace = {workspace:String} AND created_at >= fromUnixTimestamp64Milli({placeMs:Int64})
      AND created_at < fromUnixTimestamp64Milli({toMs:Int64}) ${after} ${repeats === 'left-out' ? "AND duplicate_of = ''" : ''}
    ORDER BY created_at, id LIMIT {rowsMax:UInt32}`;
}

function parametersOf({ workspace, toMs }: HistorySpan, place: ScanPlace, rowsMax: number): Parameters {
  return { workspace, placeMs: place.createdAtMs, placeId: place.id ?? '', toMs: Math.trunc(toMs), rowsMax };
}
