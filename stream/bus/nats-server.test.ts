import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import { LOG_NAMES } from '../ports.ts';
import { eventually, systemClock } from './test-tools.ts';
import { DEFAULT_LOG_BYTES_MAX } from './limits.ts';
import { silentLogger } from './logger.ts';
import { connectNatsBus } from './nats-bus.ts';
import { TEST_LOG_BYTES_MAX, testNatsBinary } from './nats-for-tests.ts';
import { startNatsServer } from './nats-server.ts';
import type { NatsServer, NatsServerLimits } from './nats-server.ts';
import { isAlive } from './process-table.ts';
import { cannotFreeze, freeze, thaw } from '../../loadtest/faults/frozen-folder.ts';
import { STORE_SLACK_BYTES, fitLogs } from './store-size.ts';
import type { LogBytes } from './store-size.ts';

const GIB = 1024 ** 3;

let binaryPath: string;
let folder: string;
let servers: NatsServer[] = [];

beforeAll(async () => {
  binaryPath = await testNatsBinary();
}, 600_000);

afterEach(async () => {
  for (const server of servers) await server.stop();
  servers = [];
  await rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-server-'));
  return folder;
}

async function start(dataDir: string, limits: Partial<NatsServerLimits> = {}, binary = binaryPath): Promise<NatsServer> {
  const server = await startNatsServer({ binaryPath: binary, dataDir, logger: silentLogger, limits: { logBytesMax: TEST_LOG_BYTES_MAX, ...limits } });
  servers.push(server);
  return server;
}

async function errorOf(promise: Promise<unknown>): Promise<TocsinError> {
  const error = await promise.then(() => undefined, (reason: unknown) => reason);
  if (!(error instanceof TocsinError)) throw new Error(`no TocsinError but ${String(error)}`);
  return error;
}

async function script(name: string, body: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
  return path;
}

describe('the embedded nats-server', () => {
  it('runs with fsync at every write and large messages, on loopback, for those who know its password', async () => {
    const server = await start(await newFolder());
    const url = new URL(server.url);
    const connection = await connect({ servers: url.host, user: url.username, pass: url.password });
    expect(connection.info?.max_payload).toBe(8 * 1024 ** 2);
    expect((await (await jetstreamManager(connection)).getAccountInfo()).storage).toBe(0);
    await connection.close();
    if (process.platform === 'linux') expect(await readFile(`/proc/${server.pid ?? 0}/environ`, 'utf8')).toContain(`GOMEMLIMIT=${process.env['GOMEMLIMIT'] ?? '256MiB'}`);
    expect(url.hostname).toBe('127.0.0.1');
    expect(await readFile(join(folder, 'nats', 'nats-server.conf'), 'utf8')).toContain('"sync_interval": "always"');
    await expect(connect({ servers: url.host, reconnect: false })).rejects.toThrow(/authorization/i);
    expect(server.address).not.toContain(url.password);
  });

  it('keeps its secret in files that only this user can read', async () => {
    await start(await newFolder());
    for (const name of ['secret', 'nats-server.conf']) expect((await stat(join(folder, 'nats', name))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'nats'))).mode & 0o777).toBe(0o700);
  });

  it('is gone after stop, leaves the folder free, and the next one has the same password', async () => {
    const first = await start(await newFolder());
    const { pid } = first;
    await first.stop();
    await first.stop();
    expect(isAlive(pid ?? 0)).toBe(false);
    const second = await start(folder);
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
  });

  it('comes back on the same port when it dies', async () => {
    const server = await start(await newFolder());
    const { pid } = server;
    process.kill(pid ?? 0, 'SIGKILL');
    await eventually('another process', () => server.pid !== pid);
    const url = new URL(server.url);
    await eventually('an answer', async () => {
      const connection = await connect({ servers: url.host, user: url.username, pass: url.password, reconnect: false }).catch(() => undefined);
      await connection?.close();
      return connection !== undefined;
    });
  });

  it('is given up, with a word to the owner, when it keeps dying', async () => {
    const server = await start(await newFolder(), { restartsMax: 0 });
    const told: TocsinError[] = [];
    server.onExit((error) => told.push(error));
    process.kill(server.pid ?? 0, 'SIGKILL');
    await eventually('the word', () => told.length === 1);
    expect(told[0]).toMatchObject({ code: 'nats_server_failed', message: expect.stringContaining('signal SIGKILL') });
  });

  it('is started anew when a full disk has room again, since its streams stay closed until then', async () => {
    await newFolder();
    let free = GIB;
    let looks = 0;
    const said: string[] = [];
    const server = await startNatsServer({
      binaryPath, dataDir: folder, limits: { logBytesMax: TEST_LOG_BYTES_MAX, diskWatchMs: 10 },
      logger: { ...silentLogger, error: (_fields, message) => said.push(message) },
      freeBytes: async () => {
        looks += 1;
        return free;
      },
    });
    servers.push(server);
    const states: string[] = [];
    server.onDisk((state) => states.push(state));
    const { pid } = server;
    const lookedFor = async (count: number): Promise<void> => {
      const before = looks;
      await eventually('another look', () => looks > before + count);
    };
    await lookedFor(2);
    free = 1_000_000;
    await eventually('the word of the full disk', () => said.length > 0);
    free = 100_000_000;
    await lookedFor(2);
    expect(server.pid).toBe(pid);
    free = GIB;
    await eventually('another process', () => server.pid !== pid);
    // Ended on purpose is no error.
    expect(said).toEqual(['the disk is full: the logs take nothing until there is room']);
    expect(states).toEqual(['full', 'usable']);
  });

  it('is started anew when a disk that took no writes takes them again', async () => {
    await newFolder();
    let refusal: Error | undefined;
    const said: string[] = [];
    const server = await startNatsServer({
      binaryPath, dataDir: folder, limits: { logBytesMax: TEST_LOG_BYTES_MAX, diskWatchMs: 10 },
      logger: { ...silentLogger, error: (_fields, message) => said.push(message) },
      write: async () => {
        if (refusal !== undefined) throw refusal;
      },
    });
    servers.push(server);
    const { pid } = server;
    refusal = new Error('EROFS');
    await eventually('the word of the disk', () => said.length > 0);
    expect(server.pid).toBe(pid);
    refusal = undefined;
    await eventually('another process', () => server.pid !== pid);
    expect(said[0]).toBe('the disk takes no writes: the logs take nothing until it does');
  });

  it('is started anew when one refused write has closed its logs, though no look at the disk saw it', async (context) => {
    const reason = await cannotFreeze();
    if (reason !== undefined) return context.skip(reason);
    const server = await start(await newFolder(), { diskWatchMs: 50 });
    const bus = await connectNatsBus({ servers: server.url, name: 'test', clock: systemClock, telemetry: () => undefined, limits: { logBytesMax: TEST_LOG_BYTES_MAX, appendMs: 500 } });
    await bus.log('raw').append(new Uint8Array(100), 'before');
    const { pid } = server;
    const logs = join(folder, 'nats', 'store', 'jetstream');
    await freeze(logs);
    try {
      expect((await errorOf(bus.log('raw').append(new Uint8Array(100), 'refused'))).code).toBe('log_unavailable');
    } finally {
      await thaw(logs);
    }
    await eventually('another process', () => server.pid !== pid, 30_000);
    await eventually('an append', async () => await bus.log('raw').append(new Uint8Array(100), 'after').then(() => true, () => false));
    await bus.close(1_000);
  });

  it('can be stopped while it waits to come back', async () => {
    const server = await start(await newFolder());
    process.kill(server.pid ?? 0, 'SIGKILL');
    await server.stop();
    expect(isAlive(server.pid ?? 0)).toBe(false);
  });
});

describe('the limits of the logs', () => {
  it('may shrink and grow between two runs, and the entries stay', async () => {
    await newFolder();
    const MIB = 1024 ** 2;
    for (const [run, bytes] of [64 * MIB, 16 * MIB, 256 * MIB].entries()) {
      const logBytesMax = Object.fromEntries(LOG_NAMES.map((name) => [name, bytes])) as LogBytes;
      const server = await start(folder, { logBytesMax });
      expect(server.logBytesMax).toEqual(logBytesMax);
      const bus = await connectNatsBus({ servers: server.url, name: 'test', clock: systemClock, telemetry: () => undefined, limits: { logBytesMax } });
      expect(await bus.log('scored').append(new Uint8Array(1_000), `run-${run}`)).toEqual({ sequence: run + 1, duplicate: false });
      await bus.close(1_000);
      await server.stop();
    }
  });

  it('are used as wanted where the disk holds them', () => {
    expect(fitLogs(DEFAULT_LOG_BYTES_MAX, 100 * GIB)).toEqual(DEFAULT_LOG_BYTES_MAX);
  });

  it('shrink by one factor, so that all of them and the rest fit, where it does not', () => {
    const halved = { raw: 2 * GIB, scored: 8 * GIB, alerts: GIB / 2, operations: GIB / 8, incidents: GIB, deliveries: GIB / 2, labels: GIB / 2, dead: GIB / 2 };
    expect(fitLogs(DEFAULT_LOG_BYTES_MAX, 26.25 * GIB / 2 + STORE_SLACK_BYTES)).toEqual(halved);
  });
});

describe('a data folder', () => {
  it('has one owner: a second Tocsin is told so and the first keeps its server', async () => {
    const first = await start(await newFolder());
    const error = await errorOf(start(folder));
    expect(error.code).toBe('data_dir_unusable');
    expect(error.message).toContain(`${folder} is in use by another Tocsin, process ${process.pid}`);
    expect(isAlive(first.pid ?? 0)).toBe(true);
  });

  it('goes to one of several that start at the same time', async () => {
    await newFolder();
    const outcomes = await Promise.allSettled([start(folder), start(folder), start(folder)]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'data_dir_unusable' });
    }
  });

  it('left by a killed Tocsin is taken over, and the server that outlived it is stopped first', async () => {
    const first = await start(await newFolder());
    const lock = await readFile(join(folder, 'owner.lock'), 'utf8');
    await first.stop();
    // What kill -9 leaves behind: the lock of a process that is gone, and its nats-server still running.
    const gone = spawn('true');
    await once(gone, 'exit');
    await writeFile(join(folder, 'owner.lock'), JSON.stringify({ ...(JSON.parse(lock) as object), pid: gone.pid }));
    const orphan = spawn(binaryPath, ['-c', join(folder, 'nats', 'nats-server.conf')], { stdio: 'ignore' });
    const orphanGone = once(orphan, 'exit');
    await eventually('the orphan at work', async () => (await readFile(join(folder, 'nats', 'nats-server.pid'), 'utf8').catch(() => '')) === String(orphan.pid));
    const server = await start(folder);
    await orphanGone;
    expect(server.pid).not.toBe(orphan.pid);
    expect(isAlive(server.pid ?? 0)).toBe(true);
  });

  it('whose pid file names some other process leaves that process alone', async () => {
    await newFolder();
    const bystander = spawn('sleep', ['60']);
    await mkdir(join(folder, 'nats'), { mode: 0o700 });
    await writeFile(join(folder, 'nats', 'nats-server.pid'), String(bystander.pid));
    await start(folder);
    expect(bystander.exitCode).toBeNull();
    expect(isAlive(bystander.pid ?? 0)).toBe(true);
    bystander.kill();
  });

  it.each([
    ['a pid that is another process by now', { startMark: 'long ago' }],
    ['another machine or container, and is not touched any more', { pidSpace: 'elsewhere' }],
    ['nobody, as after a power loss', { pid: 'x' }],
  ])('whose lock is of %s is taken over', async (_name, change) => {
    const first = await start(await newFolder());
    const lock = JSON.parse(await readFile(join(folder, 'owner.lock'), 'utf8')) as object;
    await first.stop();
    await writeFile(join(folder, 'owner.lock'), JSON.stringify({ ...lock, ...change }));
    await start(folder);
    expect(JSON.parse(await readFile(join(folder, 'owner.lock'), 'utf8'))).toEqual(lock);
  });

  it('whose lock is of another machine that touches it is left alone', async () => {
    const first = await start(await newFolder());
    const path = join(folder, 'owner.lock');
    const lock = JSON.parse(await readFile(path, 'utf8')) as object;
    await writeFile(path, JSON.stringify({ ...lock, pidSpace: 'elsewhere' }));
    expect((await errorOf(start(folder))).code).toBe('data_dir_unusable');
    expect(isAlive(first.pid ?? 0)).toBe(true);
  });

  it('below a file is refused with its name and the reason', async () => {
    await newFolder();
    await writeFile(join(folder, 'file'), '');
    const dataDir = join(folder, 'file', 'data');
    const error = await errorOf(start(dataDir));
    expect(error.code).toBe('data_dir_unusable');
    expect(error.message).toContain(`The data folder ${dataDir} cannot be used: a part of its path is a file, not a folder`);
  });

  it.skipIf(process.platform !== 'linux')('where nobody may write is refused with its name and the reason', async () => {
    await newFolder();
    const error = await errorOf(start('/sys/tocsin'));
    expect(error.code).toBe('data_dir_unusable');
    expect(error.message).toMatch(/^The data folder \/sys\/tocsin cannot be used: (this user may not write there|it is on a read-only disk)\./);
  });

  it.skipIf(process.getuid?.() === 0)('that this user may not write is refused with its name and the reason', async () => {
    await newFolder();
    await chmod(folder, 0o500);
    const error = await errorOf(start(folder));
    expect(error).toMatchObject({ code: 'data_dir_unusable', message: expect.stringContaining('this user may not write there') });
    await chmod(folder, 0o700);
  });
});

describe('a nats-server that does not start', () => {
  it('because there is no binary is told as missing', async () => {
    const error = await errorOf(start(await newFolder(), {}, '/nowhere/nats-server'));
    expect(error.code).toBe('nats_server_missing');
    expect(error.message).toContain('/nowhere/nats-server');
  });

  it('because it complains and ends is told with its last words, and the folder is free again', async () => {
    await newFolder();
    const error = await errorOf(start(folder, {}, await script('complains', 'echo "no such option" >&2; exit 3')));
    expect(error).toMatchObject({ code: 'nats_server_failed', message: expect.stringContaining('it ended with exit code 3. Its last words:\nno such option') });
    await start(folder);
  });

  it('because it never gets ready is told after the time limit, and killed', async () => {
    await newFolder();
    const error = await errorOf(start(folder, { readyMs: 300, stopMs: 200 }, await script('hangs', 'trap "" TERM; echo $$ > "$PWD/hang.pid"; while :; do sleep 0.05; done')));
    expect(error).toMatchObject({ code: 'nats_server_failed', message: expect.stringContaining('it was not ready within 0.3 s') });
    expect(isAlive(Number(await readFile(join(folder, 'nats', 'hang.pid'), 'utf8')))).toBe(false);
  });

  it('because its port is taken is told with its last words', async () => {
    const first = await start(await newFolder());
    const other = await mkdtemp(join(tmpdir(), 'tocsin-server-'));
    const port = Number(new URL(first.url).port);
    const error = await errorOf(startNatsServer({ binaryPath, dataDir: other, logger: silentLogger, port, limits: { logBytesMax: TEST_LOG_BYTES_MAX, readyMs: 5_000 } }));
    expect(error).toMatchObject({ code: 'nats_server_failed', message: expect.stringContaining('address already in use') });
    await rm(other, { recursive: true, force: true });
  });
});
