import { defer, retry, timer, throwError, type MonoTypeOperatorFunction, type Observable, type SchedulerLike } from 'rxjs';
import { TocsinError } from '../../core/errors.ts';
import type { Telemetry } from '../../core/telemetry.ts';

const FIRST_DELAY_MS = 100;
const DELAY_MS_MAX = 10_000;

/** Wait before attempt 2, 3, 4 …: 100 ms, doubling, at most 10 s. `failures` counts from 1. */
export function backoffMs(failures: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), DELAY_MS_MAX);
}

export interface RetryOptions {
  telemetry: Telemetry;
  /** For tests on virtual time; the default is the real clock. */
  scheduler?: SchedulerLike;
}

/** Runs `action` until it succeeds or fails for good (an error that is not retryable); ends when unsubscribed. */
export function attempt<T>(action: () => Promise<T>, options: RetryOptions): Observable<T> {
  return defer(action).pipe(retryForever(options));
}

function retryForever<T>({ telemetry, scheduler }: RetryOptions): MonoTypeOperatorFunction<T> {
  return retry({
    delay: (error: unknown, failures: number) => {
      if (!(error instanceof TocsinError) || !error.retryable) return throwError(() => error);
      telemetry({ kind: 'store-retried', reason: error.code, attempt: failures });
      return timer(backoffMs(failures), scheduler);
    },
  });
}
