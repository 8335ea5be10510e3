import type { RunningApp } from '../app/start-app.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface Beside {
  /** Runs while the app does; it ends when `stopping` is aborted. */
  alongside?(app: RunningApp, stopping: AbortSignal): Promise<void>;
  /** Whoever asks for the end before it has started: this is called, and the process ends at once. Absent: the start is interrupted in order. */
  abandon?(): void;
  /** When a person or a signal has asked for the end. */
  onStopping?(): void;
}

/** npm passes on the signal that a terminal has sent to the whole group already: what comes twice so soon is one. A person is slower. */
const SAME_SIGNAL_MS = 200;

/**
 * Starts the app and returns when it has stopped: by SIGINT or SIGTERM (a second one ends the process at once; one that comes before
 * the start is over interrupts it), or because a part failed for good, which sets exit code 1.
 */
export async function untilStopped(start: (interrupted: AbortSignal) => Promise<RunningApp>, logger: Logger, { abandon, onStopping, alongside }: Beside = {}): Promise<void> {
  const stopping = new AbortController();
  const interrupting = new AbortController();
  let isStarting = true;
  let askedAtMs = -Infinity;
  const asked = new Promise<void>((resolve) => {
    const onSignal = (signal: NodeJS.Signals): void => {
      if (stopping.signal.aborted) {
        if (performance.now() - askedAtMs < SAME_SIGNAL_MS) return;
        process.exit(130);
      }
      askedAtMs = performance.now();
      if (isStarting && abandon !== undefined) {
        abandon();
        process.exit(130);
      }
      if (isStarting) interrupting.abort();
      else logger.info({ signal }, 'stopping');
      stopping.abort();
      onStopping?.();
      resolve();
    };
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const early = process.listeners(signal);
      process.on(signal, onSignal);
      // Those of bin/tocsin.cjs; afterwards, since a signal that waits is lost where nobody listens for a moment.
      for (const listener of early) process.off(signal, listener);
    }
  });
  const app = await start(interrupting.signal).catch((error: unknown) => {
    if (!interrupting.signal.aborted) throw error;
    logger.info('stopped before it had started');
    // A start that was given up holds worker threads and connections that nobody waits for.
    process.exit(0);
  });
  isStarting = false;
  const failed = app.failed.then((error) => {
    logger.error({ err: error }, 'a part failed for good; stopping');
    process.exitCode = 1;
    stopping.abort();
  });
  // Who asked for the end while it started is not shown where it can be looked at.
  const beside = stopping.signal.aborted ? undefined : alongside?.(app, stopping.signal).catch((error: unknown) => {
    if (stopping.signal.aborted) return;
    logger.error({ err: error }, 'failed');
    process.exitCode = 1;
    stopping.abort();
  });
  const aborted = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve(), { once: true }));
  await Promise.race([asked, failed, aborted]);
  await beside;
  await app.stop();
  logger.info('stopped');
  // uWebSockets.js and the embedded engine keep handles of their own; everything is flushed and closed by now.
  process.exit(process.exitCode ?? 0);
}
