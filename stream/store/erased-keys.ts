import { createHash } from 'node:crypto';
import type { Parameters, Store } from './clickhouse.ts';
import { utcText } from './to-row.ts';

/** An erasure of a customer, by what a row would say of them. */
export interface ErasedKey {
  workspace: string;
  kind: 'customer' | 'phone';
  /** A hash of the id, or of the keyed hash of a number. */
  key: string;
  /** What was taken in up to then is erased. */
  atMs: number;
}

/** Of an id, or of a keyed hash of a number. */
export function erasedKey(id: string): string {
  return createHash('sha256').update(JSON.stringify(id).slice(1, -1)).digest('hex');
}

/** The same of an expression of SQL that holds the id as it stands in JSON, without its quotation marks. */
export function erasedKeyOf(literal: string): string {
  return `lower(hex(SHA256(${literal})))`;
}

/** Newest erasure: of those that were there when the store was first asked, and of those since. */
interface Newest {
  askedMs?: number;
  notedMs: number;
}

/** By embedded store, which one process alone has open, so that each erasure passes here. */
const newest = new WeakMap<Store, Newest>();

function newestOf(store: Store): Newest {
  const known = newest.get(store) ?? { notedMs: Number.NEGATIVE_INFINITY };
  newest.set(store, known);
  return known;
}

/** Notes who is erased, so that what is stored later is held against it. Rejects with `store_unavailable`. */
export async function noteErasedCustomer(store: Store, { workspace, customerId, hashes }: { workspace: string; customerId: string; hashes: readonly string[] }, atMs: number): Promise<void> {
  // Before it is noted: whoever does not see this yet has stored what the erasure reads afterwards.
  const known = newestOf(store);
  known.notedMs = Math.max(known.notedMs, atMs);
  const at = utcText(atMs);
  const rows = [{ workspace, kind: 'customer', key: erasedKey(customerId), at }, ...hashes.map((hash) => ({ workspace, kind: 'phone', key: erasedKey(hash), at }))];
  await store.insert(`INSERT INTO ${store.layout.local('erased')} SETTINGS async_insert = 0 FORMAT JSONEachRow`, Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')));
}

/** Notes the items that meet a condition as erased, however many they are. Rejects with `store_unavailable`. */
export async function noteErasedItems(store: Store, condition: string, parameters: Parameters & { atMs: number }): Promise<void> {
  await store.runWith(
    `INSERT INTO ${store.layout.local('erased')} (workspace, kind, key, at) SELECT workspace, 'item', id, fromUnixTimestamp64Milli({atMs:Int64}) FROM ${store.database}.feedback WHERE ${condition} SETTINGS async_insert = 0`, parameters);
}

/** Erasures of customers at a time or after it; the embedded engine is not asked where none can be. Rejects with `store_unavailable`. */
export async function erasedSince(store: Store, sinceMs: number): Promise<ErasedKey[]> {
  if (store.kind === 'embedded' && (await newestErasureMs(store)) < sinceMs) return [];
  const rows = await store.select(
    `SELECT workspace, kind, key, toFloat64(toUnixTimestamp64Milli(max(at))) FROM ${store.layout.local('erased')} WHERE kind != 'item' AND at >= fromUnixTimestamp64Milli({sinceMs:Int64}) GROUP BY workspace, kind, key`,
    { sinceMs: Math.trunc(sinceMs) },
  );
  return rows.map(([workspace, kind, key, atMs]) => ({ workspace: String(workspace), kind: kind as ErasedKey['kind'], key: String(key), atMs: Number(atMs) }));
}

async function newestErasureMs(store: Store): Promise<number> {
  const known = newestOf(store);
  if (known.askedMs === undefined) {
    const [row] = await store.select(`SELECT toFloat64(toUnixTimestamp64Milli(max(at))) FROM ${store.layout.local('erased')} WHERE kind != 'item'`);
    known.askedMs = Number(row?.[0] ?? 0);
  }
  return Math.max(known.askedMs, known.notedMs);
}
