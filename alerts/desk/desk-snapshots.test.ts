import { Observable, Subject, takeUntil } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AlertEvent } from '../../core/alert.ts';
import type { TelemetryEvent } from '../../core/telemetry.ts';
import { MemoryBus } from '../../stream/bus/memory-bus.ts';
import { decodeJson, encodeJson } from '../../stream/frames/record.ts';
import type { Delivery, Log, LogInfo } from '../../stream/ports.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import type { DeskState } from '../incidents/desk-state.ts';
import { deskLines } from '../incidents/encode-desk.ts';
import { journalStart } from '../incidents/journal.ts';
import { opened, resolved } from '../notify/testing/sample-events.ts';
import { EMPTY_BOOK } from '../routing/book.ts';
import { IncidentBook } from './incident-book.ts';
import { IncidentDesk } from './incident-desk.ts';

const GENERATIONS = 2;
let bus: MemoryBus;
let stops: (() => void)[] = [];
let warnings: string[];
let told: TelemetryEvent[];
let stored: number;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'setImmediate', 'clearImmediate'] });
  bus = new MemoryBus({ clock: { nowMs: () => Date.now() } });
  [warnings, told, stored] = [[], [], Infinity];
  // The notifier takes each entry at once.
  const notifier = bus.log('incidents').work('notifier', 100).subscribe(({ ack }) => ack());
  stops.push(() => notifier.unsubscribe());
});
afterEach(async () => {
  for (const stop of stops.splice(0)) stop();
  await bus.close();
  vi.useRealTimers();
});

interface Running {
  desk: IncidentDesk;
  kill(): void;
}

/** A desk with a snapshot after each second; `kill` ends it as `kill -9` does. */
function makeDesk(over: { log?: Partial<Log>; beginsAnew?: boolean } = {}): Running {
  const death = new Subject<void>();
  let isDead = false;
  const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
  const alive = <T>(act: () => Promise<T>): Promise<T> => (isDead ? never() : act().then((value) => (isDead ? never<T>() : value)));
  const mortal = (name: 'alerts' | 'operations' | 'incidents'): Log => {
    const log = bus.log(name);
    const own: Log = {
      append: (bytes, id) => alive(() => log.append(bytes, id)),
      appendAfter: (last, bytes, id) => alive(() => log.appendAfter(last, bytes, id)),
      read: (from, max) => log.read(from, max).pipe(takeUntil(death)),
      work: (worker, max) => log.work(worker, max),
      last: () => alive(() => log.last()),
      info: () => alive(() => log.info()),
      trim: (upTo) => alive(() => log.trim(upTo)),
      settledThrough: (worker) => alive(() => log.settledThrough(worker)),
    };
    return name === 'incidents' ? { ...own, ...over.log } : own;
  };
  const store = bus.snapshots('desk');
  const desk = new IncidentDesk({
    alerts: mortal('alerts'), operations: mortal('operations'), incidents: mortal('incidents'),
    snapshots: {
      store: { put: (name, chunks) => alive(() => store.put(name, chunks)), list: () => alive(() => store.list()), get: (name) => store.get(name), delete: (name) => alive(() => store.delete(name)) },
      incidents: mortal('incidents'), operations: mortal('operations'), storedThrough: () => ({ incidents: stored, operations: stored }), intervalMs: 1_000, generations: GENERATIONS,
    },
    beginsAnew: over.beginsAnew ?? false, book: EMPTY_BOOK, writer: `w-${Math.trunc(Date.now())}-${stops.length}`,
    clock: { nowMs: () => Date.now() }, timers: systemTimers, telemetry: (event) => told.push(event), warn: (message) => warnings.push(message),
  });
  const kill = (): void => {
    isDead = true;
    death.next();
    desk.stop();
  };
  stops.push(kill);
  return { desk, kill };
}

async function startDesk(over: Parameters<typeof makeDesk>[0] = {}): Promise<Running> {
  const running = makeDesk(over);
  const starting = running.desk.start();
  await vi.advanceTimersByTimeAsync(10);
  await starting;
  return running;
}

const event = (number: number): AlertEvent => opened({ id: `a-${number}`, alertId: `a-${number}`, group: { category: `c-${number}` }, sequence: number });
const end = (number: number): AlertEvent => resolved({ id: `a-${number}-r`, alertId: `a-${number}`, sequence: number });

async function raise(...events: AlertEvent[]): Promise<void> {
  for (const each of events) await bus.log('alerts').append(encodeJson('alert', each), each.id);
  await vi.advanceTimersByTimeAsync(1_100);
}

async function comment(number: number): Promise<void> {
  await bus.log('operations').append(encodeJson('operation', { id: `op-${number}`, actor: 'u1', way: 'api', act: { kind: 'comment', target: `a-${number}`, text: `on ${number}` } }), `op-${number}`);
  await vi.advanceTimersByTimeAsync(1_100);
}

const infoOf = (log: 'incidents' | 'operations'): Promise<LogInfo> => bus.log(log).info();
const snapshots = async (): Promise<string[]> => (await bus.snapshots('desk').list()).map(({ name }) => name);
const linesOf = (state: DeskState | undefined): unknown[] => (state === undefined ? [] : [...deskLines(state, journalStart())].map((line) => JSON.parse(line) as unknown));
const code = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'started', (error: { code: string }) => error.code);

/** Ten alerts and comments, five alerts over, with snapshots on the way. */
async function live(): Promise<{ state: DeskState; running: Running }> {
  const running = await startDesk();
  for (let number = 1; number <= 10; number += 1) {
    await raise(event(number));
    await comment(number);
  }
  await raise(end(1), end(2), end(3), end(4), end(5));
  return { state: running.desk.state!, running };
}

describe('snapshots of the desk', () => {
  it('let both logs go below the oldest one kept, and a restart comes to the same state', async () => {
    const { state, running } = await live();
    running.kill();
    expect(await snapshots()).toHaveLength(GENERATIONS);
    const { firstSequence, lastSequence } = await infoOf('incidents');
    expect(firstSequence).toBeGreaterThan(15);
    expect(lastSequence).toBeGreaterThanOrEqual(firstSequence);
    expect((await infoOf('operations')).firstSequence).toBeGreaterThan(5);
    const again = await startDesk();
    expect(linesOf(again.desk.state)).toEqual(linesOf(state));
    expect(told.some((each) => each.kind === 'log-trimmed' && each.log === 'operations')).toBe(true);
    await raise(event(11));
    expect([...again.desk.state!.open.keys()]).toContain('a-11');
    expect(warnings).toEqual([]);
  });

  it('keep what the notifier has not delivered, and what the store has not', async () => {
    stored = 3;
    const { running } = await live();
    expect((await infoOf('incidents')).firstSequence).toBe(4);
    expect((await infoOf('operations')).firstSequence).toBe(4);
    stored = Infinity;
    const held: Delivery[] = [];
    for (const stop of stops.splice(0, 1)) stop();
    const slow = bus.log('incidents').work('notifier', 100).subscribe((delivery) => held.push(delivery));
    stops.unshift(() => slow.unsubscribe());
    const { lastSequence } = await infoOf('incidents');
    for (let number = 20; number < 25; number += 1) await raise(event(number));
    expect(held.length).toBeGreaterThan(0);
    expect((await infoOf('incidents')).firstSequence).toBeLessThanOrEqual(lastSequence + 1);
    for (const { ack } of held) ack();
    await raise(event(30));
    expect((await infoOf('incidents')).firstSequence).toBeGreaterThan(lastSequence + 1);
    running.kill();
  });

  it('one that is torn is told of, and the one before it is used', async () => {
    const { state, running } = await live();
    running.kill();
    const [, newest] = await snapshots();
    bus.faults.deskSnapshots.damage(newest!, (bytes) => bytes.slice(0, bytes.length / 2));
    const again = await startDesk();
    expect(warnings).toEqual([`The snapshot ${newest!} is damaged; the one before it is tried.`]);
    expect(linesOf(again.desk.state)).toEqual(linesOf(state));
  });

  it('one written by a desk that was killed before it trimmed does no harm', async () => {
    const running = await startDesk({ log: { trim: () => new Promise<void>(() => undefined) } });
    for (let number = 1; number <= 5; number += 1) await raise(event(number));
    const { state } = running.desk;
    running.kill();
    // What it would have trimmed is still there: the desk killed here trims with the log's own hand.
    const again = await startDesk();
    expect(linesOf(again.desk.state)).toEqual(linesOf(state));
    await raise(event(6));
    expect([...again.desk.state!.open.keys()]).toHaveLength(6);
  });

  it('all lost while the log begins later: the start is refused with a clear error, and goes on with what is left only when told to', async () => {
    const { running } = await live();
    running.kill();
    for (const name of await snapshots()) await bus.snapshots('desk').delete(name);
    expect(await code(settled(makeDesk().desk.start()))).toBe('incidents_lost');
    expect(await code(settled(new IncidentBook({ log: bus.log('incidents'), snapshots: bus.snapshots('desk'), warn: () => undefined }).start()))).toBe('incidents_lost');
    const again = await startDesk({ beginsAnew: true });
    expect(warnings.at(-1)).toMatch(/the desk goes on with what is left/);
    await raise(event(12));
    expect(again.desk.state!.open.has('a-12')).toBe(true);
    expect(again.desk.state!.open.has('a-1')).toBe(false);
  });

  it('that cannot be read back whole let nothing go', async () => {
    const running = await startDesk();
    const { get } = bus.snapshots('desk');
    const store = bus.snapshots('desk');
    store.get = async function* (name) {
      for await (const chunk of get.call(store, name)) yield chunk.slice(0, 10);
    };
    for (let number = 1; number <= 5; number += 1) await raise(event(number));
    store.get = get.bind(store);
    expect((await infoOf('incidents')).firstSequence).toBe(1);
    expect(told.filter(({ kind }) => kind === 'desk-snapshot-failed').length).toBeGreaterThan(0);
    expect(warnings[0]).toMatch(/A snapshot of the incident desk could not be kept/);
    running.kill();
  });

  it('a reader that missed entries takes up the newest one', async () => {
    const { running } = await live();
    const book = new IncidentBook({ log: { ...bound('incidents'), read: (from, max) => skipping(from, max) }, snapshots: bus.snapshots('desk'), warn: () => undefined });
    stops.push(() => book.stop());
    await settled(book.start());
    await raise(event(20));
    await raise(event(21));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(linesOf(book.state)).toEqual(linesOf(running.desk.state));
  });

  it('put what is over on the journal once it is, and again when it changes', async () => {
    await live();
    await comment(3);
    await vi.advanceTimersByTimeAsync(2_000);
    const ended = journal.flatMap((entry) => entry.ended ?? []);
    expect(ended.map(({ id }) => id)).toEqual(['a-1', 'a-2', 'a-3', 'a-4', 'a-5']);
    await bus.log('operations').append(encodeJson('operation', { id: 'late', actor: 'u2', way: 'api', act: { kind: 'comment', target: 'a-3', text: 'later' } }), 'late');
    await vi.advanceTimersByTimeAsync(2_000);
    const after = journal.flatMap((entry) => entry.ended ?? []).at(-1)!;
    expect([after.id, after.timeline.at(-1)]).toMatchObject(['a-3', { kind: 'commented', by: 'u2', detail: { zh: 'later' } }]);
  });

  const journal: ReturnType<typeof decodeJson<'journal'>>[] = [];
  beforeEach(() => {
    journal.length = 0;
    const reading = bus.log('incidents').read(1, 1_000).subscribe(({ entry, ack }) => {
      journal.push(decodeJson('journal', entry.value));
      ack();
    });
    stops.push(() => reading.unsubscribe());
  });
});

async function settled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  await vi.advanceTimersByTimeAsync(50);
  return promise;
}

function bound(name: 'incidents'): Pick<Log, 'last' | 'info'> {
  const log = bus.log(name);
  return { last: () => log.last(), info: () => log.info() };
}

let isFirstRead = true;
/** The first reading misses one entry that comes after the start. */
function skipping(from: number, max: number): ReturnType<Log['read']> {
  const reading = bus.log('incidents').read(from, max);
  if (!isFirstRead) return reading;
  isFirstRead = false;
  const after = infoOf('incidents');
  return new Observable((subscriber) => {
    let missed = false;
    const inner = reading.subscribe((delivery) => void after.then(({ lastSequence }) => {
      if (delivery.entry.sequence > lastSequence && !missed) {
        missed = true;
        return delivery.ack();
      }
      subscriber.next(delivery);
    }));
    return () => inner.unsubscribe();
  });
}
