import { Subject, takeUntil } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AlertEvent } from '../../core/alert.ts';
import type { PageOrder } from '../../core/page-order.ts';
import { MemoryBus } from '../../stream/bus/memory-bus.ts';
import { decodeJson, encodeJson } from '../../stream/frames/record.ts';
import type { Log } from '../../stream/ports.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import type { JournalEntry } from '../incidents/journal.ts';
import { opened, resolved } from '../notify/testing/sample-events.ts';
import { ANSWER_WITHIN_MS, SOURCE_WITHIN_MS } from '../incidents/decide-inhibition.ts';
import { EMPTY_BOOK } from '../routing/book.ts';
import type { RoutingBook } from '../routing/book.ts';
import { IncidentDesk } from './incident-desk.ts';

let bus: MemoryBus;
let kills: (() => void)[] = [];
const warnings: string[] = [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'setImmediate', 'clearImmediate'] });
  bus = new MemoryBus({ clock: { nowMs: () => Date.now() } });
  warnings.length = 0;
});
afterEach(async () => {
  for (const kill of kills.splice(0)) kill();
  await bus.close();
  vi.useRealTimers();
});

const event = (number: number): AlertEvent => opened({ id: `a-${number}`, alertId: `a-${number}`, group: { category: `c-${number}` }, sequence: number });

async function raise(...events: AlertEvent[]): Promise<void> {
  for (const each of events) await bus.log('alerts').append(encodeJson('alert', each), each.id);
  await vi.advanceTimersByTimeAsync(10);
}

/** A desk that `kill` ends as `kill -9` does. */
async function startDesk(writer: string, over: Partial<Log> = {}, book: RoutingBook = EMPTY_BOOK): Promise<{ desk: IncidentDesk; kill(): void }> {
  const death = new Subject<void>();
  let isDead = false;
  const log = bus.log('incidents');
  const desk = new IncidentDesk({
    alerts: { read: (from, max) => bus.log('alerts').read(from, max).pipe(takeUntil(death)), info: () => bus.log('alerts').info() },
    operations: { read: (from, max) => bus.log('operations').read(from, max).pipe(takeUntil(death)) },
    incidents: {
      appendAfter: (last, bytes, id) => (isDead ? new Promise(() => undefined) : (over.appendAfter ?? log.appendAfter.bind(log))(last, bytes, id)),
      read: (from, max) => log.read(from, max).pipe(takeUntil(death)),
      last: () => log.last(),
      info: () => log.info(),
    },
    book, writer, clock: { nowMs: () => Date.now() }, timers: systemTimers, telemetry: () => undefined, warn: (message) => warnings.push(message),
  });
  const kill = (): void => {
    isDead = true;
    death.next();
    desk.stop();
  };
  kills.push(kill);
  const starting = desk.start();
  await vi.advanceTimersByTimeAsync(10);
  await starting;
  return { desk, kill };
}

async function journal(): Promise<JournalEntry[]> {
  const { lastSequence } = await bus.log('incidents').info();
  const entries: JournalEntry[] = [];
  const reading = bus.log('incidents').read(1, 1_000).subscribe(({ entry, ack }) => {
    entries.push(decodeJson('journal', entry.value));
    ack();
  });
  while (entries.length < lastSequence) await vi.advanceTimersByTimeAsync(1);
  reading.unsubscribe();
  return entries;
}

const pages = async (): Promise<PageOrder[]> => (await journal()).flatMap((entry) => entry.pages);

describe('the desk', () => {
  it('orders a page for each alert, and remembers all of it after a kill', async () => {
    const { kill } = await startDesk('one');
    await raise(event(1), event(2));
    kill();
    await raise(event(3), resolved({ id: 'a-1-r', alertId: 'a-1', sequence: 9 }));
    const { desk } = await startDesk('two');
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await pages()).map(({ id }) => id)).toEqual(['a-1', 'a-2', 'a-3', 'a-1-r']);
    expect([...desk.state!.open.keys()]).toEqual(['a-2', 'a-3']);
  });

  it('writes what a lost acknowledgement hid once, even when the log has forgotten its message ids', async () => {
    await startDesk('one');
    bus.faults.loseAppendAcks('incidents', 1);
    await raise(event(1));
    bus.faults.disconnect();
    await vi.advanceTimersByTimeAsync(180_000);
    bus.faults.reconnect();
    await vi.advanceTimersByTimeAsync(2_000);
    await raise(event(2));
    expect((await pages()).map(({ id }) => id)).toEqual(['a-1', 'a-2']);
  });

  it('shares the journal with another one: each alert is decided by one of them', async () => {
    const one = await startDesk('one');
    const two = await startDesk('two');
    for (let number = 1; number <= 20; number += 1) await raise(event(number));
    await vi.advanceTimersByTimeAsync(5_000);
    const entries = await journal();
    expect(entries.map(({ number }) => number)).toEqual(entries.map((_, index) => index + 1));
    expect((await pages()).map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, index) => `a-${index + 1}`));
    expect([...one.desk.state!.open.keys()].length).toBe(20);
    expect(two.desk.state!.open.size).toBe(20);
  });

  it('does what is due when it is due, and pages at once what no inhibition names', async () => {
    const book = { ...EMPTY_BOOK, inhibitions: [{ id: 'explains', source: [{ field: 'rule' as const, operator: '=' as const, value: 'outage' }], target: [{ field: 'category' as const, operator: '=' as const, value: 'c-1' }], equal: [], sharedAtLeast: 0.9 }] };
    await startDesk('one', {}, book);
    await vi.advanceTimersByTimeAsync(1_730);
    const startMs = Date.now();
    await raise(event(1), event(2));
    expect((await pages()).map(({ id }) => id)).toEqual(['a-2']);
    await vi.advanceTimersByTimeAsync(600);
    const [atOnce, waited] = await pages();
    expect([atOnce?.id, waited?.id]).toEqual(['a-2', 'a-1']);
    expect(atOnce!.atMs - startMs).toBeLessThan(50);
    // Virtual time: nobody explained it within half a second, so it goes out then.
    expect(waited!.atMs - startMs).toBeGreaterThanOrEqual(SOURCE_WITHIN_MS);
    expect(waited!.atMs - startMs).toBeLessThan(SOURCE_WITHIN_MS + 100);
  });

  it('waits with what may be explained for the rest of what fired with the same item, and for the answer, a second in all', async () => {
    const book = { ...EMPTY_BOOK, inhibitions: [{ id: 'explains', source: [{ field: 'category' as const, operator: '=' as const, value: 'c-2' }], target: [{ field: 'category' as const, operator: '=~' as const, value: 'c-[13]' }], equal: [], sharedAtLeast: 0.9 }] };
    const { desk } = await startDesk('one', {}, book);
    await raise({ ...event(1), more: true });
    await vi.advanceTimersByTimeAsync(700);
    expect(await pages()).toEqual([]);
    await raise({ ...event(2), sequence: 1, index: 1 });
    await vi.advanceTimersByTimeAsync(200);
    desk.take({ kind: 'overlap', sourceAlertId: 'a-2', targetAlertId: 'a-1', shared: 50, ofTarget: 50 });
    await vi.advanceTimersByTimeAsync(20_000);
    expect((await pages()).map(({ id }) => id)).toEqual(['a-2']);
    // What never follows is not waited for any longer, nor an answer that does not come.
    const startMs = Date.now();
    await raise({ ...event(3), sequence: 7, more: true });
    await vi.advanceTimersByTimeAsync(12_000);
    const [, late] = await pages();
    expect(late?.id).toBe('a-3');
    expect(late!.atMs - startMs).toBeGreaterThanOrEqual(ANSWER_WITHIN_MS);
    expect(late!.atMs - startMs).toBeLessThan(ANSWER_WITHIN_MS + 100);
  });

  it('passes over what it cannot read, and says so', async () => {
    await bus.log('alerts').append(new Uint8Array([7]), 'broken');
    await bus.log('operations').append(encodeJson('operation', { id: 'op', actor: 'u1', way: 'api', act: { kind: 'of-the-future' } } as never), 'op');
    const { desk } = await startDesk('one');
    await raise(event(1));
    expect(warnings).toEqual(['Entry 1 of the alerts log cannot be read and is passed over.']);
    expect(desk.state!.outcomes.get('op')).toMatchObject({ done: false });
    expect((await pages()).map(({ id }) => id)).toEqual(['a-1']);
  });

  it('writes pages that do not fit one entry into the next ones, and goes on there after a kill', async () => {
    let appends = 0;
    const log = bus.log('incidents');
    const { kill } = await startDesk('one', { appendAfter: (last, bytes, id) => ((appends += 1) > 2 ? new Promise(() => undefined) : log.appendAfter(last, bytes, id)) });
    const operation = { id: 'quiet', actor: 'u1', way: 'api', act: { kind: 'silence', silence: { id: 's', matchers: [{ field: 'rule', operator: '=', value: 'complaint-burst' }], author: 'u1', reason: 'test', startsAtMs: 0, endsAtMs: Date.now() + 60_000, createdAtMs: 0 } } } as const;
    await bus.log('operations').append(encodeJson('operation', structuredClone(operation) as never), 'quiet');
    await vi.advanceTimersByTimeAsync(10);
    kill();
    const two = await startDesk('two');
    await raise(...Array.from({ length: 100 }, (_, index) => event(index + 1)));
    expect(await pages()).toEqual([]);
    await vi.advanceTimersByTimeAsync(61_000);
    two.kill();
    await startDesk('three');
    const all = await pages();
    expect(all.map(({ reason }) => reason)).toEqual(Array.from({ length: 100 }, () => 'silence-ended'));
    expect(new Set(all.map(({ id }) => id)).size).toBe(100);
    expect(Math.max(...(await journal()).map((entry) => entry.pages.length))).toBeLessThanOrEqual(32);
  });
});
