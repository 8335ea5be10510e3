import { concatMap, defer, from, ignoreElements, switchMap, tap, type Observable } from 'rxjs';
import { TocsinError } from '../../core/errors.ts';
import type { Delivery, ReadLog } from '../ports.ts';
import type { Store } from './clickhouse.ts';
import { eraseLateRecords, type StoredRange } from './erase-late.ts';
import { gatherRecords } from './gather-records.ts';
import { InsertSettings } from './insert-settings.ts';
import type { RecordRow } from './record-row.ts';
import type { RecordTable } from './record-rows.ts';
import { attempt, type RetryOptions } from './retry-forever.ts';

export interface StoreRecordsOptions extends RetryOptions {
  store: Store;
  log: Pick<ReadLog, 'read' | 'info'>;
  table: RecordTable;
  /** Told up to which entry of the log everything is in the table. */
  onStored?(sequence: number): void;
  /** Told of an entry that cannot be read; it is passed over. */
  warn(message: string): void;
}

const GATHER_MS = 1_000;
/** While records keep coming: an insert costs as much for one record as for hundreds. */
const BETWEEN_MS = 4_000;
const ENTRIES_PER_INSERT = 1_000;

/**
 * Copies a log of records into its table, each record once, and follows the log.
 *
 *   ask up to where it is stored ─► read on from there ─► gather for one to four seconds ─► one insert at a time, in order ─► without what was erased ─► ack
 *
 * Where an insert is cut does not matter: one insert is there whole or not at all, so the highest stored sequence says
 * where to go on. A failed insert is tried again for ever with the same rows under the same token. Never completes.
 */
export function storeRecords(options: StoreRecordsOptions): Observable<never> {
  const settings = new InsertSettings(options.store);
  return defer(() => attempt(() => askPlace(options), options)).pipe(
    tap(({ storedThrough }) => options.onStored?.(storedThrough)),
    switchMap(({ logId, firstSequence, storedThrough }) =>
      // Entries that make no row leave the log as well, and are not missed.
      options.log.read(Math.max(storedThrough + 1, firstSequence), ENTRIES_PER_INSERT).pipe(
        gatherRecords({ gatherMs: GATHER_MS, betweenMs: BETWEEN_MS, countMax: ENTRIES_PER_INSERT, ...(options.scheduler === undefined ? {} : { scheduler: options.scheduler }) }),
        concatMap((deliveries) =>
          insertEntries(deliveries, { ...options, settings, logId }).pipe(tap({ complete: () => settle(deliveries, options) })),
        ),
      ),
    ),
  );
}

function settle(deliveries: readonly Delivery[], { onStored }: StoreRecordsOptions): void {
  for (const delivery of deliveries) delivery.ack();
  const last = deliveries.at(-1);
  if (last !== undefined) onStored?.(last.entry.sequence);
}

async function askPlace({ store, log, table }: StoreRecordsOptions): Promise<{ logId: string; firstSequence: number; storedThrough: number }> {
  const { identity, firstSequence } = await log.info();
  const [row] = await store.select(`SELECT max(log_sequence) FROM ${store.database}.${table.table} WHERE log_id = {logId:String}`, { logId: identity });
  const storedThrough = Number(row?.[0] ?? 0);
  // The last insert may have ended before it was held against what was erased.
  await eraseLateRecords(store, table.table, { logId: identity, fromSequence: Math.max(0, storedThrough - ENTRIES_PER_INSERT + 1), toSequence: storedThrough });
  return { logId: identity, firstSequence, storedThrough };
}

interface Inserting extends StoreRecordsOptions {
  settings: InsertSettings;
  logId: string;
}

function insertEntries(deliveries: readonly Delivery[], inserting: Inserting): Observable<never> {
  const rows = deliveries.flatMap(({ entry }) =>
    rowsOf(entry, inserting).map((row): RecordRow => ({ ...row, log_id: inserting.logId, log_sequence: entry.sequence })));
  const range = { fromSequence: deliveries[0]?.entry.sequence ?? 0, toSequence: deliveries.at(-1)?.entry.sequence ?? 0 };
  if (rows.length === 0) return from([]);
  return attempt(() => insert(rows, range, inserting), inserting).pipe(ignoreElements());
}

function rowsOf({ value, sequence, timeMs }: Delivery['entry'], { table, warn }: StoreRecordsOptions): RecordRow[] {
  try {
    return table.rowsOf(value, timeMs);
  } catch (error) {
    if (!(error instanceof TocsinError)) throw error;
    warn(`Entry ${sequence} of the ${table.log} log cannot be read and is not in ${table.table}.`);
    return [];
  }
}

async function insert(rows: readonly RecordRow[], { fromSequence, toSequence }: Pick<StoredRange, 'fromSequence' | 'toSequence'>, { store, table, settings, logId }: Inserting): Promise<void> {
  const token = `${table.table}:${logId}:${fromSequence}-${toSequence}`;
  const statement = `INSERT INTO ${store.database}.${table.table} SETTINGS ${await settings.text()}, insert_deduplication_token = '${token}' FORMAT JSONEachRow`;
  try {
    // A lone surrogate would make the whole insert be refused; JSON escapes each line break, so no blank line can arise.
    await store.insert(statement, Buffer.from(rows.map((row) => `${JSON.stringify(row, wellFormed)}\n`).join('')));
  } catch (error) {
    settings.forget();
    throw error;
  }
  await eraseLateRecords(store, table.table, { logId, fromSequence, toSequence });
}

export function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\u{FFFD}') : value;
}
