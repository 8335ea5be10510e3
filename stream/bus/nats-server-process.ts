import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { TocsinError } from '../../core/errors.ts';
import { logTail, readPid, readPort, removeLeftovers } from './nats-server-files.ts';
import type { NatsServerFiles } from './nats-server-files.ts';
import { poll } from './poll.ts';
import { commandLine, isAlive } from './process-table.ts';

const POLL_MS = 20;
const CONNECT_MS = 2_000;
const COMPLAINT_CHARS_MAX = 2_000;
/**
 * The server keeps what it wrote and read in the last seconds, and a Go program lets its heap double before it looks for what
 * it may free: after a burst that was 700 MB. It looks when its heap has grown by half, and sooner from the limit on. Whoever sets
 * these for this program sets them for the server.
 */
const GO_MEMORY = { GOGC: '50', GOMEMLIMIT: '256MiB' };

export interface ProcessOptions {
  binaryPath: string;
  files: NatsServerFiles;
  user: string;
  secret: string;
  /** Bounds the start: a large store is checked by the server before it answers. */
  readyMs: number;
  /** Bounds a polite stop; then it is killed. */
  stopMs: number;
  /** Kills it at once when aborted: what it has is not wanted any more. */
  abandoned?: AbortSignal | undefined;
  /** When aborted, a start that is under way rejects, and the server is stopped. */
  interrupted?: AbortSignal | undefined;
}

/** One run of the nats-server binary, from its start to its exit. */
export class NatsServerProcess {
  /** Settles when the process is gone, with a word on how it went. */
  readonly exited: Promise<string>;
  readonly #options: ProcessOptions;
  readonly #child: ChildProcess;
  readonly #killWithParent: () => void;
  #complaints = '';
  #exit: string | undefined;
  #port: number | undefined;

  private constructor(options: ProcessOptions, child: ChildProcess) {
    this.#options = options;
    this.#child = child;
    this.#killWithParent = () => child.kill('SIGTERM');
    this.exited = new Promise((resolve) => {
      child.once('error', (error: NodeJS.ErrnoException) => resolve(`it cannot be run (${error.code ?? error.message})`));
      child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    });
  }

  /** @throws TocsinError `nats_server_missing` or `nats_server_failed` with the last lines of its log */
  static async start(options: ProcessOptions): Promise<{ process: NatsServerProcess; port: number }> {
    await removeLeftovers(options.files);
    // A process group of its own: Ctrl-C on a terminal must reach the server last, after everything is drained.
    const child = spawn(options.binaryPath, ['-c', options.files.config], {
      cwd: options.files.folder, stdio: ['ignore', 'ignore', 'pipe'], detached: true, windowsHide: true,
      env: { ...GO_MEMORY, ...process.env },
      ...(options.abandoned === undefined ? {} : { signal: options.abandoned, killSignal: 'SIGKILL' }),
    });
    const run = new NatsServerProcess(options, child);
    run.#watch();
    try {
      return { process: run, port: await run.#ready() };
    } catch (error) {
      await run.stop();
      throw error;
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** True when it answers and its JetStream does not: a write that failed has turned it off for good. */
  async isJetStreamSilent(): Promise<boolean> {
    if (this.#exit !== undefined || this.#port === undefined) return false;
    const connection = await this.#connect(this.#port);
    try {
      await connection.rtt();
      return await jetstreamManager(connection).then(() => false, () => this.#exit === undefined && !connection.isClosed());
    } finally {
      await connection.close();
    }
  }

  /** SIGTERM, then SIGKILL; returns when it is gone. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), this.#options.stopMs);
    await this.exited;
    clearTimeout(timer);
  }

  #watch(): void {
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-COMPLAINT_CHARS_MAX);
    });
    process.once('exit', this.#killWithParent);
    this.exited.then((how) => {
      this.#exit = how;
      process.removeListener('exit', this.#killWithParent);
    }, () => undefined);
  }

  async #ready(): Promise<number> {
    const port = await poll(async () => {
      if (this.#exit !== undefined) throw await this.#failed(`it ended with ${this.#exit}`);
      if (this.#options.interrupted?.aborted === true) throw new TocsinError('draining', 'The start of nats-server was interrupted.');
      const { pid } = this.#child;
      return pid === undefined ? undefined : await readPort(this.#options.files, pid);
    }, { everyMs: POLL_MS, timeoutMs: this.#options.readyMs });
    if (port === undefined) throw await this.#failed(`it was not ready within ${this.#options.readyMs / 1000} s`);
    try {
      await this.#checkJetStream(port);
    } catch (cause) {
      throw await this.#failed('its JetStream does not answer', cause);
    }
    this.#port = port;
    return port;
  }

  async #checkJetStream(port: number): Promise<void> {
    const connection = await this.#connect(port);
    try {
      await jetstreamManager(connection);
    } finally {
      await connection.close();
    }
  }

  #connect(port: number): Promise<NatsConnection> {
    const { user, secret } = this.#options;
    return connect({ servers: `127.0.0.1:${port}`, user, pass: secret, timeout: CONNECT_MS, reconnect: false });
  }

  async #failed(why: string, cause?: unknown): Promise<TocsinError> {
    if (this.#child.pid === undefined) {
      return new TocsinError('nats_server_missing', `nats-server could not be started: ${this.#options.binaryPath} cannot be run.`, { cause });
    }
    const said = [await logTail(this.#options.files), this.#complaints.trim()].filter(Boolean).join('\n');
    return new TocsinError('nats_server_failed', `nats-server did not start: ${why}. Its last words:\n${said || '(nothing)'}`, { cause });
  }
}

/**
 * A nats-server that outlived its Tocsin still holds the store: it is recognised by its configuration file and stopped.
 * @throws TocsinError `nats_server_failed` when it cannot be recognised or does not go
 */
export async function stopOrphan(files: NatsServerFiles, stopMs: number): Promise<number | undefined> {
  const pid = await readPid(files);
  if (pid === undefined || !isAlive(pid)) return undefined;
  const command = await commandLine(pid);
  if (command === undefined) {
    if (!isAlive(pid)) return undefined;
    throw new TocsinError('nats_server_failed', `A nats-server may still run on ${files.store} as process ${pid}. Stop it, or remove ${files.pid} if that process is something else.`);
  }
  if (!command.includes(files.config)) return undefined;
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return pid;
    }
    if (await poll(() => (isAlive(pid) ? undefined : true), { everyMs: POLL_MS, timeoutMs: stopMs })) return pid;
  }
  throw new TocsinError('nats_server_failed', `The nats-server that still runs on ${files.store} as process ${pid} does not stop.`);
}
