import { TocsinError } from '../../core/errors.ts';
import { freeBytes, watchDisk, writeProbe, type DiskState } from './disk-watch.ts';
import { lockFolder } from './folder-lock.ts';
import type { FolderLock } from './folder-lock.ts';
import { DEFAULT_LOG_BYTES_MAX } from './limits.ts';
import type { BusLogger } from './logger.ts';
import { loadSecret, prepareFiles, unusable, writeConfig } from './nats-server-files.ts';
import { NatsServerProcess, stopOrphan } from './nats-server-process.ts';
import { superviseNatsServer } from './nats-supervisor.ts';
import type { Supervision } from './nats-supervisor.ts';
import { availableBytes, fitLogs } from './store-size.ts';
import type { LogBytes } from './store-size.ts';

const USER = 'tocsin';
/** A busy server may be slow to answer once. */
const SILENT_LOOKS_MAX = 3;

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
  diskWatchMs: number;
}

const DEFAULT_LIMITS: NatsServerLimits = {
  logBytesMax: DEFAULT_LOG_BYTES_MAX,
  entryBytesMax: 8 * 1024 ** 2,
  readyMs: 60_000,
  stopMs: 10_000,
  restartsMax: 5,
  restartWindowMs: 60_000,
  diskWatchMs: 5_000,
};

export interface NatsServerOptions {
  binaryPath: string;
  /** The product's data folder; the server keeps its things in `nats/` inside. */
  dataDir: string;
  logger: BusLogger;
  limits?: Partial<NatsServerLimits>;
  /** Kills the server at once when aborted. */
  abandoned?: AbortSignal | undefined;
  /** When aborted, a start that is under way is given up: the server is stopped, the folder given free, and the start rejects. */
  interrupted?: AbortSignal | undefined;
  /** Loopback port; a free one when absent. */
  port?: number;
  /** How much room a folder's disk has; asks the system when absent. */
  freeBytes?: (folder: string) => Promise<number>;
  /** Tries whether a folder takes writes, and rejects when it does not; writes a byte when absent. */
  write?: (folder: string) => Promise<void>;
}

export interface NatsServer {
  /** With its password: for `connectNatsBus`, not for a log. */
  readonly url: string;
  /** Without secrets. */
  readonly address: string;
  /** What the disk allows; give it to `connectNatsBus`. */
  readonly logBytesMax: LogBytes;
  readonly pid: number | undefined;
  /** Calls back whenever the disk of the logs fills up, takes no writes, or takes them again. */
  onDisk(listener: (state: DiskState) => void): void;
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
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { binaryPath, dataDir, logger } = options;
  const files = await prepareFiles(dataDir);
  const lock = await lockOf(dataDir);
  let started: NatsServerProcess | undefined;
  try {
    const orphan = await stopOrphan(files, limits.stopMs);
    if (orphan !== undefined) logger.warn({ pid: orphan }, 'stopped a nats-server that an earlier run left behind');
    const logBytesMax = fitLogs(limits.logBytesMax, await availableBytes(files.store));
    const secret = await loadSecret(files);
    const config = { user: USER, secret, entryBytesMax: limits.entryBytesMax };
    await writeConfig(files, { ...config, port: options.port ?? -1 });
    const run = { binaryPath, files, user: USER, secret, readyMs: limits.readyMs, stopMs: limits.stopMs, abandoned: options.abandoned, interrupted: options.interrupted };
    const first = await NatsServerProcess.start(run);
    started = first.process;
    await writeConfig(files, { ...config, port: first.port });
    logger.info({ address: `127.0.0.1:${first.port}`, pid: first.process.pid }, 'nats-server is ready');
    const kept = superviseNatsServer({ run, first: first.process, logger, limits });
    const diskListeners: ((state: DiskState) => void)[] = [];
    const tellDisk = (state: DiskState): void => diskListeners.forEach((listener) => listener(state));
    const endWatch = watchDisk({
      folder: files.store,
      everyMs: limits.diskWatchMs,
      freeBytes: options.freeBytes ?? freeBytes,
      write: options.write ?? writeProbe,
      onFull(free) {
        logger.error({ folder: files.store, freeBytes: free }, 'the disk is full: the logs take nothing until there is room');
        tellDisk('full');
      },
      onUnwritable(cause) {
        logger.error({ folder: files.store, err: cause }, 'the disk takes no writes: the logs take nothing until it does');
        tellDisk('unwritable');
      },
      onUsable() {
        // A stream that met a full disk stays closed until the server starts anew.
        kept.restart('the disk takes writes again');
        tellDisk('usable');
      },
      whileUsable: restartWhenSilent(kept),
    });
    return {
      url: `nats://${USER}:${secret}@127.0.0.1:${first.port}`,
      address: `127.0.0.1:${first.port}`,
      logBytesMax,
      get pid() {
        return kept.pid;
      },
      onDisk: (listener) => void diskListeners.push(listener),
      onExit: (listener) => kept.onExit(listener),
      async stop() {
        endWatch();
        await kept.stop();
        await lock.release();
      },
    };
  } catch (error) {
    await started?.stop();
    await lock.release();
    throw error;
  }
}

/** One write that failed, and the server has turned JetStream off for good; the trouble may be over before a look at the disk sees it. */
function restartWhenSilent(kept: Supervision): () => Promise<void> {
  let silentLooks = 0;
  return async () => {
    silentLooks = (await kept.isJetStreamSilent()) ? silentLooks + 1 : 0;
    if (silentLooks < SILENT_LOOKS_MAX) return;
    silentLooks = 0;
    kept.restart('it answers nothing about its logs though the disk takes writes');
  };
}

async function lockOf(dataDir: string): Promise<FolderLock> {
  try {
    return await lockFolder(dataDir);
  } catch (error) {
    throw error instanceof TocsinError ? error : unusable(dataDir, error);
  }
}
