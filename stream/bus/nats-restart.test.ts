import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Subscription } from 'rxjs';
import { TocsinError } from '../../core/errors.ts';
import type { BusState, Delivery, Log } from '../ports.ts';
import { codeOf, eventually, read, suspend, systemClock, text } from './test-tools.ts';
import { connectNatsBus } from './nats-bus.ts';
import type { NatsBus } from './nats-bus.ts';
import { silentLogger } from './logger.ts';
import { TEST_LOG_BYTES_MAX, startTestNats } from './nats-for-tests.ts';
import type { TestNats } from './nats-for-tests.ts';
import { PULL_HEARTBEAT_MS } from './nats-pull.ts';
import { startNatsServer } from './nats-server.ts';

const ENTRIES = 3_000;
const WRITERS = 32;
const ACK_WAIT_MS = 1_000;
const RESTARTS_AT = [500, 1_300, 2_100];

let nats: TestNats;
let bus: NatsBus;
let subscriptions: Subscription[] = [];

afterEach(async () => {
  for (const subscription of subscriptions) subscription.unsubscribe();
  subscriptions = [];
  await bus.close(2_000);
  await nats.stop();
});

async function begin(): Promise<void> {
  nats = await startTestNats();
  bus = await connect('writer');
}

/** Starts the stopped server on the same folder. */
async function restart(): Promise<void> {
  nats.server = await startNatsServer({ binaryPath: nats.binaryPath, dataDir: nats.dataDir, logger: silentLogger, limits: { logBytesMax: TEST_LOG_BYTES_MAX } });
  bus = await connect('again');
}

async function connect(name: string): Promise<NatsBus> {
  return await connectNatsBus({ servers: nats.server.url, name, clock: systemClock, telemetry: () => undefined, limits: { logBytesMax: nats.server.logBytesMax, ackWaitMs: ACK_WAIT_MS, strandedLookMs: 1_000 } });
}

/** Appends until it is acknowledged, as a producer with a message id does. */
async function appendSurely(log: Log, body: string, messageId: string): Promise<number> {
  for (;;) {
    try {
      return (await log.append(text(body), messageId)).sequence;
    } catch (error) {
      if (!(error instanceof TocsinError) || error.code !== 'log_unavailable') throw error;
      await eventually('the connection', () => connected(bus));
    }
  }
}

function connected(of: NatsBus): boolean {
  const seen: BusState[] = [];
  of.state().subscribe((state) => seen.push(state)).unsubscribe();
  return seen[0] === 'connected';
}

/** Appends all entries with many in flight, and ends the server each time so many are acknowledged. */
async function appendThroughRestarts(log: Log, signal: NodeJS.Signals): Promise<Map<number, string>> {
  const acknowledged = new Map<number, string>();
  const restartsAt = [...RESTARTS_AT];
  let next = 0;
  async function write(): Promise<void> {
    while (next < ENTRIES) {
      const body = `entry ${next}`;
      next += 1;
      acknowledged.set(await appendSurely(log, body, body), body);
      if (acknowledged.size >= (restartsAt[0] ?? Infinity)) {
        restartsAt.shift();
        process.kill(nats.server.pid ?? 0, signal);
      }
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, write));
  return acknowledged;
}

describe.each<NodeJS.Signals>(['SIGTERM', 'SIGKILL'])('when %s ends the nats-server while entries come and go', (signal) => {
  it('the ordered reader gets every acknowledged entry once and in order', async () => {
    await begin();
    const log = bus.log('scored');
    const sequences: number[] = [];
    const bodies = new Map<number, string>();
    subscriptions.push(log.read(1, 16).subscribe((delivery) => {
      sequences.push(delivery.entry.sequence);
      bodies.set(delivery.entry.sequence, read(delivery.entry.value));
      setImmediate(() => delivery.ack());
    }));
    const acknowledged = await appendThroughRestarts(log, signal);
    expect(acknowledged.size).toBe(ENTRIES);
    await eventually('the last entry', () => sequences.at(-1) === Math.max(...acknowledged.keys()));
    expect(sequences).toEqual(Array.from({ length: sequences.length }, (_, index) => index + 1));
    expect(bodies).toEqual(new Map([...acknowledged].sort(([a], [b]) => a - b)));
  });

  it('the work queue hands out every entry until the log is empty', async () => {
    await begin();
    const log = bus.log('raw');
    const worked = new Map<string, number>();
    subscriptions.push(log.work('scorer', 16).subscribe((delivery) => {
      const body = read(delivery.entry.value);
      worked.set(body, (worked.get(body) ?? 0) + 1);
      setImmediate(() => delivery.ack());
    }));
    await appendThroughRestarts(log, signal);
    await eventually('all entries', () => worked.size === ENTRIES);
    // Entries whose acknowledgement was on the way when the server ended come again after the deadline, or are looked for.
    await eventually('an empty log', async () => (await log.info()).entries === 0, 30_000);
  });
});

describe('while the nats-server is away', () => {
  it('appends and questions are refused at once, with the state saying why, and work again afterwards', async () => {
    await begin();
    const states: BusState[] = [];
    subscriptions.push(bus.state().subscribe((state) => states.push(state)));
    await bus.log('scored').append(text('before'), 'before');
    const heard: string[] = [];
    subscriptions.push(bus.subscribe('tocsin.test.live').subscribe((body) => heard.push(read(body))));
    const stop = bus.respond('tocsin.test.ask', async () => text('here'));
    let changes = 0;
    subscriptions.push(bus.keyValue('rules').changes().subscribe(() => { changes += 1; }));
    await eventually('the first word of the store', () => changes === 1);

    await suspend(nats.server.pid ?? 0);
    process.kill(nats.server.pid ?? 0, 'SIGKILL');
    await eventually('the cut', () => states.at(-1) === 'reconnecting');
    expect(await codeOf(bus.log('scored').append(text('x'), 'x'))).toBe('log_unavailable');
    expect(await codeOf(bus.log('scored').last())).toBe('log_unavailable');
    expect(await codeOf(bus.keyValue('rules').put('a', 'b'))).toBe('log_unavailable');
    expect(await codeOf(bus.request('tocsin.test.ask', text('x'), 1_000))).toBe('log_unavailable');

    await eventually('the connection', () => states.at(-1) === 'connected');
    await eventually('an answer', async () => (await codeOf(bus.request('tocsin.test.ask', text('x'), 1_000))) === 'resolved');
    await eventually('a listener', () => {
      bus.publish('tocsin.test.live', text('x'));
      return heard.length > 0;
    });
    expect(read((await bus.log('scored').last())?.value ?? text('?'))).toBe('before');
    await bus.keyValue('rules').put('a', 'b');
    await eventually('word of the change', () => changes >= 2);
    expect(states).toEqual(['connected', 'reconnecting', 'connected']);
    stop();
  });

  it('an append that was on its way is tried again and answers', async () => {
    await begin();
    const log = bus.log('scored');
    await log.append(text('before'), 'before');
    await suspend(nats.server.pid ?? 0);
    const waiting = Array.from({ length: 20 }, (_, index) => log.append(text(String(index)), `waiting-${index}`));
    process.kill(nats.server.pid ?? 0, 'SIGKILL');
    const sequences = (await Promise.all(waiting)).map(({ sequence }) => sequence);
    expect([...sequences].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 2));
  });

  it('the bus can be closed, within its time', async () => {
    await begin();
    await bus.log('scored').append(text('before'), 'before');
    await nats.server.stop();
    await eventually('the cut', () => !connected(bus));
    await bus.close(500);
    expect(await codeOf(bus.log('scored').append(text('x'), 'x'))).toBe('log_unavailable');
  });
});

describe('a worker that dies', () => {
  it('costs a delay: what it held goes to another one', async () => {
    await begin();
    const other = await connect('other');
    await bus.log('raw').append(text('a'), 'a');
    const held: string[] = [];
    subscriptions.push(other.log('raw').work('scorer', 4).subscribe((delivery) => held.push(read(delivery.entry.value))));
    await eventually('the hand-out', () => held.length === 1);
    // The connection goes without a word, as with kill -9.
    await other.close(0);
    const got: [string, number][] = [];
    subscriptions.push(bus.log('raw').work('scorer', 4).subscribe((delivery) => {
      got.push([read(delivery.entry.value), delivery.redeliveries]);
      delivery.ack();
    }));
    await eventually('the entry', () => got.length > 0);
    expect(got).toEqual([['a', 1]]);
  });
});

describe('entries that a crash left on the work queue though they count as acknowledged', () => {
  it('are handed out once more, so that none is lost and the log gets empty', async () => {
    await begin();
    for (const word of ['a', 'b', 'c']) await bus.log('raw').append(text(word), word);
    await bus.close(1_000);
    await nats.server.stop();
    // The state after kill -9 at the wrong moment, put together: the entries are back, their acknowledgements are noted.
    const messages = join(nats.dataDir, 'nats', 'store', 'jetstream', '$G', 'streams', 'TOCSIN_RAW', 'msgs');
    const kept = join(nats.dataDir, 'kept');
    await cp(messages, kept, { recursive: true });
    await restart();
    const first: string[] = [];
    const worker = bus.log('raw').work('scorer', 4).subscribe((delivery) => {
      first.push(read(delivery.entry.value));
      delivery.ack();
    });
    await eventually('an empty log', async () => first.length === 3 && (await bus.log('raw').info()).entries === 0);
    worker.unsubscribe();
    await bus.close(1_000);
    await nats.server.stop();
    await rm(messages, { recursive: true });
    await cp(kept, messages, { recursive: true });
    await restart();
    expect((await bus.log('raw').info()).entries).toBe(3);
    await bus.log('raw').append(text('d'), 'd');

    const got: [string, number][] = [];
    subscriptions.push(bus.log('raw').work('scorer', 1).subscribe((delivery) => {
      got.push([read(delivery.entry.value), delivery.redeliveries]);
      if (got.length === 1) delivery.retry(20);
      else delivery.ack();
    }));
    await eventually('an empty log', async () => (await bus.log('raw').info()).entries === 0);
    expect(got.map(([word]) => word).sort()).toEqual(['a', 'a', 'b', 'c', 'd']);
    expect(got.filter(([word]) => word !== 'd').map(([, redeliveries]) => redeliveries)).toEqual([1, 1, 1, 1]);
  });
});

describe('a worker that takes its time', () => {
  it('keeps its entry beyond the deadline, since it says that it is still at it', async () => {
    await begin();
    const other = await connect('other');
    await bus.log('raw').append(text('long'), 'long');
    const held: Delivery[] = [];
    subscriptions.push(bus.log('raw').work('scorer', 4).subscribe((delivery) => held.push(delivery)));
    await eventually('the hand-out', () => held.length === 1);
    let taken = 0;
    subscriptions.push(other.log('raw').work('scorer', 4).subscribe(() => { taken += 1; }));
    await sleep(3 * ACK_WAIT_MS);
    expect(taken).toBe(0);
    held[0]?.ack();
    await eventually('an empty log', async () => (await bus.log('raw').info()).entries === 0);
    await other.close(1_000);
  });
});

describe('a reader that takes its time', () => {
  it('goes on where it stands after holding its credits for longer than the server waits', async () => {
    await begin();
    const log = bus.log('scored');
    for (let index = 1; index <= 200; index++) await log.append(text(String(index)), `held-${index}`);
    const sequences: number[] = [];
    const held: Delivery[] = [];
    let holding = true;
    subscriptions.push(log.read(1, 8).subscribe((delivery) => {
      sequences.push(delivery.entry.sequence);
      if (holding) held.push(delivery);
      else delivery.ack();
    }));
    await eventually('the credits', () => held.length === 8);
    await sleep(3 * PULL_HEARTBEAT_MS);
    expect(sequences.length).toBe(8);
    holding = false;
    for (const delivery of held) delivery.ack();
    await eventually('the last entry', () => sequences.at(-1) === 200);
    expect(sequences).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  });
});
