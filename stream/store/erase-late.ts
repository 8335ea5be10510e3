import type { StoredItem } from '../../core/stored-item.ts';
import type { Store } from './clickhouse.ts';
import { eraseTheirs, type Theirs } from './erase-customer.ts';
import { dropQuotes, emptyLabels, emptyPages, forgetGroup, KEYS_PER_REQUEST, partsOf, type WhoseItems } from './erase-records.ts';
import { erasedKey, erasedKeyOf, erasedSince, type ErasedKey } from './erased-keys.ts';

/** Who erases what was on its way to the store when its customer was erased, in `audit`. */
const ACTOR = 'tocsin';

/**
 * After items were stored: those of customers who were erased while the items were on their way are erased as well. An erasure first notes whom it
 * takes out and then reads; rows are stored first and then held against what is noted: so one of the two sees the other, whoever comes first.
 * Harmless when repeated. Rejects with `store_unavailable`.
 */
export async function eraseLateItems(store: Store, rows: readonly StoredItem[]): Promise<void> {
  let sinceMs = Number.POSITIVE_INFINITY;
  for (const { item } of rows) sinceMs = Math.min(sinceMs, item.receivedAtMs);
  if (rows.length === 0) return;
  const erasures = new Map((await erasedSince(store, sinceMs)).map((erased) => [placeOf(erased.workspace, erased.kind, erased.key), erased]));
  if (erasures.size === 0) return;
  const found = new Map<string, Theirs & { atMs: number }>();
  for (const { item } of rows) {
    const { id = '', phoneHash = '' } = item.customer ?? {};
    const byId = id === '' ? undefined : erasures.get(placeOf(item.workspace, 'customer', erasedKey(id)));
    const erased = [byId, erasures.get(placeOf(item.workspace, 'phone', erasedKey(phoneHash)))].find((each) => each !== undefined && each.atMs >= item.receivedAtMs);
    if (erased === undefined) continue;
    const key = placeOf(item.workspace, erased.kind, erased.key);
    const hashes = new Set([...(found.get(key)?.hashes ?? []), ...(phoneHash === '' ? [] : [phoneHash])]);
    found.set(key, { workspace: item.workspace, customerId: erased.kind === 'customer' ? id : '', hashes: [...hashes], receivedUpToMs: erased.atMs, atMs: erased.atMs });
  }
  for (const { atMs, ...theirs } of found.values()) await eraseTheirs(store, theirs, { actor: ACTOR, atMs });
}

function placeOf(workspace: string, kind: ErasedKey['kind'], key: string): string {
  return JSON.stringify([workspace, kind, key]);
}

export interface StoredRange {
  logId: string;
  fromSequence: number;
  toSequence: number;
}

/** Where the items that a record tells of stand in it. */
const QUOTED: Readonly<Record<string, string>> = {
  alert_events: "arrayJoin(JSONExtract(record, 'quotes', 'Array(Tuple(id String))').id)",
  case_events: "arrayJoin(JSONExtract(record, 'event', 'quotes', 'Array(Tuple(id String))').id)",
  labels: 'feedback_id',
};

/** Since when what a record says of a customer's group is known. */
const KNOWN_SINCE: Readonly<Record<string, string>> = {
  alert_events: 'ifNull(opened_at, at)',
  alert_windows: 'after',
  case_events: "least(at, fromUnixTimestamp64Milli(JSONExtractInt(record, 'incident', 'openedAtMs')))",
  incidents: 'opened_at',
};

/**
 * After records were stored: what they say of erased items and customers goes, as in an erasure. An alert may rise a level after one of the items
 * that it quotes was erased, and the events of the last seconds are not stored when a customer is erased. Harmless when repeated. Rejects with
 * `store_unavailable`.
 */
export async function eraseLateRecords(store: Store, table: string, range: StoredRange): Promise<void> {
  if (!(table in QUOTED || table in KNOWN_SINCE)) return;
  const [row] = await store.select(`SELECT count() FROM ${store.layout.local('erased')}`);
  if (Number(row?.[0] ?? 0) === 0) return;
  for (const [workspace, ids] of await quotedErased(store, table, range)) {
    for (const part of partsOf(ids, KEYS_PER_REQUEST)) await eraseItemsFrom(store, table, { workspace, ids: part });
  }
  for (const { workspace, customerId } of await namedErased(store, table, range)) await forgetGroup(store, { workspace, customerId });
}

const IN_RANGE = 'log_id = {logId:String} AND log_sequence BETWEEN {fromSequence:UInt64} AND {toSequence:UInt64}';

async function quotedErased(store: Store, table: string, range: StoredRange): Promise<Map<string, string[]>> {
  const quoted = QUOTED[table];
  const found = new Map<string, string[]>();
  if (quoted === undefined) return found;
  const rows = await store.select(
    `SELECT DISTINCT workspace, quoted FROM (SELECT workspace, ${quoted} AS quoted FROM ${store.database}.${table} WHERE ${IN_RANGE})
     WHERE (workspace, quoted) GLOBAL IN (SELECT workspace, key FROM ${store.layout.local('erased')} WHERE kind = 'item')`, { ...range });
  for (const [workspace, id] of rows) found.set(String(workspace), [...(found.get(String(workspace)) ?? []), String(id)]);
  return found;
}

async function eraseItemsFrom(store: Store, table: string, theirs: WhoseItems & { ids: string[] }): Promise<void> {
  const isOfTheirs = 'IN {ids:Array(String)}';
  if (table === 'alert_events') await dropQuotes(store, isOfTheirs, { theirs, ids: new Set(theirs.ids) });
  else if (table === 'case_events') await emptyPages(store, isOfTheirs, theirs);
  else await emptyLabels(store, isOfTheirs, theirs);
}

async function namedErased(store: Store, table: string, range: StoredRange): Promise<{ workspace: string; customerId: string }[]> {
  const since = KNOWN_SINCE[table];
  if (since === undefined) return [];
  const rows = await store.select(
    `SELECT DISTINCT named.workspace, named.literal FROM
       (SELECT workspace, ${since} AS since, arrayJoin(extractAll(record, '"customer":"((?:[^"\\\\\\\\]|\\\\\\\\.)*)"')) AS literal FROM ${store.database}.${table} WHERE ${IN_RANGE}) AS named
     GLOBAL INNER JOIN (SELECT workspace, key, max(at) AS at FROM ${store.layout.local('erased')} WHERE kind = 'customer' GROUP BY workspace, key) AS gone
       ON gone.workspace = named.workspace AND gone.key = ${erasedKeyOf('named.literal')}
     WHERE named.since <= gone.at`, { ...range });
  return rows.map(([workspace, literal]) => ({ workspace: String(workspace), customerId: JSON.parse(`"${String(literal)}"`) as string }));
}
