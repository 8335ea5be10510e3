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
  /** Pages that quoted one of them. */
  pages: number;
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
  // The items go last: they name what else there is, so an erasure that broke off is completed by the next one.
  const quotedIn: Record<'alert_events' | 'case_events', string> = { alert_events: "'quotes'", case_events: "'event', 'quotes'" };
  const counts = { alert_events: 0, case_events: 0 };
  if (ids.length > 0) {
    for (const table of ['alert_events', 'case_events'] as const) {
      const quoted = `workspace = {workspace:String} AND hasAny(JSONExtract(record, ${quotedIn[table]}, 'Array(Tuple(id String))').id, {ids:Array(String)})`;
      counts[table] = await countOf(store, `SELECT count() FROM ${store.database}.${table} FINAL WHERE ${quoted}`, { workspace, ids });
      await store.runWith(`ALTER TABLE ${local(table)} ${onCluster} UPDATE record = '' WHERE ${quoted} ${settings}`, { workspace, ids });
    }
    await forgetGroup(store, { workspace, customerId });
    await store.runWith(`ALTER TABLE ${local('labels')} ${onCluster} UPDATE text = '${ERASED_TEXT}', record = '' WHERE workspace = {workspace:String} AND feedback_id IN {ids:Array(String)} ${settings}`, { workspace, ids });
    await store.runWith(
      `ALTER TABLE ${local('feedback')} ${onCluster} UPDATE text = '${ERASED_TEXT}', keywords = [], customer_id = '', customer_name = '', customer_phone = '', customer_phone_hash = '',
       \`order\` = '', ticket = '', tags = [], attributes = '' WHERE ${isTheirs} ${settings}`, theirs);
  }
  const erased = { items: ids.length, alertEvents: counts.alert_events, pages: counts.case_events };
  await note(store, { workspace, customerId, actor, atMs }, erased);
  return erased;
}

/** A rule may count by customer: then the id stands in the group of its alerts, wherever they are told of. */
async function forgetGroup(store: Store, { workspace, customerId }: Pick<Erasure, 'workspace' | 'customerId'>): Promise<void> {
  const { local, onCluster } = store.layout;
  const parameters = { workspace, customerId, named: `"customer":${JSON.stringify(customerId)}`, unnamed: `"customer":"${ERASED_TEXT}"` };
  for (const table of ['alert_events', 'case_events', 'incidents']) {
    await store.runWith(
      `ALTER TABLE ${local(table)} ${onCluster} UPDATE record = replaceAll(record, {named:String}, {unnamed:String}) WHERE workspace = {workspace:String} AND position(record, {named:String}) > 0 SETTINGS mutations_sync = 2`, parameters);
  }
  await store.runWith(
    `ALTER TABLE ${local('alert_events')} ${onCluster} UPDATE group = CAST(mapApply((field, value) -> (field, if(field = 'customer', '${ERASED_TEXT}', value)), group), 'Map(LowCardinality(String), String)')
     WHERE workspace = {workspace:String} AND group['customer'] = {customerId:String} SETTINGS mutations_sync = 2`, parameters);
}

async function note(store: Store, { workspace, customerId, actor, atMs }: Erasure, erased: Erased): Promise<void> {
  const hash = createHash('sha256').update(customerId).digest('hex').slice(0, 16);
  const row = { workspace, event_id: randomUUID(), at: utcText(atMs), actor, way: 'program', action: 'erase-customer', target: `sha256:${hash}`, detail: `${erased.items} items, ${erased.alertEvents} alert events, ${erased.pages} pages` };
  await store.insert(`INSERT INTO ${store.database}.audit SETTINGS async_insert = 0 FORMAT JSONEachRow`, Buffer.from(`${JSON.stringify(row)}\n`));
}

async function countOf(store: Store, query: string, parameters: Record<string, string | string[]>): Promise<number> {
  return Number((await store.select(query, parameters))[0]?.[0] ?? 0);
}
