import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RetentionPolicy, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import type { Delivery } from '../ports.ts';
import { LOGS } from '../subjects.ts';
import { describeBus } from './bus.contract.ts';
import { codeOf, eventually, suspend, systemClock, text } from './test-tools.ts';
import type { BusLimits } from './limits.ts';
import { silentLogger } from './logger.ts';
import type { BusLogger } from './logger.ts';
import { connectNatsBus } from './nats-bus.ts';
import type { NatsBus } from './nats-bus.ts';
import { startTestNats, testNatsBinary } from './nats-for-tests.ts';
import type { TestNats } from './nats-for-tests.ts';
import { poll } from './poll.ts';

const MIB = 1024 ** 2;

async function open(servers: string, nats: TestNats, options: { limits?: Partial<BusLimits>; logger?: BusLogger } = {}): Promise<NatsBus> {
  return await connectNatsBus({
    servers, name: 'test', clock: systemClock, telemetry: () => undefined, logger: options.logger ?? silentLogger,
    limits: { logBytesMax: nats.server.logBytesMax, ...options.limits },
  });
}

describeBus('the bus on a real nats-server', async () => {
  const nats = await startTestNats();
  const bus = await open(nats.server.url, nats);
  return {
    bus,
    async stop() {
      await bus.close(2_000);
      await nats.stop();
    },
  };
});

describe('on a real nats-server', () => {
  let nats: TestNats;
  let bus: NatsBus | undefined;
  const admin = async (): Promise<NatsConnection> => {
    const url = new URL(nats.server.url);
    return await connect({ servers: url.host, user: url.username, pass: url.password });
  };

  beforeAll(async () => {
    nats = await startTestNats();
  });
  afterEach(async () => {
    await bus?.close(2_000);
    const connection = await admin();
    const manager = await jetstreamManager(connection);
    for (const { stream } of Object.values(LOGS)) await manager.streams.delete(stream).catch(() => undefined);
    await connection.close();
  });
  afterAll(() => nats.stop());

  it('a full log refuses with "overloaded", keeps what it has, and takes more once there is room', async () => {
    bus = await open(nats.server.url, nats, { limits: { logBytesMax: { ...nats.server.logBytesMax, raw: MIB } } });
    const raw = bus.log('raw');
    const entry = new Uint8Array(300_000);
    let stored = 0;
    const refusal = await (async () => {
      for (;; stored += 1) await raw.append(entry, `full-${stored}`);
    })().catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'overloaded', retryable: true, message: 'The raw log is at its size limit.' });
    expect((await raw.info()).entries).toBe(stored);
    const held: Delivery[] = [];
    const worker = raw.work('scorer', 1).subscribe((delivery) => held.push(delivery));
    await eventually('a hand-out', () => held.length === 1);
    held[0]?.ack();
    worker.unsubscribe();
    await eventually('room for one more', async () => (await codeOf(raw.append(entry, 'after'))) === 'resolved');
  });

  it('an entry above the size limit is refused by name and size, and the connection stays', async () => {
    bus = await open(nats.server.url, nats);
    expect(bus.entryBytesMax).toBe(8 * MIB - 1024);
    await bus.log('scored').append(new Uint8Array(bus.entryBytesMax), 'm'.repeat(200));
    const error = await bus.log('scored').append(new Uint8Array(bus.entryBytesMax + 1), 'large').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'body_too_large', retryable: false });
    expect((await bus.log('scored').info()).entries).toBe(1);
  });

  it('setting up again keeps the entries and applies new limits', async () => {
    const first = await open(nats.server.url, nats);
    await first.log('scored').append(text('kept'), 'kept');
    await first.keyValue('rules').put('kept', 'x');
    await first.close(2_000);
    bus = await open(nats.server.url, nats, { limits: { logBytesMax: { ...nats.server.logBytesMax, scored: 2 * MIB } } });
    expect((await bus.log('scored').info()).entries).toBe(1);
    expect(await bus.keyValue('rules').entries()).toEqual(new Map([['kept', 'x']]));
    await bus.keyValue('rules').delete('kept');
    const connection = await admin();
    const { config } = await (await jetstreamManager(connection)).streams.info(LOGS.scored.stream);
    expect(config.max_bytes).toBe(2 * MIB);
    await connection.close();
  });

  it('several processes may set up at the same time', async () => {
    const buses = await Promise.all([1, 2, 3].map(() => open(nats.server.url, nats)));
    await Promise.all(buses.map((each, index) => each.log('scored').append(text('x'), `at-once-${index}`)));
    expect((await buses[0]?.log('scored').info())?.entries).toBe(3);
    await Promise.all(buses.map((each) => each.close(2_000)));
  });

  it('a stream of that name with other retention is left alone and named', async () => {
    const connection = await admin();
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name: LOGS.raw.stream, subjects: [LOGS.raw.subject], retention: RetentionPolicy.Limits });
    const error = await open(nats.server.url, nats).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'conflict', message: expect.stringContaining('TOCSIN_RAW exists with other settings (retention limits') });
    await connection.close();
  });

  it('a reader goes on after entries that are gone, and says how many are', async () => {
    const said: Record<string, unknown>[] = [];
    bus = await open(nats.server.url, nats, { logger: { ...silentLogger, error: (fields) => said.push(fields) } });
    const log = bus.log('scored');
    for (let index = 1; index <= 10; index++) await log.append(text(String(index)), `gap-${index}`);
    const connection = await admin();
    const manager = await jetstreamManager(connection);
    await manager.streams.purge(LOGS.scored.stream, { seq: 4 });
    await manager.streams.deleteMessage(LOGS.scored.stream, 7);
    await connection.close();
    const got: number[] = [];
    const reader = log.read(1, 2).subscribe((delivery) => {
      got.push(delivery.entry.sequence);
      delivery.ack();
    });
    await eventually('the last entry', () => got.at(-1) === 10);
    reader.unsubscribe();
    expect(got).toEqual([4, 5, 6, 8, 9, 10]);
    expect(said).toEqual([{ log: 'scored', expected: 1, found: 4 }, { log: 'scored', expected: 7, found: 8 }]);
  });

  it('an append to a server that hangs is given up at its time limit, and counts once if it is tried again', async () => {
    bus = await open(nats.server.url, nats, { limits: { appendMs: 300 } });
    await suspend(nats.server.pid ?? 0);
    const code = await codeOf(bus.log('scored').append(text('x'), 'hung')).finally(() => process.kill(nats.server.pid ?? 0, 'SIGCONT'));
    expect(code).toBe('log_unavailable');
    await eventually('an answer', async () => (await codeOf(bus?.log('scored').append(text('x'), 'hung') ?? Promise.reject())) === 'resolved');
    expect((await bus.log('scored').info()).entries).toBe(1);
  });

  it('more questions than an answerer takes at a time are refused with "overloaded"', async () => {
    bus = await open(nats.server.url, nats, { limits: { answersInFlightMax: 2 } });
    const release: (() => void)[] = [];
    const stop = bus.respond('tocsin.test.slow', () => new Promise((resolve) => release.push(() => resolve(text('done')))));
    const asked = [1, 2].map(() => codeOf(bus?.request('tocsin.test.slow', text('x'), 5_000) ?? Promise.reject()));
    await eventually('two questions', () => release.length === 2);
    expect(await codeOf(bus.request('tocsin.test.slow', text('x'), 5_000))).toBe('overloaded');
    for (const each of release) each();
    expect(await Promise.all(asked)).toEqual(['resolved', 'resolved']);
    stop();
  });

  it('an answer that is too large for a message ends in an error, not in silence', async () => {
    bus = await open(nats.server.url, nats);
    const stop = bus.respond('tocsin.test.huge', async () => new Uint8Array(9 * MIB));
    expect(await codeOf(bus.request('tocsin.test.huge', text('x'), 5_000))).toBe('internal');
    stop();
  });

  it('a wrong password is told as a setting, without showing it', async () => {
    const { host } = new URL(nats.server.url);
    const error = await open(`nats://tocsin:hunter2@${host}`, nats).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'invalid_setting', message: `NATS at ${host} refuses the user and password that were given.` });
  });
});

describe('a NATS server that will not do', () => {
  let folder: string;
  let stop = (): Promise<void> => Promise.resolve();

  afterEach(async () => {
    await stop();
    stop = () => Promise.resolve();
  });

  async function plainServer(config: string): Promise<string> {
    folder = await mkdtemp(join(tmpdir(), 'tocsin-plain-'));
    await writeFile(join(folder, 'conf'), `${config}\nhost: 127.0.0.1\nport: -1\nports_file_dir: ${JSON.stringify(folder)}\n`);
    const child = spawn(await testNatsBinary(), ['-c', join(folder, 'conf')], { cwd: folder, stdio: 'ignore' });
    stop = async () => {
      child.kill();
      await new Promise((resolve) => child.once('exit', resolve));
      await rm(folder, { recursive: true, force: true });
    };
    const port = await poll(async () => {
      const ports = await readFile(join(folder, `nats-server_${child.pid}.ports`), 'utf8').catch(() => '');
      return /127\.0\.0\.1:(\d+)/.exec(ports)?.[1];
    }, { everyMs: 10, timeoutMs: 10_000 });
    return `nats://127.0.0.1:${port}`;
  }

  async function refusal(servers: string): Promise<unknown> {
    return await connectNatsBus({ servers, name: 'test', clock: systemClock, telemetry: () => undefined, limits: { connectMs: 1_000 } }).catch((error: unknown) => error);
  }

  it('because it has no JetStream is told so', async () => {
    expect(await refusal(await plainServer(''))).toMatchObject({ code: 'log_unavailable', message: 'NATS answers, but its JetStream does not. Turn JetStream on for this account.' });
  });

  it('because its storage is too small is told in terms of its setting', async () => {
    const servers = await plainServer('jetstream { store_dir: "store", max_file_store: 1GB }');
    expect(await refusal(servers)).toMatchObject({ code: 'invalid_setting', message: expect.stringMatching(/^NATS has not enough storage for the raw log; raise the server's max_file_store/) });
  });

  it('because its messages are too small is told with both sizes', async () => {
    const servers = await plainServer('max_payload: 1024');
    expect(await refusal(servers)).toMatchObject({ code: 'invalid_setting', message: 'The NATS server takes messages of 1024 bytes (max_payload); Tocsin needs at least 262144.' });
  });

  it('because it is not there is told with its address', async () => {
    const error = await refusal('nats://tocsin:hunter2@127.0.0.1:1');
    expect(error).toBeInstanceOf(TocsinError);
    expect(error).toMatchObject({ code: 'log_unavailable', retryable: true, message: 'NATS at 127.0.0.1:1 cannot be reached.' });
  });

  it.each(['', 'http://127.0.0.1:4222', 'nats://user:hunter2@'])('because it is given as "%s" is told without the text', async (servers) => {
    const error = await refusal(servers);
    expect(error).toMatchObject({ code: 'invalid_setting' });
    expect(String(error)).not.toContain('hunter2');
  });
});
