import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HealthReport } from '../../core/live.ts';
import type { PipelineStatus } from '../../core/pipeline.ts';
import { copyTables } from '../../stream/store/testing/laid-tables.ts';
import { getJson } from './http.ts';
import { eventually } from './poll.ts';
import { endProcess, killGroup, spawnTocsin } from './run-tocsin.ts';

export interface LogLine {
  msg?: string;
  level?: number | string;
  [field: string]: unknown;
}

export interface ServerOptions {
  /** A temporary one when absent, which `dispose` removes. */
  dataDir?: string;
  env?: Record<string, string>;
  /** Of its store, in a temporary folder: laid, as an earlier start leaves them, where the run of the tests has made some; made by the server itself when 'none'. */
  tables?: 'laid' | 'none';
}

const READY_WITHIN_MS = 200_000;
const STOP_WITHIN_MS = 45_000;

/** `tocsin serve` as a process of its own, on a free port. */
export class ServerProcess {
  readonly dataDir: string;
  readonly logs: LogLine[] = [];
  /** What was printed and is no JSON. */
  printed = '';
  url = '';
  port = 0;
  /** What /readyz said first, while parts were still starting. */
  firstReport: HealthReport | undefined;
  readonly #env: Record<string, string>;
  #child: ChildProcess | undefined;
  #closed: Promise<number | null> = Promise.resolve(null);
  readonly #natsPids: number[] = [];

  constructor(dataDir: string, env: Record<string, string>) {
    this.dataDir = dataDir;
    this.#env = env;
  }

  /** Of the running server; undefined before the first start. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts it, anew after a stop or a kill, and waits until it is ready. */
  async start(): Promise<void> {
    this.logs.length = 0;
    const child = spawnTocsin(['serve'], {
      TOCSIN_HTTP_PORT: '0', TOCSIN_DATA_DIR: this.dataDir, TOCSIN_LOG_FORMAT: 'json', ...this.#env,
    });
    this.#child = child;
    this.#closed = new Promise((resolve) => child.once('close', (code) => resolve(code)));
    readLines(child.stdout, (line) => this.#take(line));
    readLines(child.stderr, (line) => this.#take(line));
    const ended = new AbortController();
    void this.#closed.then((code) => ended.abort(new Error(`the server ended with code ${code}\n${this.tail()}`)));
    const waiting = { limitMs: READY_WITHIN_MS, signal: ended.signal };
    const listening = await eventually(() => this.logs.find(({ msg }) => msg === 'listening'), { what: 'the server to listen', ...waiting });
    this.port = Number(listening['port']);
    this.url = `http://127.0.0.1:${this.port}`;
    this.firstReport = undefined;
    await eventually(async () => {
      const { status, body } = await getJson<HealthReport>(`${this.url}/readyz`);
      this.firstReport ??= body;
      return status === 200;
    }, { what: 'the server to be ready', ...waiting });
  }

  /** Waits until everything accepted is scored, counted and stored. */
  async settled(limitMs = 200_000): Promise<void> {
    await eventually(async () => {
      const { status, body } = await getJson<PipelineStatus>(`${this.url}/v1/status`);
      return status === 200 && body.unscoredFrames === 0 && body.uncountedEntries === 0 && body.unstoredRows === 0;
    }, { what: 'everything accepted to be stored', limitMs });
  }

  /** SIGTERM. @returns the exit code. @throws Error when it does not end in time, after killing it */
  async stop(): Promise<number | null> {
    if (this.#child === undefined) return null;
    const ended = await endProcess(this.#child, STOP_WITHIN_MS);
    if (ended !== undefined) return ended.code;
    await this.kill('everything');
    throw new Error(`the server did not stop within ${STOP_WITHIN_MS} ms\n${this.tail()}`);
  }

  /** kill -9, of the server alone or of its nats-server as well. */
  async kill(what: 'server' | 'everything'): Promise<void> {
    if (this.#child !== undefined) killGroup(this.#child);
    await this.#closed;
    if (what === 'everything') await Promise.all(this.#natsPids.splice(0).map((pid) => killPid(pid)));
  }

  /** The last lines that it logged or printed, for the message of a failure. */
  tail(): string {
    return [...this.logs.slice(-20).map((line) => JSON.stringify(line)), this.printed.slice(-2_000)].join('\n');
  }

  #take(line: string): void {
    try {
      const entry = JSON.parse(line) as LogLine;
      this.logs.push(entry);
      if (entry['part'] === 'nats-server' && typeof entry['pid'] === 'number') this.#natsPids.push(entry['pid']);
    } catch {
      this.printed += `${line}\n`;
    }
  }
}

/** Starts a server; `dispose` stops it and removes its folder. */
export async function startServer({ dataDir, env = {}, tables = 'laid' }: ServerOptions = {}): Promise<ServerProcess & { dispose(): Promise<void> }> {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'tocsin-acceptance-')));
  if (dataDir === undefined && tables === 'laid') copyTables(folder);
  const server = new ServerProcess(folder, env);
  const dispose = async (): Promise<void> => {
    await server.stop();
    if (dataDir === undefined) await rm(folder, { recursive: true, force: true });
  };
  try {
    await server.start();
  } catch (error) {
    await dispose();
    throw error;
  }
  return Object.assign(server, { dispose });
}

function readLines(stream: NodeJS.ReadableStream | null, take: (line: string) => void): void {
  let rest = '';
  stream?.setEncoding('utf8');
  stream?.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') take(line);
  });
}

/** Until the system has taken it off its list: a killed orphan stays there until process 1 has looked at it. */
async function killPid(pid: number): Promise<void> {
  await eventually(() => {
    try {
      process.kill(pid, 'SIGKILL');
      return false;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ESRCH';
    }
  }, { what: `process ${pid} to be gone`, limitMs: 30_000 });
}
