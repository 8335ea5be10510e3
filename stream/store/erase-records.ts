import type { AlertEvent } from '../../core/alert.ts';
import { ERASED_TEXT } from '../../core/erased.ts';
import type { Parameters, Store } from './clickhouse.ts';

/** Records that are rewritten at once: they travel as parameters of one request. */
const RECORDS_PER_REWRITE = 20;
/** Ids that travel as parameters of one request. */
export const KEYS_PER_REQUEST = 200;
export const AT_ONCE = 'SETTINGS mutations_sync = 2';

/** A rule may count by customer: then the id stands in the group of its alerts, wherever they are told of. */
export async function forgetGroup(store: Store, { workspace, customerId }: { workspace: string; customerId: string }): Promise<void> {
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

/** Values of what says whose items are meant. */
export type WhoseItems = Parameters & { workspace: string };

/** What an alert counted and why stays on record; only what they said goes. @returns how many events quoted them */
export async function dropQuotes(store: Store, isOfTheirs: string, { theirs, ids }: { theirs: WhoseItems; ids: ReadonlySet<string> }): Promise<number> {
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
export async function emptyPages(store: Store, isOfTheirs: string, theirs: WhoseItems): Promise<number> {
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

/** Labels of them keep what was judged. */
export async function emptyLabels(store: Store, isOfTheirs: string, theirs: WhoseItems): Promise<void> {
  const { local, onCluster } = store.layout;
  const rows = await store.select(
    `SELECT DISTINCT feedback_id FROM ${store.database}.labels WHERE workspace = {workspace:String} AND (text != '${ERASED_TEXT}' OR record != '') AND feedback_id ${isOfTheirs}`, theirs);
  for (const part of partsOf(rows, KEYS_PER_REQUEST)) {
    await store.runWith(
      `ALTER TABLE ${local('labels')} ${onCluster} UPDATE text = '${ERASED_TEXT}', record = '' WHERE workspace = {workspace:String} AND feedback_id IN {ids:Array(String)} ${AT_ONCE}`,
      { workspace: theirs.workspace, ids: part.map(([id]) => String(id)) });
  }
}

export function partsOf<T>(all: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / most) }, (_, part) => all.slice(part * most, (part + 1) * most));
}
