import { createHash, randomUUID } from 'node:crypto';
import { ERASED_TEXT } from '../../core/erased.ts';
import type { Parameters, Store } from './clickhouse.ts';
import { AT_ONCE, dropQuotes, emptyLabels, emptyPages, forgetGroup } from './erase-records.ts';
import { noteErasedCustomer, noteErasedItems } from './erased-keys.ts';
import { findTouchedAlerts } from './find-touched-alerts.ts';
import { fromRow, STORED_ITEM_COLUMNS } from './from-row.ts';
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

const ITEMS_PER_READ = 2_000;

/** Whose items: of a customer, or of the numbers that go with one. */
export interface Theirs {
  workspace: string;
  /** Empty: only the numbers say whose. */
  customerId: string;
  /** Keyed hashes of phone numbers. */
  hashes: readonly string[];
  /** Only what was taken in up to this time. */
  receivedUpToMs: number;
}

/** Later than any item was taken in. */
const EVER_MS = Date.UTC(2200, 0);

/**
 * Takes a customer out of the store: texts, names, numbers and ids go; that something was said, when, about what and how
 * it was taken stays, so that counts stay right. Done when every part is rewritten; harmless when repeated. However many items there are, no request
 * holds more than a piece of their ids. It is noted in
 * `audit`, under a hash of the id, with the alerts that counted an item of theirs: a number of customers is another one now.
 * What was taken in before and is not stored yet is erased when it is (`erase-late.ts`). Rejects with `store_unavailable`.
 */
export async function eraseCustomer(store: Store, { workspace, customerId, actor, atMs }: Erasure): Promise<Erased> {
  const hashRows = await store.select(
    `SELECT DISTINCT customer_phone_hash FROM ${store.database}.feedback WHERE workspace = {workspace:String} AND customer_id = {customerId:String} AND customer_phone_hash != ''`, { workspace, customerId });
  const hashes = hashRows.map(([hash]) => String(hash));
  // First: what is stored from now on is held against it.
  await noteErasedCustomer(store, { workspace, customerId, hashes }, atMs);
  return eraseTheirs(store, { workspace, customerId, hashes, receivedUpToMs: EVER_MS }, { actor, atMs });
}

/** The rows of all tables that say something of them, as `eraseCustomer` has it. */
export async function eraseTheirs(store: Store, { workspace, customerId, hashes, receivedUpToMs }: Theirs, { actor, atMs }: Pick<Erasure, 'actor' | 'atMs'>): Promise<Erased> {
  const isTheirs = "workspace = {workspace:String} AND received_at <= fromUnixTimestamp64Milli({receivedUpToMs:Int64}) AND ((customer_id != '' AND customer_id = {customerId:String}) OR customer_phone_hash IN {hashes:Array(String)})";
  const theirs = { workspace, customerId, hashes: [...hashes], receivedUpToMs };
  const startedMs = performance.now();
  const { ids, alerts } = await readTheirs(store, workspace, isTheirs, theirs);
  const { local, onCluster } = store.layout;
  // The items go last: they name what else there is, so an erasure that broke off is completed by the next one.
  const counts = { alert_events: 0, case_events: 0 };
  const who = { workspace, customerId, actor };
  if (ids.length > 0) {
    // Noted before and after: an erasure that broke off between has changed numbers as well.
    if (alerts.length > 0) await note(store, { ...who, atMs }, 'erasing-customer', { detail: `${ids.length} items`, alerts });
    await noteErasedItems(store, isTheirs, { ...theirs, atMs });
    const isOfTheirs = `GLOBAL IN (SELECT id FROM ${store.database}.feedback WHERE ${isTheirs})`;
    counts.alert_events = await dropQuotes(store, isOfTheirs, { theirs, ids: new Set(ids) });
    counts.case_events = await emptyPages(store, isOfTheirs, theirs);
    if (customerId !== '') await forgetGroup(store, { workspace, customerId });
    await emptyLabels(store, isOfTheirs, theirs);
    await store.runWith(
      `ALTER TABLE ${local('feedback')} ${onCluster} UPDATE text = '${ERASED_TEXT}', keywords = [], customer_id = '', customer_name = '', customer_phone = '', customer_phone_hash = '',
       \`order\` = '', ticket = '', tags = [], attributes = '' WHERE ${isTheirs} ${AT_ONCE}`, theirs);
  }
  const erased = { items: ids.length, alertEvents: counts.alert_events, pages: counts.case_events };
  const doneMs = atMs + Math.ceil(performance.now() - startedMs);
  await note(store, { ...who, atMs: doneMs }, 'erase-customer', { detail: `${erased.items} items, ${erased.alertEvents} alert events, ${erased.pages} pages`, alerts });
  return erased;
}

/** Ids of their items, and the alerts that counted any of these. */
async function readTheirs(store: Store, workspace: string, isTheirs: string, parameters: Parameters): Promise<{ ids: string[]; alerts: string[] }> {
  const [ids, alerts] = [new Set<string>(), new Set<string>()];
  for (let after = ''; ;) {
    const rows = await store.select(`SELECT ${STORED_ITEM_COLUMNS} FROM ${store.database}.feedback WHERE ${isTheirs} AND id > {after:String} ORDER BY id LIMIT ${ITEMS_PER_READ}`, { ...parameters, after });
    const items = rows.map(fromRow);
    for (const { item } of items) ids.add(item.id);
    const counted = items.filter(({ duplicateOf }) => duplicateOf === undefined);
    for (const alertId of await findTouchedAlerts(store, workspace, counted.map((stored) => ({ stored, scores: [stored.score] })))) alerts.add(alertId);
    const last = items.at(-1);
    if (rows.length < ITEMS_PER_READ || last === undefined) return { ids: [...ids], alerts: [...alerts] };
    after = last.item.id;
  }
}

interface Noted {
  detail: string;
  alerts: readonly string[];
}

async function note(store: Store, { workspace, customerId, actor, atMs }: Erasure, action: 'erasing-customer' | 'erase-customer', { detail, alerts }: Noted): Promise<void> {
  const hash = createHash('sha256').update(customerId).digest('hex').slice(0, 16);
  const row = { workspace, event_id: randomUUID(), at: utcText(atMs), actor, way: 'program', action, target: `sha256:${hash}`, detail, record: alerts.length === 0 ? '' : JSON.stringify({ alerts }) };
  await store.insert(`INSERT INTO ${store.database}.audit SETTINGS async_insert = 0 FORMAT JSONEachRow`, Buffer.from(`${JSON.stringify(row)}\n`));
}
