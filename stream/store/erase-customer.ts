import { createHash, randomUUID } from 'node:crypto';
import { ERASED_TEXT } from '../../core/erased.ts';
import type { AlertEvent } from '../../core/alert.ts';
import type { Parameters, Store } from './clickhouse.ts';
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
/** Records that are rewritten at once: they travel as parameters of one request. */
const RECORDS_PER_REWRITE = 20;
/** Ids that travel as parameters of one request. */
const KEYS_PER_REQUEST = 200;
const AT_ONCE = 'SETTINGS mutations_sync = 2';

/**
 * Takes a customer out of the store: texts, names, numbers and ids go; that something was said, when, about what and how
 * it was taken stays, so that counts stay right. Done when every part is rewritten; harmless when repeated. However many items there are, no request
 * holds more than a piece of their ids. It is noted in
 * `audit`, under a hash of the id, with the alerts that counted an item of theirs: a number of customers is another one now.
 * Rejects with `store_unavailable`.
 */
export async function eraseCustomer(store: Store, { workspace, customerId, actor, atMs }: Erasure): Promise<Erased> {
  const parameters = { workspace, customerId };
  const isTheirs = 'workspace = {workspace:String} AND (customer_id = {customerId:String} OR customer_phone_hash IN {hashes:Array(String)})';
  const hashRows = await store.select(
    `SELECT DISTINCT customer_phone_hash FROM ${store.database}.feedback WHERE workspace = {workspace:String} AND customer_id = {customerId:String} AND customer_phone_hash != ''`, parameters);
  const theirs = { ...parameters, hashes: hashRows.map(([hash]) => String(hash)) };
  const startedMs = performance.now();
  const { ids, alerts } = await readTheirs(store, workspace, isTheirs, theirs);
  const { local, onCluster } = store.layout;
  // The items go last: they name what else there is, so an erasure that broke off is completed by the next one.
  const counts = { alert_events: 0, case_events: 0 };
  const who = { workspace, customerId, actor };
  if (ids.length > 0) {
    // Noted before and after: an erasure that broke off between has changed numbers as well.
    if (alerts.length > 0) await note(store, { ...who, atMs }, 'erasing-customer', { detail: `${ids.length} items`, alerts });
    const isOfTheirs = `GLOBAL IN (SELECT id FROM ${store.database}.feedback WHERE ${isTheirs})`;
    counts.alert_events = await dropQuotes(store, isOfTheirs, { theirs, ids: new Set(ids) });
    counts.case_events = await emptyPages(store, isOfTheirs, theirs);
    await forgetGroup(store, { workspace, customerId });
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

/** A rule may count by customer: then the id stands in the group of its alerts, wherever they are told of. */
async function forgetGroup(store: Store, { workspace, customerId }: Pick<Erasure, 'workspace' | 'customerId'>): Promise<void> {
  const { local, onCluster } = store.layout;
  const parameters = { workspace, customerId, named: `"customer":${JSON.stringify(customerId)}`, unnamed: `"customer":"${ERASED_TEXT}"` };
  for (const table of ['alert_events', 'alert_windows', 'case_events', 'incidents']) {
    await store.runWith(
      `ALTER TABLE ${local(table)} ${onCluster} UPDATE record = replaceAll(record, {named:String}, {unnamed:String}) WHERE workspace = {workspace:String} AND position(record, {named:String}) > 0 ${AT_ONCE}`, parameters);
  }
  await store.runWith(
    `ALTER TABLE ${local('alert_events')} ${onCluster} UPDATE group = CAST(mapApply((field, value) -> (field, if(field = 'customer', '${ERASED_TEXT}', value)), group), 'Map(LowCardinality(String), String)')
     WHERE workspace = {workspace:String} AND group['customer'] = {customerId:String} ${AT_ONCE}`, parameters);
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

type Theirs = Parameters & { workspace: string };

/** What an alert counted and why stays on record; only what they said goes. @returns how many events quoted them */
async function dropQuotes(store: Store, isOfTheirs: string, { theirs, ids }: { theirs: Theirs; ids: ReadonlySet<string> }): Promise<number> {
  const { local, onCluster } = store.layout;
  const rows = await store.select(
    `SELECT alert_id, event_id, any(record) FROM (SELECT alert_id, event_id, record, workspace FROM ${store.database}.alert_events FINAL)
     ARRAY JOIN JSONExtract(record, 'quotes', 'Array(Tuple(id String))').id AS quoted WHERE workspace = {workspace:String} AND quoted ${isOfTheirs} GROUP BY alert_id, event_id`, theirs);
  for (const part of partsOf(rows, RECORDS_PER_REWRITE)) {
    const records = part.map(([, , record]) => {
      const event = JSON.parse(String(record)) as Extract<AlertEvent, { quotes: unknown }>;
      return JSON.stringify({ ...event, quotes: event.quotes.filter(({ id }) => !ids.has(id)) });
    });
    await store.runWith(
      `ALTER TABLE ${local('alert_events')} ${onCluster} UPDATE record = transform(concat(alert_id, ' ', event_id), {keys:Array(String)}, {records:Array(String)}, '')
       WHERE workspace = {workspace:String} AND concat(alert_id, ' ', event_id) IN {keys:Array(String)} ${AT_ONCE}`,
      { workspace: theirs.workspace, keys: part.map(([alertId, eventId]) => `${String(alertId)} ${String(eventId)}`), records });
  }
  return rows.length;
}

/** Pages that quoted them: a page is one text, so all of it goes. @returns how many */
async function emptyPages(store: Store, isOfTheirs: string, theirs: Theirs): Promise<number> {
  const { local, onCluster } = store.layout;
  const key = "concat(case_id, ' ', toString(log_sequence), ' ', toString(log_index))";
  const rows = await store.select(
    `SELECT DISTINCT page FROM (SELECT ${key} AS page, record, workspace FROM ${store.database}.case_events FINAL)
     ARRAY JOIN JSONExtract(record, 'event', 'quotes', 'Array(Tuple(id String))').id AS quoted WHERE workspace = {workspace:String} AND quoted ${isOfTheirs}`, theirs);
  for (const part of partsOf(rows, KEYS_PER_REQUEST)) {
    await store.runWith(
      `ALTER TABLE ${local('case_events')} ${onCluster} UPDATE record = '' WHERE workspace = {workspace:String} AND ${key} IN {keys:Array(String)} ${AT_ONCE}`,
      { workspace: theirs.workspace, keys: part.map(([page]) => String(page)) });
  }
  return rows.length;
}

async function emptyLabels(store: Store, isOfTheirs: string, theirs: Theirs): Promise<void> {
  const { local, onCluster } = store.layout;
  const rows = await store.select(
    `SELECT DISTINCT feedback_id FROM ${store.database}.labels WHERE workspace = {workspace:String} AND (text != '${ERASED_TEXT}' OR record != '') AND feedback_id ${isOfTheirs}`, theirs);
  for (const part of partsOf(rows, KEYS_PER_REQUEST)) {
    await store.runWith(
      `ALTER TABLE ${local('labels')} ${onCluster} UPDATE text = '${ERASED_TEXT}', record = '' WHERE workspace = {workspace:String} AND feedback_id IN {ids:Array(String)} ${AT_ONCE}`,
      { workspace: theirs.workspace, ids: part.map(([id]) => String(id)) });
  }
}

function partsOf<T>(all: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / most) }, (_, part) => all.slice(part * most, (part + 1) * most));
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
