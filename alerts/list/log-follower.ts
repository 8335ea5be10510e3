import type { Subscription } from 'rxjs';
import type { LogEntry } from '../../core/frame.ts';
import type { ReadLog } from '../../stream/ports.ts';

export interface LogFollowerOptions {
  log: Pick<ReadLog, 'read' | 'last'>;
  /** The most entries read back at the start; older ones are passed over. All of them when absent. */
  entriesMax?: number;
  /** Where to begin; the log's first entry when absent. */
  fromSequence?: number;
  /** Must not throw: an entry that cannot be read is its own affair. */
  take(entry: LogEntry<Uint8Array>, age: EntryAge): void;
}

/** Whether an entry stood on the log at the start, or came after it. */
export type EntryAge = 'read-back' | 'new';

const IN_FLIGHT_MAX = 1_000;

/** Reads a log back, then follows its end. */
export class LogFollower {
  readonly #options: LogFollowerOptions;
  #starting: Promise<void> | undefined;
  #subscription: Subscription | undefined;
  #stopWaiting: (() => void) | undefined;
  #stopped = false;

  constructor(options: LogFollowerOptions) {
    this.#options = options;
  }

  /**
   * Resolves when everything that stood on the log at the call has been taken; later entries follow as they come.
   * Idempotent; after a rejection it may be called again.
   * @throws TocsinError `log_unavailable` when the log cannot be asked for its end.
   */
  start(): Promise<void> {
    this.#starting ??= this.#follow().catch((error: unknown) => {
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  stop(): void {
    this.#stopped = true;
    this.#subscription?.unsubscribe();
    this.#stopWaiting?.();
  }

  async #follow(): Promise<void> {
    const { log, entriesMax, fromSequence: first = 1, take } = this.#options;
    const last = await log.last();
    if (this.#stopped) return;
    const lastSequence = last?.sequence ?? 0;
    const fromSequence = entriesMax === undefined ? first : Math.max(first, lastSequence - entriesMax + 1);
    await new Promise<void>((resolve, reject) => {
      this.#stopWaiting = resolve;
      this.#subscription = log.read(fromSequence, IN_FLIGHT_MAX).subscribe({
        next: ({ entry, ack }) => {
          take(entry, entry.sequence <= lastSequence ? 'read-back' : 'new');
          ack();
          if (entry.sequence >= lastSequence) resolve();
        },
        error: reject,
      });
      if (lastSequence < fromSequence) resolve();
    });
  }
}
