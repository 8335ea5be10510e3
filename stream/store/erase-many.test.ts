import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ClickHouseWriter } from './clickhouse-writer.ts';
import { openStore, type Store } from './clickhouse.ts';
import { eraseCustomer } from './erase-customer.ts';
import { migrate } from './migrate.ts';
import { SOME_TIME_MS, storedItem } from './testing/items.ts';
import { copyTables } from './testing/laid-tables.ts';

const LOG_ID = 'scored.0';
const workspace = 'default';
const ITEMS = 50_000;
/** Of the customer's items. */
const LABELLED = 450;
const QUOTED = 30;

let folder: string;
let store: Store;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-erase-many-'));
  copyTables(join(folder, 'data'));
  store = openStore({ dataDir: join(folder, 'data') });
  await migrate(store);
  const theirs = Array.from({ length: ITEMS }, (_, index) => storedItem({ sequence: 1, index, item: { customer: { id: 'c-7' }, createdAtMs: SOME_TIME_MS + index } }));
  const others = [storedItem({ sequence: 1, index: ITEMS, item: { id: 'another', customer: { id: 'c-8' } } })];
  await new ClickHouseWriter(store).insert([...theirs, ...others], LOG_ID, `${LOG_ID}:1-1`);
  const quotes = (id: string): string => JSON.stringify({ quotes: [{ id }, { id: 'another' }] });
  const numbers = (count: number): number[] => Array.from({ length: count }, (_, number) => number);
  await store.run(`INSERT INTO tocsin.alert_events (workspace, alert_id, event_id, record) VALUES ${numbers(QUOTED).map((number) => `('default', 'a${number}', 'e', '${quotes(`item-1-${number * 1_000}`)}')`).join(', ')}`);
  await store.run(`INSERT INTO tocsin.case_events (workspace, case_id, log_sequence, record) VALUES ${numbers(QUOTED).map((number) => `('default', 'a${number}', ${number}, '{"event":${quotes(`item-1-${number * 1_000}`)}}')`).join(', ')}`);
  await store.run(`INSERT INTO tocsin.labels (workspace, feedback_id, label_id, text, record) VALUES ${numbers(LABELLED).map((number) => `('default', 'item-1-${number}', 'l${number}', '快递太慢了', '{}')`).join(', ')}, ('default', 'another', 'l', '别人', '{}')`);
});
afterAll(async () => {
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

it('a customer with fifty thousand items is erased whole, once, and no request carries more than a piece of the ids', async () => {
  expect(await eraseCustomer(store, { workspace, customerId: 'c-7', actor: 'u1', atMs: SOME_TIME_MS })).toEqual({ items: ITEMS, alertEvents: QUOTED, pages: QUOTED });
  expect(await store.select("SELECT customer_id, text = '[erased]', count() FROM tocsin.feedback GROUP BY ALL ORDER BY customer_id")).toEqual([['', 1, String(ITEMS)], ['c-8', 0, '1']].map(([id, is, count]) => [id, is, expect.toSatisfy((value: unknown) => String(value) === count)]));
  expect(await store.select('SELECT DISTINCT record FROM tocsin.alert_events FINAL')).toEqual([['{"quotes":[{"id":"another"}]}']]);
  expect(await store.select('SELECT DISTINCT record FROM tocsin.case_events FINAL')).toEqual([['']]);
  expect(await store.select("SELECT countIf(record = '' AND text = '[erased]'), countIf(text = '别人') FROM tocsin.labels")).toEqual([[LABELLED, 1]].map(([erased, left]) => [expect.toSatisfy((value: unknown) => Number(value) === erased), expect.toSatisfy((value: unknown) => Number(value) === left)]));
  // Again, as after one that broke off: nothing is left to do.
  expect(await eraseCustomer(store, { workspace, customerId: 'c-7', actor: 'u1', atMs: SOME_TIME_MS })).toEqual({ items: 0, alertEvents: 0, pages: 0 });
});
