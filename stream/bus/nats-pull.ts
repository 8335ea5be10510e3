import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsumerMessages } from '@nats-io/jetstream';
import type { NatsLink } from './nats-link.ts';

/** A pull request ends after this long, and the next one is made. */
export const PULL_EXPIRES_MS = 10_000;
/** The server speaks up this often while a pull waits; two misses and the consumer is made anew. */
export const PULL_HEARTBEAT_MS = 2_000;
const RETRY_MIN_MS = 50;
const RETRY_MAX_MS = 2_000;
const UP_WAIT_MS = 5_000;

/** Raised to have a consumer made anew; the reason goes to telemetry. */
export class ReaderLost extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'ReaderLost';
  }
}

export interface PullLoop {
  link: NatsLink;
  /** Sets up and reads until something breaks; the loop then calls it again. */
  session: (signal: AbortSignal) => Promise<void>;
  onLost: (reason: string) => void;
}

/** Runs sessions until stopped: one after the other, with a growing pause between those that fail at once. */
export function startPullLoop({ link, session, onLost }: PullLoop): () => void {
  const stop = new AbortController();
  async function run(): Promise<void> {
    let pauseMs = RETRY_MIN_MS;
    while (!stop.signal.aborted) {
      if (!(await link.upWithin(UP_WAIT_MS))) {
        if (link.isClosed) return;
        continue;
      }
      const startedAt = performance.now();
      const reason = await endOf(session, stop.signal);
      if (stop.signal.aborted) return;
      onLost(reason);
      pauseMs = performance.now() - startedAt > RETRY_MAX_MS ? RETRY_MIN_MS : Math.min(pauseMs * 2, RETRY_MAX_MS);
      await pause(pauseMs, stop.signal);
    }
  }
  void run();
  return () => stop.abort();
}

/** Stops a pull when the connection breaks or the loop ends; returns a function that no longer does. */
export function stopOnCut(messages: ConsumerMessages, link: NatsLink, signal: AbortSignal): () => void {
  const stop = (): void => messages.stop();
  const subscription = link.state().subscribe((state) => {
    if (state !== 'connected') stop();
  });
  signal.addEventListener('abort', stop, { once: true });
  return () => {
    subscription.unsubscribe();
    signal.removeEventListener('abort', stop);
  };
}

async function endOf(session: PullLoop['session'], signal: AbortSignal): Promise<string> {
  try {
    await session(signal);
    return 'ended';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
