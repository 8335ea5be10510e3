import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client';
import { TocsinError } from '../../../core/errors.ts';
import { folderAdvice, folderReason } from '../../folder-trouble.ts';
import { tryFolder } from '../../make-folder.ts';
import { backoffMs } from '../retry-forever.ts';
import type { EngineCommand, EngineReport, ReadPort, ReadPortOrder } from './messages.ts';

export interface EngineProcessOptions {
  path: string;
  database: string;
  /** Null: nothing but the program itself can read it. */
  read: ReadPortOrder | null;
  backupFolder?: string;
  /** Kills the engine at once when aborted: what it has is not wanted any more. */
  abandoned?: AbortSignal | undefined;
  /** When aborted, an engine that is still being started is killed, and none is started after it: nothing was asked of it yet. */
  interrupted?: AbortSignal | undefined;
  /** A statement waits this long for an engine that starts again, before it is told to come back. */
  readyWaitMsMax?: number;
  /** Told when it ended by itself, and when it is there again. */
  onChange?(change: EngineChange): void;
}

export type EngineChange = { kind: 'ended'; reason: string } | { kind: 'ready-again'; pid: number };

/** Statements that change something do not wait behind those that read. */
export interface EngineClients {
  writer: ClickHouseClient;
  reader: ClickHouseClient;
}

interface Running {
  child: ChildProcess;
  clients: EngineClients;
  read: ReadPort | null;
  ended: Promise<string>;
}

const READY_WAIT_MS_MAX = 10_000;
/** The first start reads half a gigabyte of the engine from disk: on a slow or busy machine that takes a while. */
const FIRST_START_MS_MAX = 180_000;
const FIRST_START_LOOK_MS = 100;
/** The folder may still be held by the engine of a program that was killed: it goes within a second. */
const FOLDER_WAIT_MS_MAX = 4_000;
const FOLDER_LOOK_MS = 200;
const STOP_MS_MAX = 10_000;
const STDERR_KEPT = 2_000;
/** Below the engine's own keep-alive. */
const IDLE_SOCKET_TTL_MS = 20_000;
/** With those of the read port fewer than the engine's threads. */
const WRITERS_MAX = 2;
const READERS_MAX = 8;
const HOOKS = new URL('../testing/typescript-hooks.mjs', import.meta.url).href;

/**
 * The embedded engine in a process of its own, so that neither its crash nor a heavy query reaches the stream. It is
 * started again whenever it ends, soon the first time and later and later while it keeps ending. What was under way then
 * fails with a retryable error: it is not known whether it was done, and the sink repeats it under its token.
 */
export class EngineProcess {
  readonly #options: EngineProcessOptions;
  #running: Running | undefined;
  #starting: Promise<Running>;
  #refused: TocsinError | undefined;
  #isFirstStart = true;
  #stopping = false;
  readonly #stop = new AbortController();

  constructor(options: EngineProcessOptions) {
    this.#options = options;
    this.#starting = this.#startFirst();
    this.#starting.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#running?.child.pid;
  }

  /**
   * The clients of the engine that runs now.
   * Rejects with `store_unavailable` while it does not come up, and for good with `data_dir_unusable`.
   */
  async clients(): Promise<EngineClients> {
    return (await this.#ready()).clients;
  }

  /** Where others can read it; null when nowhere. */
  async readPort(): Promise<ReadPort | null> {
    return (await this.#ready()).read;
  }

  /** Lets running statements end. Idempotent; bounded. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#stop.abort();
    await this.#starting.catch(() => undefined);
    const running = this.#running;
    if (running === undefined) return;
    send(running.child, { kind: 'stop' });
    const limit = new AbortController();
    await Promise.race([running.ended, sleep(STOP_MS_MAX, undefined, { signal: limit.signal }).catch(() => undefined)]);
    limit.abort();
    running.child.kill('SIGKILL');
    await Promise.all([running.ended, closeBoth(running.clients)]);
  }

  async #ready(): Promise<Running> {
    if (this.#refused !== undefined) throw this.#refused;
    if (this.#running !== undefined) return this.#running;
    const limit = new AbortController();
    const late = this.#untilLate(limit.signal).then(() => {
      throw new TocsinError('store_unavailable', 'The embedded ClickHouse is not up yet.', { retryable: true });
    });
    late.catch(() => undefined);
    try {
      return await Promise.race([this.#starting, late]);
    } finally {
      limit.abort();
    }
  }

  async #untilLate(signal: AbortSignal): Promise<void> {
    const startedAtMs = performance.now();
    await sleep(this.#options.readyWaitMsMax ?? READY_WAIT_MS_MAX, undefined, { signal });
    while (this.#isFirstStart && !this.#stopping && performance.now() - startedAtMs < FIRST_START_MS_MAX) await sleep(FIRST_START_LOOK_MS, undefined, { signal });
  }

  async #startFirst(): Promise<Running> {
    const deadlineMs = performance.now() + FOLDER_WAIT_MS_MAX;
    for (;;) {
      try {
        return await this.#startOnce();
      } catch (error) {
        this.#isFirstStart = error instanceof TocsinError && error.code === 'data_dir_unusable';
        if (!this.#isFirstStart) return await this.#startAgain(error);
        if (performance.now() > deadlineMs) throw (this.#refused = error as TocsinError);
        if (this.#stopping) throw error;
        await sleep(FOLDER_LOOK_MS);
      }
    }
  }

  async #startOnce(): Promise<Running> {
    const running = await startEngine(this.#options);
    this.#running = running;
    this.#isFirstStart = false;
    void running.ended.then((reason) => this.#onEnd(running, reason));
    return running;
  }

  #onEnd(ended: Running, reason: string): void {
    if (this.#running !== ended) return;
    this.#running = undefined;
    void closeBoth(ended.clients);
    if (this.#stopping) return;
    this.#starting = this.#startAgain(new Error(reason));
    this.#starting.catch(() => undefined);
  }

  async #startAgain(cause: unknown): Promise<Running> {
    let reason = cause;
    for (let failures = 1; ; failures += 1) {
      if (this.#options.interrupted?.aborted === true) throw closed();
      this.#options.onChange?.({ kind: 'ended', reason: reason instanceof Error ? reason.message : String(reason) });
      await sleep(backoffMs(failures), undefined, { signal: this.#stop.signal }).catch(() => undefined);
      if (this.#stopping) throw closed();
      try {
        const running = await this.#startOnce();
        this.#options.onChange?.({ kind: 'ready-again', pid: running.child.pid ?? 0 });
        return running;
      } catch (error) {
        reason = error;
      }
    }
  }
}

function closed(): TocsinError {
  return new TocsinError('store_unavailable', 'The embedded ClickHouse is closed.', { retryable: false });
}

async function startEngine({ path, database, read, backupFolder, abandoned, interrupted }: EngineProcessOptions): Promise<Running> {
  const password = randomBytes(24).toString('base64url');
  const child = fork(entry(), [], { execArgv: import.meta.url.endsWith('.ts') ? ['--import', HOOKS] : [], env: environment(), stdio: ['ignore', 'ignore', 'pipe', 'ipc'], ...(abandoned === undefined ? {} : { signal: abandoned, killSignal: 'SIGKILL' }) });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr = `${stderr}${text}`.slice(-STDERR_KEPT)));
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`${signal ?? `exit code ${code ?? 'unknown'}`}${stderr === '' ? '' : `: ${stderr.trim()}`}`));
  });
  const reported = new Promise<EngineReport>((resolve) => child.once('message', (message) => resolve(message as EngineReport)));
  send(child, { kind: 'start', order: { path, database, password, read, ...(backupFolder === undefined ? {} : { backupFolder }) } });
  const giveUp = (): void => void child.kill('SIGKILL');
  interrupted?.addEventListener('abort', giveUp, { once: true });
  const report = await Promise.race([reported, ended]);
  interrupted?.removeEventListener('abort', giveUp);
  if (typeof report === 'string') throw new TocsinError('store_unavailable', `The embedded ClickHouse did not start: ${report}`, { retryable: true });
  if (report.kind === 'refused') {
    child.kill('SIGKILL');
    await ended;
    // The engine says only that it did not open it.
    const trouble = tryFolder(path);
    const why = trouble === undefined ? 'another program has it open, or it is not writable.' : `${folderReason(trouble)}. ${folderAdvice(trouble)}`;
    throw new TocsinError('data_dir_unusable', `The embedded ClickHouse cannot use ${path}: ${why}`, { cause: new Error(report.reason) });
  }
  const client = (connectionsMax: number): ClickHouseClient => createClient({
    url: `http://127.0.0.1:${report.ownerPort}`, username: 'tocsin', password, max_open_connections: connectionsMax,
    // The engine bounds what runs; a client that gave up earlier would repeat an insert that is still under way.
    request_timeout: 3_600_000,
    keep_alive: { enabled: true, idle_socket_ttl: IDLE_SOCKET_TTL_MS }, log: { level: ClickHouseLogLevel.OFF },
  });
  return { child, clients: { writer: client(WRITERS_MAX), reader: client(READERS_MAX) }, read: report.read, ended };
}

async function closeBoth({ writer, reader }: EngineClients): Promise<void> {
  await Promise.all([writer.close(), reader.close()]);
}

/** A child that is gone already says so by its end. */
function send(child: ChildProcess, command: EngineCommand): void {
  if (child.connected) child.send(command, () => undefined);
}

function entry(): string {
  return fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './engine-main.ts' : './engine-main.js', import.meta.url));
}

/** No secrets of the program; each running statement holds one of libuv's threads. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, TZ, LANG, SystemRoot } = process.env;
  return Object.fromEntries(Object.entries({ PATH, HOME, TMPDIR, TZ, LANG, SystemRoot, UV_THREADPOOL_SIZE: '16' }).filter(([, value]) => value !== undefined));
}
