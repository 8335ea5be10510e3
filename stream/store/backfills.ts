import type { StoredItem } from '../../core/stored-item.ts';
import type { Store } from './clickhouse.ts';
import { storedPlaces } from './stored-places.ts';

/** Up to which sequence of a log the roll-ups were filled from the stored items; 0 when they never were. */
export async function backfilledThrough(store: Store, logId: string): Promise<number> {
  const [row] = await store.select(`SELECT max(through) FROM ${store.layout.local('backfills')} WHERE log_id = {logId:String}`, { logId });
  return Number(row?.[0] ?? 0);
}

/** Those of the rows whose place on the log is not stored. */
export async function withoutStored(store: Store, rows: readonly StoredItem[], logId: string): Promise<StoredItem[]> {
  const sequences = rows.map(({ sequence }) => sequence);
  const range = { logId, fromSequence: sequences.reduce((a, b) => Math.min(a, b)), toSequence: sequences.reduce((a, b) => Math.max(a, b)) };
  const stored = new Set((await storedPlaces(store, range)).map(({ sequence, index }) => `${sequence} ${index}`));
  return rows.filter(({ sequence, index }) => !stored.has(`${sequence} ${index}`));
}
