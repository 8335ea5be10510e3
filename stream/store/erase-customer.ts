import { createHash, randomUUID } from 'node:crypto';
import type { Store } from './clickhouse.ts';
import { utcText } from './to-row.ts';

export interface Erasure {
  workspace: string;
  customerId: string;
  /** Who asked for it: an id such as `u1`, or `api`. */
  actor: string;
  atMs: number;
}

export interface Erased {
  /** Items that said something of the customer. */
  items: number;
  /** Alert events that quoted one of them. */
  alertEvents: number;
}

/** What stands where a text was. */
export const ERASED_TEXT = '[erased]';

/**
 * Takes a customer out of the store: texts, names, numbers and ids go; that something was said, when, about what and how
 * it was taken stays, so that counts, alerts and their recounts stay right. Done when every part is rewritten; harmless
 * when repeated. It is noted in `audit`, under a hash of the id.
 * Rejects with `store_unavailable`.
 */
export async function eraseCustomer(store: Store, { workspace, customerId, actor, atMs }: Erasure): Promise<Erased> {
  const parameters = { workspace, customerId };
  const isTheirs = 'workspace = {workspace:String} AND (customer_id = {customerId:String} OR customer_phone_hash IN {hashes:Array(String)})';
  const hashRows = await store.select(
    `SELECT DISTINCT customer_phone_hash FROM ${store.database}.feedback WHERE workspace = {workspace:String} AND customer_id = {customerId:String} AND customer_phone_hash != ''`, parameters);
  const theirs = { ...parameters, hashes: hashRows.map(([hash]) => String(hash)) };
  const idRows = await store.select(`SELECT id FROM ${store.database}.feedback WHERE ${isTheirs}`, theirs);
  const ids = idRows.map(([id]) => String(id));
  const { local, onCluster } = store.layout;
  const settings = 'SETTINGS mutations_sync = 2';
  const quoted = `workspace = {workspace:String} AND hasAny(JSONExtract(record, 'quotes', 'Array(Tuple(id String))').id, {ids:Array(String)})`;
  const events = ids.length === 0 ? 0 : await countOf(store, `SELECT count() FROM ${store.database}.alert_events FINAL WHERE ${quoted}`, { workspace, ids });
  if (ids.length > 0) {
    await store.runWith(
      `ALTER TABLE ${local('feedback')} ${onCluster} UPDATE text = '${ERASED_TEXT}', keywords = [], customer_id = '', customer_name = '', customer_phone = '', customer_phone_hash = '',
       \`order\` = '', ticket = '', tags = [], attributes = '' WHERE ${isTheirs} ${settings}`, theirs);
    await store.runWith(`ALTER TABLE ${local('labels')} ${onCluster} UPDATE text = '${ERASED_TEXT}', record = '' WHERE workspace = {workspace:String} AND feedback_id IN {ids:Array(String)} ${settings}`, { workspace, ids });
    await store.runWith(`ALTER TABLE ${local('alert_events')} ${onCluster} UPDATE record = '' WHERE ${quoted} ${settings}`, { workspace, ids });
  }
  await note(store, { workspace, customerId, actor, atMs }, { items: ids.length, alertEvents: events });
  return { items: ids.length, alertEvents: events };
}

async function note(store: Store, { workspace, customerId, actor, atMs }: Erasure, erased: Erased): Promise<void> {
  const hash = createHash('sha256').update(customerId).digest('hex').slice(0, 16);
  const row = { workspace, event_id: randomUUID(), at: utcText(atMs), actor, way: 'program', action: 'erase-customer', target: `sha256:${hash}`, detail: `${erased.items} items, ${erased.alertEvents} alert events` };
  await store.insert(`INSERT INTO ${store.database}.audit SETTINGS async_insert = 0 FORMAT JSONEachRow`, Buffer.from(`${JSON.stringify(row)}\n`));
}

async function countOf(store: Store, query: string, parameters: Record<string, string | string[]>): Promise<number> {
  return Number((await store.select(query, parameters))[0]?.[0] ?? 0);
}
