import type { Subscription } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { escalated, opened, OPENED_AT_MS } from '../../alerts/notify/testing/sample-events.ts';
import type { AlertEvent } from '../../core/alert.ts';
import { MemoryBus } from '../bus/memory-bus.ts';
import { encodeJson } from '../frames/record.ts';
import { ClickHouseWriter } from './clickhouse-writer.ts';
import type { Store } from './clickhouse.ts';
import { eraseCustomer } from './erase-customer.ts';
import { RECORD_TABLES } from './record-rows.ts';
import { findFeedback } from './search.ts';
import { storeRecords } from './store-records.ts';
import { temporaryStore, type TemporaryStore } from './testing/embedded-store.ts';
import { storedItem } from './testing/items.ts';

const ERASED_AT_MS = OPENED_AT_MS + 60_000;
const LOG_ID = 'scored.0';

describe('what was on its way to the store when its customer was erased', () => {
  let temporary: TemporaryStore;
  let store: Store;
  let bus: MemoryBus;
  let running: Subscription[];
  beforeEach(async () => {
    temporary = await temporaryStore();
    store = temporary.store;
    bus = new MemoryBus({ clock: { nowMs: () => 0 } });
    running = [];
  });
  afterEach(async () => {
    for (const each of running.splice(0)) each.unsubscribe();
    await temporary.dispose();
  });

  const erase = (customerId: string): Promise<unknown> => eraseCustomer(store, { workspace: 'default', customerId, actor: 'u1', atMs: ERASED_AT_MS });
  const append = (event: AlertEvent): Promise<unknown> => bus.log('alerts').append(encodeJson('alert', event), `${event.id} ${Math.random()}`);
  function startRecords(): void {
    for (const table of RECORD_TABLES) running.push(storeRecords({ store, table, log: bus.log(table.log), telemetry: () => undefined, warn: () => undefined }).subscribe());
  }
  /** Polls until each stored event quotes these ids and names this customer, as a column and in its record. */
  async function untilEvents(expected: unknown[][]): Promise<void> {
    const read = (): Promise<unknown[][]> => store.select("SELECT event_id, JSONExtract(record, 'quotes', 'Array(Tuple(id String))').id, group['customer'], JSONExtractString(record, 'group', 'customer') FROM tocsin.alert_events ORDER BY event_id");
    await expect.poll(read, { timeout: 60_000 }).toEqual(expected);
  }

  it('an item that is stored afterwards is erased; one that was taken in after the erasure is not, nor is anybody else', async () => {
    const theirs = { customer: { id: 'c-7', phoneHash: 'h-7' }, receivedAtMs: ERASED_AT_MS - 1_000 };
    const rows = [
      storedItem({ index: 0, item: { id: 'before', text: '快递丢了', ...theirs } }),
      storedItem({ index: 1, item: { id: 'same-phone', text: '还是我', customer: { phoneHash: 'h-7' }, receivedAtMs: ERASED_AT_MS - 500 } }),
      storedItem({ index: 2, item: { id: 'after', text: '我又来了', ...theirs, receivedAtMs: ERASED_AT_MS + 1 } }),
      storedItem({ index: 3, item: { id: 'another', text: '别人', customer: { id: 'c-8', phoneHash: 'h-8' }, receivedAtMs: ERASED_AT_MS - 1_000 } }),
    ];
    await erase('c-7');
    await new ClickHouseWriter(store).insert(rows, LOG_ID, `${LOG_ID}:1-1`);
    const texts = await Promise.all(rows.map(async ({ item }) => (await findFeedback(store, 'default', item.id))?.item.text));
    expect(texts).toEqual(['[erased]', '[erased]', '我又来了', '别人']);
    expect(await store.select("SELECT actor, detail FROM tocsin.audit WHERE actor = 'tocsin'")).toEqual([['tocsin', '2 items, 0 alert events, 0 pages']]);
  });

  it('the engine is not asked for erasures while none is as new as what is stored, and is when one comes', async () => {
    const asked = vi.spyOn(store, 'select');
    const queries = (): number => asked.mock.calls.filter(([sql]) => sql.includes('tocsin.erased')).length;
    const writer = new ClickHouseWriter(store);
    const insert = (sequence: number, id: string, receivedAtMs: number): Promise<void> => writer.insert([storedItem({ sequence, item: { id, text: '快递丢了', customer: { id: 'c-7' }, receivedAtMs } })], LOG_ID, `${LOG_ID}:${sequence}-${sequence}`);
    await erase('c-6');
    for (const sequence of [1, 2, 3]) await insert(sequence, `later-${sequence}`, ERASED_AT_MS + sequence);
    expect(queries()).toBe(1);
    await eraseCustomer(store, { workspace: 'default', customerId: 'c-7', actor: 'u1', atMs: ERASED_AT_MS + 10 });
    await insert(4, 'late', ERASED_AT_MS + 9);
    await insert(5, 'after', ERASED_AT_MS + 11);
    expect((await store.select('SELECT id, text FROM tocsin.feedback ORDER BY log_sequence')).map(([id, text]) => `${String(id)} ${String(text)}`))
      .toEqual(['later-1 [erased]', 'later-2 [erased]', 'later-3 [erased]', 'late [erased]', 'after 快递丢了']);
    expect(queries()).toBe(2);
  });

  it('alert events that are stored afterwards quote nothing of them, nor do later levels of the alert; others are left alone', { timeout: 120_000 }, async () => {
    await new ClickHouseWriter(store).insert([storedItem({ item: { id: 'f-50', customer: { id: 'c-7' } } }), storedItem({ index: 1, item: { id: 'f-49', customer: { id: 'c-8' } } })], LOG_ID, `${LOG_ID}:1-1`);
    await append(opened({ id: 'e1' }));
    await erase('c-7');
    startRecords();
    await untilEvents([['e1', ['f-49', 'f-48'], '', '']]);
    await append(escalated({ id: 'e2' }));
    await untilEvents([['e1', ['f-49', 'f-48'], '', ''], ['e2', [], '', '']]);
  });

  it('events whose group is the customer name nobody, but where the alert opened after the erasure', { timeout: 120_000 }, async () => {
    const group = { category: 'logistics', customer: '客户"7' };
    await new ClickHouseWriter(store).insert([storedItem({ item: { id: 'theirs', customer: { id: group.customer }, receivedAtMs: ERASED_AT_MS - 1 } })], LOG_ID, `${LOG_ID}:1-1`);
    await append(opened({ id: 'e1', group, quotes: [] }));
    await erase(group.customer);
    startRecords();
    await untilEvents([['e1', [], '[erased]', '[erased]']]);
    await append(opened({ id: 'e2', alertId: 'later', group: { ...group, customer: 'c-8' }, quotes: [], atMs: ERASED_AT_MS + 1 }));
    await untilEvents([['e1', [], '[erased]', '[erased]'], ['e2', [], 'c-8', 'c-8']]);
    await expect.poll(async () => store.select("SELECT count() FROM tocsin.alert_windows WHERE position(record, '客户') > 0"), { timeout: 30_000 }).toEqual([[0]]);
  });

  it('what a process stored and did not come to hold against the erasure is held against it at the next start', { timeout: 120_000 }, async () => {
    await new ClickHouseWriter(store).insert([storedItem({ item: { id: 'f-50', customer: { id: 'c-7' } } })], LOG_ID, `${LOG_ID}:1-1`);
    await append(opened({ id: 'e1' }));
    await erase('c-7');
    const { identity } = await bus.log('alerts').info();
    const row = JSON.stringify({ ...RECORD_TABLES[0]!.rowsOf(encodeJson('alert', opened({ id: 'e1' })), 0)[0], log_id: identity, log_sequence: 1 });
    await store.insert('INSERT INTO tocsin.alert_events FORMAT JSONEachRow', Buffer.from(`${row}\n`));
    startRecords();
    await untilEvents([['e1', ['f-49', 'f-48'], '', '']]);
  });
});
