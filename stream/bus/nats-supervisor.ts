import { setTimeout as sleep } from 'node:timers/promises';
import { TocsinError } from '../../core/errors.ts';
import type { BusLogger } from './logger.ts';
import { NatsServerProcess } from './nats-server-process.ts';
import type { ProcessOptions } from './nats-server-process.ts';

const FIRST_RESTART_DELAY_MS = 100;

export interface Supervised {
  run: ProcessOptions;
  /** Already running; the next ones are started as `run` says. */
  first: NatsServerProcess;
  logger: BusLogger;
  limits: { restartsMax: number; restartWindowMs: number };
}

export interface Supervision {
  readonly pid: number | undefined;
  /** Whether it answers and its JetStream does not; rejects when it does not answer either. */
  isJetStreamSilent(): Promise<boolean>;
  /** Ends the server, to have it started anew. */
  restart(reason: string): void;
  /** Calls back once if the server ended too often and was given up. */
  onExit(listener: (error: TocsinError) => void): void;
  stop(): Promise<void>;
}

/** Starts the server again whenever it ends: soon the first time, later and later when it keeps ending. */
export function superviseNatsServer({ run, first, logger, limits }: Supervised): Supervision {
  let current = first;
  let stopping = false;
  /** That the server which runs now ends. */
  let isAsked = false;
  const cancelWait = new AbortController();
  const listeners: ((error: TocsinError) => void)[] = [];

  async function keepRunning(): Promise<void> {
    let endings: number[] = [];
    let how = await current.exited;
    while (!stopping) {
      const nowMs = performance.now();
      endings = [...endings.filter((atMs) => nowMs - atMs < limits.restartWindowMs), nowMs];
      if (!isAsked) logger.error({ how, endings: endings.length }, 'nats-server ended unexpectedly');
      isAsked = false;
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
      isAsked = false;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    logger.info({ pid: current.pid }, 'nats-server is ready again');
    if (stopping) await current.stop();
    return await current.exited;
  }

  const kept = keepRunning().catch((error: unknown) => {
    const known = error instanceof TocsinError ? error : new TocsinError('nats_server_failed', 'nats-server could not be kept running.', { cause: error });
    for (const listener of listeners) listener(known);
  });

  return {
    get pid() {
      return current.pid;
    },
    isJetStreamSilent: () => current.isJetStreamSilent(),
    restart(reason) {
      logger.warn({ reason }, 'nats-server is started anew');
      isAsked = true;
      void current.stop();
    },
    onExit: (listener) => void listeners.push(listener),
    async stop() {
      stopping = true;
      cancelWait.abort();
      await current.stop();
      await kept;
    },
  };
}
