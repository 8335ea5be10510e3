import type { StoredItem } from '../../core/stored-item.ts';
import type { Store } from './clickhouse.ts';
import { fromRow, STORED_ITEM_COLUMNS } from './from-row.ts';

export interface HistoryScan {
  workspace: string;
  /** `fromMs` ≤ event time < `toMs`, milliseconds since the epoch. */
  fromMs: number;
  toMs: number;
  /** Rows of one read; bounds the memory. Default 20,000. */
  rowsPerRead?: number;
}

const ROWS_PER_READ = 20_000;

/**
 * Reads stored items in the order of event time (ties by id) and hands them on in batches; the next is read while the
 * last one is worked on. Returns how many there were. For filling a new rule and for backtests.
 * What is stored during the scan behind the place it has reached is not seen.
 */
export async function scanHistory(
  store: Store,
  scan: HistoryScan,
  onBatch: (items: readonly StoredItem[]) => void | Promise<void>,
): Promise<number> {
  const rowsPerRead = scan.rowsPerRead ?? ROWS_PER_READ;
  let count = 0;
  let reading: Promise<StoredItem[]> | null = read(store, scan, { createdAtMs: Math.trunc(scan.fromMs), id: null }, rowsPerRead);
  while (reading !== null) {
    const items: StoredItem[] = await reading;
    const last = items.at(-1);
    reading = last === undefined || items.length < rowsPerRead ? null : read(store, scan, { createdAtMs: last.createdAtMs, id: last.item.id }, rowsPerRead);
    // Awaited below or in the next round; without this a failure during onBatch would count as unhandled.
    reading?.catch(() => undefined);
    if (items.length > 0) await onBatch(items);
    count += items.length;
  }
  return count;
}

/** Where a scan stands: after the item named, or at the first of a time. */
interface ScanPlace {
  createdAtMs: number;
  id: string | null;
}

async function read(store: Store, scan: HistoryScan, place: ScanPlace, rowsMax: number): Promise<StoredItem[]> {
  const after = place.id === null ? '' : 'AND (created_at > fromUnixTimestamp64Milli({placeMs:Int64}) OR id > {placeId:String})';
  const rows = await store.select(
    `SELECT ${STORED_ITEM_COLUMNS} FROM ${store.database}.feedback
     WHERE workspace = {workspace:String} AND created_at >= fromUnixTimestamp64Milli({placeMs:Int64})
       AND created_at < fromUnixTimestamp64Milli({toMs:Int64}) ${after}
     ORDER BY created_at, id LIMIT {rowsMax:UInt32}`,
    { workspace: scan.workspace, placeMs: place.createdAtMs, placeId: place.id ?? '', toMs: Math.trunc(scan.toMs), rowsMax },
  );
  return rows.map(fromRow);
}
