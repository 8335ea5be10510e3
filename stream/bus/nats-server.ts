import { setTimeout as sleep } from 'node:timers/promises';
import { TocsinError } from '../../core/errors.ts';
import { lockFolder } from './folder-lock.ts';
import type { FolderLock } from './folder-lock.ts';
import { DEFAULT_LOG_BYTES_MAX } from './limits.ts';
import type { BusLogger } from './logger.ts';
import { loadSecret, prepareFiles, unusable, writeConfig } from './nats-server-files.ts';
import { NatsServerProcess, stopOrphan } from './nats-server-process.ts';
import type { ProcessOptions } from './nats-server-process.ts';
import { availableBytes, fitLogs } from './store-size.ts';
import type { LogBytes } from './store-size.ts';

const USER = 'tocsin';
const FIRST_RESTART_DELAY_MS = 100;

export interface NatsServerLimits {
  /** Wanted size limit of each log; smaller ones are used where the disk does not hold them. */
  logBytesMax: LogBytes;
  /** Largest entry: the server's `max_payload`. */
  entryBytesMax: number;
  readyMs: number;
  stopMs: number;
  /** More unexpected ends than this within `restartWindowMs`, and the server is given up. */
  restartsMax: number;
  restartWindowMs: number;
}

export const DEFAULT_NATS_SERVER_LIMITS: NatsServerLimits = {
  logBytesMax: DEFAULT_LOG_BYTES_MAX,
  entryBytesMax: 8 * 1024 ** 2,
  readyMs: 60_000,
  stopMs: 10_000,
  restartsMax: 5,
  restartWindowMs: 60_000,
};

export interface NatsServerOptions {
  binaryPath: string;
  /** The product's data folder; the server keeps its things in `nats/` inside. */
  dataDir: string;
  logger: BusLogger;
  limits?: Partial<NatsServerLimits>;
  /** Loopback port; a free one when absent. */
  port?: number;
}

export interface NatsServer {
  /** With its password: for `connectNatsBus`, not for a log. */
  readonly url: string;
  /** Without secrets. */
  readonly address: string;
  /** What the disk allows; give it to `connectNatsBus`. */
  readonly logBytesMax: LogBytes;
  readonly pid: number | undefined;
  /** Calls back once if the server is gone for good though nobody stopped it. */
  onExit(listener: (error: TocsinError) => void): void;
  /** Stops it and gives the data folder free; bounded by twice `stopMs`. */
  stop(): Promise<void>;
}

/**
 * Starts a nats-server of our own on loopback, with a store in `dataDir` that is fsynced at every write, and keeps it
 * running on the same port. A server left over from a killed process is stopped first.
 * @throws TocsinError `data_dir_unusable`, `nats_server_missing` or `nats_server_failed`
 */
export async function startNatsServer(options: NatsServerOptions): Promise<NatsServer> {
  const limits = { ...DEFAULT_NATS_SERVER_LIMITS, ...options.limits };
  const { binaryPath, dataDir, logger } = options;
  const files = await prepareFiles(dataDir);
  const lock = await lockOf(dataDir);
  try {
    const orphan = await stopOrphan(files, limits.stopMs);
    if (orphan !== undefined) logger.warn({ pid: orphan }, 'stopped a nats-server that an earlier run left behind');
    const logBytesMax = fitLogs(limits.logBytesMax, await availableBytes(files.store));
    const secret = await loadSecret(files);
    const config = { user: USER, secret, entryBytesMax: limits.entryBytesMax };
    await writeConfig(files, { ...config, port: options.port ?? -1 });
    const run = { binaryPath, files, user: USER, secret, readyMs: limits.readyMs, stopMs: limits.stopMs };
    const first = await NatsServerProcess.start(run);
    await writeConfig(files, { ...config, port: first.port });
    logger.info({ address: `127.0.0.1:${first.port}`, pid: first.process.pid }, 'nats-server is ready');
    return supervise({ run, first, lock, logger, limits, logBytesMax });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function lockOf(dataDir: string): Promise<FolderLock> {
  try {
    return await lockFolder(dataDir);
  } catch (error) {
    throw error instanceof TocsinError ? error : unusable(dataDir, error);
  }
}

interface Supervised {
  run: ProcessOptions;
  first: { process: NatsServerProcess; port: number };
  lock: FolderLock;
  logger: BusLogger;
  limits: NatsServerLimits;
  logBytesMax: LogBytes;
}

function supervise({ run, first, lock, logger, limits, logBytesMax }: Supervised): NatsServer {
  let current = first.process;
  let stopping = false;
  const cancelWait = new AbortController();
  const listeners: ((error: TocsinError) => void)[] = [];

  async function keepRunning(): Promise<void> {
    let endings: number[] = [];
    let how = await current.exited;
    while (!stopping) {
      const nowMs = performance.now();
      endings = [...endings.filter((atMs) => nowMs - atMs < limits.restartWindowMs), nowMs];
      logger.error({ how, endings: endings.length }, 'nats-server ended unexpectedly');
      if (endings.length > limits.restartsMax) {
        throw new TocsinError('nats_server_failed', `nats-server ended ${endings.length} times within ${limits.restartWindowMs / 1000} s, last with ${how}.`);
      }
      await sleep(FIRST_RESTART_DELAY_MS * 2 ** (endings.length - 1), undefined, { signal: cancelWait.signal }).catch(() => undefined);
      if (!stopping) how = await runAgain();
    }
  }

  /** Starts it once more; answers how it ended, or how the start failed. */
  async function runAgain(): Promise<string> {
    try {
      ({ process: current } = await NatsServerProcess.start(run));
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    logger.info({ pid: current.pid }, 'nats-server is ready again');
    if (stopping) await current.stop();
    return await current.exited;
  }

  const kept = keepRunning().catch((error: unknown) => {
    if (stopping) return;
    const known = error instanceof TocsinError ? error : new TocsinError('nats_server_failed', 'nats-server could not be kept running.', { cause: error });
    for (const listener of listeners) listener(known);
  });

  return {
    url: `nats://${USER}:${run.secret}@127.0.0.1:${first.port}`,
    address: `127.0.0.1:${first.port}`,
    logBytesMax,
    get pid() {
      return current.pid;
    },
    onExit: (listener) => void listeners.push(listener),
    async stop() {
      stopping = true;
      cancelWait.abort();
      await current.stop();
      await kept;
      await lock.release();
    },
  };
}
