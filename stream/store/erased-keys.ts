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

/** Notes who is erased, so that what is stored later is held against it. Rejects with `store_unavailable`. */
export async function noteErasedCustomer(store: Store, { workspace, customerId, hashes }: { workspace: string; customerId: string; hashes: readonly string[] }, atMs: number): Promise<void> {
  const at = utcText(atMs);
  const rows = [{ workspace, kind: 'customer', key: erasedKey(customerId), at }, ...hashes.map((hash) => ({ workspace, kind: 'phone', key: erasedKey(hash), at }))];
  await store.insert(`INSERT INTO ${store.layout.local('erased')} SETTINGS async_insert = 0 FORMAT JSONEachRow`, Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join('')));
}

/** Notes the items that meet a condition as erased, however many they are. Rejects with `store_unavailable`. */
export async function noteErasedItems(store: Store, condition: string, parameters: Parameters & { atMs: number }): Promise<void> {
  await store.runWith(
    `INSERT INTO ${store.layout.local('erased')} (workspace, kind, key, at) SELECT workspace, 'item', id, fromUnixTimestamp64Milli({atMs:Int64}) FROM ${store.database}.feedback WHERE ${condition} SETTINGS async_insert = 0`, parameters);
}

/** Erasures of customers at a time or after it. Rejects with `store_unavailable`. */
export async function erasedSince(store: Store, sinceMs: number): Promise<ErasedKey[]> {
  const rows = await store.select(
    `SELECT workspace, kind, key, toFloat64(toUnixTimestamp64Milli(max(at))) FROM ${store.layout.local('erased')} WHERE kind != 'item' AND at >= fromUnixTimestamp64Milli({sinceMs:Int64}) GROUP BY workspace, kind, key`,
    { sinceMs: Math.trunc(sinceMs) },
  );
  return rows.map(([workspace, kind, key, atMs]) => ({ workspace: String(workspace), kind: kind as ErasedKey['kind'], key: String(key), atMs: Number(atMs) }));
}
