import type { Subscription } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EndedIncident } from '../../alerts/incidents/ended-incident.ts';
import { escalated, opened, resolved } from '../../alerts/notify/testing/sample-events.ts';
import type { AlertEvent } from '../../core/alert.ts';
import { TocsinError } from '../../core/errors.ts';
import type { DeliveryRecord } from '../../core/page.ts';
import { MemoryBus } from '../bus/memory-bus.ts';
import { encodeJson } from '../frames/record.ts';
import type { Store } from './clickhouse.ts';
import { findPastIncident, listPastIncidents } from './past-incidents.ts';
import { RECORD_TABLES } from './record-rows.ts';
import { storeRecords } from './store-records.ts';
import { temporaryStore, type TemporaryStore } from './testing/embedded-store.ts';

const delivery: DeliveryRecord = {
  idempotencyKey: 'e-1 console', alertId: 'a-1', eventId: 'e-1', eventKind: 'opened', channelId: 'console', channelKind: 'console',
  attempt: 1, outcome: 'delivered', detail: 'HTTP 200', atMs: Date.UTC(2026, 2, 1, 12), durationMs: 12.6,
};

describe('records of alerts and deliveries', () => {
  let temporary: TemporaryStore;
  let store: Store;
  let bus: MemoryBus;
  let warnings: string[];
  let running: Subscription[];
  beforeEach(async () => {
    temporary = await temporaryStore();
    store = temporary.store;
    bus = new MemoryBus({ clock: { nowMs: () => 0 } });
    warnings = [];
    running = [];
  });
  afterEach(async () => {
    stopAll();
    await temporary.dispose();
  });

  function start(into: Store = store): void {
    for (const table of RECORD_TABLES) {
      running.push(storeRecords({ store: into, table, log: bus.log(table.log), telemetry: () => undefined, warn: (message) => warnings.push(message) }).subscribe());
    }
  }
  function stopAll(): void {
    for (const each of running.splice(0)) each.unsubscribe();
  }
  const append = (event: AlertEvent): Promise<unknown> => bus.log('alerts').append(encodeJson('alert', event), `${event.id} ${Math.random()}`);
  const countOf = async (table: string): Promise<number> => Number((await store.select(`SELECT count() FROM tocsin.${table}`))[0]?.[0]);
  /** The place of the log that the table has reached. */
  async function until(table: string, sequence: number): Promise<void> {
    await expect.poll(async () => Number((await store.select(`SELECT max(log_sequence) FROM tocsin.${table}`))[0]?.[0]), { timeout: 120_000 }).toBe(sequence);
  }

  it('are read on from where the log begins when entries that make no row have left it', async () => {
    const log = bus.log('incidents');
    const asked: number[] = [];
    const trimmed = { info: async () => ({ ...(await log.info()), firstSequence: 7 }), read: (from: number, inFlightMax: number) => (asked.push(from), log.read(from, inFlightMax)) };
    const table = RECORD_TABLES.find(({ log: name }) => name === 'incidents')!;
    running.push(storeRecords({ store, table, log: trimmed, telemetry: () => undefined, warn: (message) => warnings.push(message) }).subscribe());
    await expect.poll(() => asked, { timeout: 60_000 }).toEqual([7]);
  });

  it('are stored once, across a restart and an insert that was committed without an answer', { timeout: 300_000 }, async () => {
    const lost = { ...resolved(), id: 'lost-answer' };
    await append(opened());
    await bus.log('deliveries').append(encodeJson('delivery', delivery), 'd-1');
    let answersToLose = 2;
    const losing: Store = {
      kind: store.kind, place: store.place, database: store.database, layout: store.layout,
      select: (...asked) => store.select(...asked), selectColumns: (...asked) => store.selectColumns(...asked), run: (statement) => store.run(statement), stream: (...asked) => store.stream(...asked), runWith: (...asked) => store.runWith(...asked), close: () => store.close(), readPort: () => store.readPort(), enginePid: undefined,
      insert: async (statement, data) => {
        await store.insert(statement, data);
        if (answersToLose-- > 0) throw new TocsinError('store_unavailable', 'The answer was lost.', { retryable: true });
      },
    };
    start(losing);
    await until('alert_events', 1);
    await until('deliveries', 1);
    await append(escalated());
    await until('alert_events', 2);
    stopAll();
    await append(lost);
    start();
    await until('alert_events', 3);
    expect(await countOf('alert_events')).toBe(3);
    expect(await countOf('deliveries')).toBe(1);
    expect(await store.select('SELECT channel_id, outcome, duration_ms, detail FROM tocsin.deliveries')).toEqual([['console', 'delivered', 13, 'HTTP 200']]);
  });

  it('an event that stands on the log twice is one event in what boards read', async () => {
    await append(opened());
    await append(opened());
    await append(resolved());
    start();
    await until('alert_events', 3);
    expect(await store.select('SELECT count() FROM tocsin.alert_events FINAL')).toEqual([[2]]);
    expect(await store.select('SELECT count() FROM tocsin.alerts')).toEqual([[1]]);
  });

  it('a question about a span of time reads the events of the alerts that opened in it and of no other', async () => {
    const [early, late] = [opened(), opened()].map((event, at) => ({ ...event, id: `span-${at}`, alertId: `span-${at}`, atMs: event.atMs + at * 86_400_000 }));
    const event = { ...escalated(), openedAtMs: early!.atMs, alertId: early!.alertId, atMs: late!.atMs };
    for (const each of [early!, late!, event, { ...event, id: 'says-not-since-when', openedAtMs: undefined }]) await append(each as AlertEvent);
    start();
    await until('alert_events', 4);
    const asked = `FROM tocsin.alerts WHERE opened_at >= fromUnixTimestamp64Milli(${late!.atMs})`;
    expect(await store.select(`SELECT alert_id, escalations ${asked}`)).toEqual([[late!.alertId, 0]]);
    expect(await store.select('SELECT alert_id, escalations FROM tocsin.alerts ORDER BY alert_id')).toEqual([[early!.alertId, 1], [late!.alertId, 0]]);
    const plan = (await store.select(`EXPLAIN SELECT alert_id ${asked}`)).map(([line]) => String(line));
    const filtered = plan.findIndex((line) => line.includes('Filter column:') && line.includes('ifNull(opened_at, at) >='));
    expect(filtered).toBeGreaterThan(plan.findIndex((line) => line.includes('Keys: workspace, alert_id, ifNull(opened_at, at)')));
  });

  it('an alert is one row with its times, and an acknowledgement counts from its opening', async () => {
    const [begin, end] = [opened(), resolved()];
    await append(begin);
    await append(end);
    start();
    await until('alert_events', 2);
    const acknowledge = (id: string, target: string, atMs: number): Promise<void> =>
      store.run(`INSERT INTO tocsin.audit (event_id, at, actor, action, target) VALUES ('${id}', fromUnixTimestamp64Milli(${atMs}), 'u1', 'acknowledge', '${target}')`);
    const times = 'SELECT state, seconds_to_acknowledge, acknowledged_by, seconds_to_resolve, group FROM tocsin.alerts';
    const resolveSeconds = (end.atMs - begin.atMs) / 1_000;
    expect(await store.select(times)).toEqual([['resolved', null, '', resolveSeconds, begin.group]]);
    await acknowledge('late', begin.alertId, begin.atMs + 90_000);
    await acknowledge('of-another', 'another-alert', begin.atMs + 1_000);
    expect(await store.select(times)).toEqual([['resolved', 90, 'u1', resolveSeconds, begin.group]]);
    await store.run(`INSERT INTO tocsin.case_events (case_id, alert_ids) VALUES ('case-1', ['${begin.alertId}'])`);
    await acknowledge('of-its-case', 'case-1', begin.atMs + 30_000);
    expect(await store.select(times)).toEqual([['resolved', 30, 'u1', resolveSeconds, begin.group]]);
  });

  it('what cannot be read is passed over and said', async () => {
    await bus.log('alerts').append(new Uint8Array([1, 2, 3]), 'damaged');
    await append({ ...opened(), title: { zh: '坏\ud800字\n\n换行', en: '\u0000' } });
    start();
    await until('alert_events', 2);
    await until('alert_windows', 2);
    expect(await store.select('SELECT title_zh, title_en FROM tocsin.alert_events')).toEqual([['坏\ufffd字\n\n换行', '\u0000']]);
    expect(warnings.toSorted()).toEqual(['alert_events', 'alert_windows'].map((table) => `Entry 1 of the alerts log cannot be read and is not in ${table}.`));
  });

  it('an incident that is over is found by its id and by those of its alerts, as it was left last', async () => {
    const ended = (id: string, endedAtMs: number, over: Partial<EndedIncident> = {}): EndedIncident => ({
      id, workspace: 'default', state: 'resolved', severity: 'warning', route: null, openedAtMs: endedAtMs - 60_000, resolvedAtMs: endedAtMs, resolvedBy: null, resolvedBecause: 'resolved', acknowledged: null,
      assignee: 'u1', alerts: 2, alertsFiring: 0, totalCount: 70, reopened: 0, flapping: false, told: ['on-call'], waitsBecause: null, silenced: false, corrected: null, members: [], timeline: [], alertIds: [id, `${id}-b`], ...over,
    });
    const write = (number: number, ...incidents: EndedIncident[]): Promise<unknown> =>
      bus.log('incidents').append(encodeJson('journal', { number, writer: 'w', inputs: [], pages: [], ended: incidents }), `journal-${number}`);
    const T = Date.UTC(2026, 2, 1);
    await write(1, ended('i-1', T), ended('i-2', T + 1_000));
    await write(2, ended('i-1', T, { resolvedBy: 'u2' }));
    start();
    await until('incidents', 2);
    expect(await findPastIncident(store, 'i-1')).toEqual(ended('i-1', T, { resolvedBy: 'u2' }));
    expect((await findPastIncident(store, 'i-2-b'))?.id).toBe('i-2');
    expect(await findPastIncident(store, 'nobody')).toBeNull();
    const before = async (endedBeforeMs: number, limit = 10): Promise<string[]> => (await listPastIncidents(store, { workspace: 'default', endedBeforeMs, limit })).map(({ id }) => id);
    expect(await before(T + 2_000)).toEqual(['i-2', 'i-1']);
    expect(await before(T + 1_000)).toEqual(['i-1']);
    expect(await before(T + 2_000, 1)).toEqual(['i-2']);
    expect(await listPastIncidents(store, { workspace: 'other', endedBeforeMs: T + 2_000, limit: 10 })).toEqual([]);
  });
});
