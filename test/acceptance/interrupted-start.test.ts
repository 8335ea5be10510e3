import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/poll.ts';
import { killGroup, spawnNpm, spawnTocsin } from '../support/run-tocsin.ts';

/** Sends SIGTERM to the process when somebody begins to listen for it for the n-th time. */
const signalAtListener = (n: number): string =>
  `--import=data:text/javascript,${encodeURIComponent(`let n = 0; process.on('newListener', (event) => { if (event === 'SIGTERM' && (n += 1) === ${n}) process.kill(process.pid, event); });`)}`;

/** Newer versions of Node.js read all modules before they look for a signal: it comes when the first part begins. */
const READS_MODULES_AT_ONCE = Number(process.versions.node.split('.')[0]) >= 22;

describe('tocsin serve that is stopped while it starts', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'tocsin-interrupted-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Starts it, calls `interrupt` with what it has printed whenever that grew, and waits for its end. */
  async function serve(env: Record<string, string>, interrupt: (printed: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined): Promise<{ code: number | null; printed: string }> {
    const server = spawnTocsin(['serve'], { TOCSIN_DATA_DIR: folder, TOCSIN_HTTP_PORT: '0', TOCSIN_CLICKHOUSE_HTTP_PORT: 'off', TOCSIN_LOG_FORMAT: 'json', ...env });
    let printed = '';
    const closed = new Promise<number | null>((resolve) => server.once('close', resolve));
    for (const output of [server.stdout!, server.stderr!]) {
      output.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        interrupt(printed, (signal) => server.kill(signal));
      });
    }
    try {
      const code = await eventually(() => closed.then((ended) => ({ ended })), { what: 'the end of the server' });
      return { code: code.ended, printed };
    } finally {
      killGroup(server);
    }
  }

  async function expectNothingLeft(): Promise<void> {
    expect(existsSync(join(folder, 'owner.lock'))).toBe(false);
    expect(await processesOf(folder)).toEqual([]);
  }

  it('ends in order and says so while its parts start, with a store that does not answer', async () => {
    const silent = await listen();
    let isInterrupted = false;
    try {
      const { code, printed } = await serve({ CLICKHOUSE_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` }, (text, kill) => {
        if (isInterrupted || !text.includes('"msg":"listening"')) return;
        isInterrupted = true;
        kill('SIGINT');
      });
      expect(code, printed).toBe(0);
      expect(printed).toContain('"msg":"stopped before it had started"');
      expect(printed).not.toContain('"msg":"ready"');
      await expectNothingLeft();
    } finally {
      silent.close();
    }
  });

  it('ends in order where it is stopped as its first part begins', async () => {
    const { code, printed } = await serve({ NODE_OPTIONS: signalAtListener(2) });
    expect(code, printed).toBe(0);
    expect(printed).toContain('"msg":"stopped before it had started"');
    await expectNothingLeft();
  });

  it('says so in both languages where it is stopped before any part has begun', async () => {
    const { code, printed } = await serve({ NODE_OPTIONS: signalAtListener(1) });
    if (READS_MODULES_AT_ONCE) {
      expect(code, printed).toBe(0);
      expect(printed).toContain('"msg":"stopped before it had started"');
      await expectNothingLeft();
    } else {
      expect(code, printed).toBe(143);
      expect(printed).toBe('tocsin 在启动之前已停止 / tocsin was stopped before it had started\n');
      expect(await readdir(folder)).toEqual([]);
    }
  });
});

describe('npm start', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'tocsin-npm-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['npm alone gets a SIGTERM', (npm: ChildProcess) => void npm.kill('SIGTERM')],
    ['its whole group gets the SIGINT of a terminal', (npm: ChildProcess) => void process.kill(-npm.pid!, 'SIGINT')],
  ])('stops in order when %s', async (_, interrupt) => {
    const npm = spawnNpm(['start'], { TOCSIN_DATA_DIR: folder, TOCSIN_HTTP_PORT: '0', TOCSIN_CLICKHOUSE_HTTP_PORT: 'off', TOCSIN_LOG_FORMAT: 'json' });
    let printed = '';
    for (const output of [npm.stdout!, npm.stderr!]) output.setEncoding('utf8').on('data', (text: string) => (printed += text));
    // With the last process that holds the pipes: the server.
    const closed = new Promise<true>((resolve) => npm.once('close', () => resolve(true)));
    try {
      await eventually(() => printed.includes('"msg":"ready"'), { what: 'the server to be ready', limitMs: 120_000 });
      interrupt(npm);
      await eventually(() => closed, { what: 'the end of the server' });
      expect(printed).toContain('"msg":"stopped"');
      expect(existsSync(join(folder, 'owner.lock'))).toBe(false);
      expect(await processesOf(folder)).toEqual([]);
    } finally {
      killGroup(npm);
    }
  });
});

/** Takes connections and says nothing. */
function listen(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.unref());
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

/** Processes whose command names a folder, such as the nats-server of its data. */
async function processesOf(folder: string): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return commands.filter((command) => command.includes(folder));
}
