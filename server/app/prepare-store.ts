import { TocsinError } from '../../core/errors.ts';
import type { Timers } from '../../core/clock.ts';
import { backoffMs } from '../../stream/store/retry-forever.ts';
import { answeredType } from '../../stream/store/store-errors.ts';

export interface PrepareStoreParts {
  /** Brings tables and retention up to this program. */
  prepare(): Promise<void>;
  /** Whether the server starts without a store that cannot be reached: true for a ClickHouse server, false for the embedded engine. */
  startsWithout: boolean;
  timers: Timers;
  /** Each failed attempt; `away`: for the health line. */
  onAway(error: TocsinError, failures: number): void;
  /** A store that came back and cannot be used: of a newer version, or what it refused. */
  fail(error: Error): void;
}

/**
 * Opens the store beside everything else. A ClickHouse server that cannot be reached holds up nothing: feedback is taken,
 * counted and paged from snapshot and log, rows wait on disk, and it is tried again until it is there. One that answers, and
 * refuses, ends the start: what its answer says a person has to mend.
 */
export class PreparedStore {
  readonly #parts: PrepareStoreParts;
  #isStopped = false;

  constructor(parts: PrepareStoreParts) {
    this.#parts = parts;
  }

  /** Resolves when the store is open, or known to be away. Call once. */
  async look(): Promise<void> {
    const { prepare, startsWithout } = this.#parts;
    try {
      await prepare();
    } catch (error) {
      if (!startsWithout || !isAway(error)) throw error;
      this.#parts.onAway(error, 1);
      this.#tryAgain(2);
    }
  }

  /** It is not tried again. */
  stop(): void {
    this.#isStopped = true;
  }

  #tryAgain(attempt: number): void {
    const { prepare, timers, onAway, fail } = this.#parts;
    timers.after(backoffMs(attempt - 1), () => {
      if (this.#isStopped) return;
      prepare().catch((error: unknown) => {
        if (this.#isStopped) return;
        if (!(error instanceof TocsinError) || !error.retryable) return fail(error as Error);
        onAway(error, attempt);
        this.#tryAgain(attempt + 1);
      });
    });
  }
}

/** Nobody answered; an answer such as a wrong password is another thing. */
function isAway(error: unknown): error is TocsinError {
  return error instanceof TocsinError && error.retryable && answeredType(error.cause) === undefined;
}
