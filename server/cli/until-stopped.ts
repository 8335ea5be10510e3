import type { RunningApp } from '../app/start-app.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface Beside {
  /** Runs while the app does; it ends when `stopping` is aborted. */
  alongside?(app: RunningApp, stopping: AbortSignal): Promise<void>;
  /** Who asks for the end before it has started is not kept waiting: this is called, and the process ends. Absent: the start is waited for. */
  abandon?(): void;
  /** When a person or a signal has asked for the end. */
  onStopping?(): void;
}

/**
 * Starts the app and returns when it has stopped: by SIGINT or SIGTERM (a second one ends the process at once),
 * or because a part failed for good, which sets exit code 1.
 */
export async function untilStopped(start: () => Promise<RunningApp>, logger: Logger, { abandon, onStopping, alongside }: Beside = {}): Promise<void> {
  const stopping = new AbortController();
  let isStarting = true;
  const asked = new Promise<void>((resolve) => {
    const onSignal = (signal: NodeJS.Signals): void => {
      if (stopping.signal.aborted) process.exit(130);
      if (isStarting && abandon !== undefined) {
        abandon();
        process.exit(130);
      }
      logger.info({ signal }, 'stopping');
      stopping.abort();
      onStopping?.();
      resolve();
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
  const app = await start();
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
