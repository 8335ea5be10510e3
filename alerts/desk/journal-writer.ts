import type { Timers } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import { decodeJson, encodeJson } from '../../stream/frames/record.ts';
import type { AppendLog, ReadLog } from '../../stream/ports.ts';
import { sleep } from '../../stream/system-timers.ts';
import type { JournalEntry } from '../incidents/journal.ts';

const RETRY_DELAY_MS = 200;

export type Written = 'written' | 'lost-to-another' | 'stopped';

/**
 * Puts entries on the incidents log, one after the other, each once. Two desks may run at a time, during a hand-over:
 * of two entries with one number the log takes the first, and the other writer is told that it has lost.
 */
export class JournalWriter {
  readonly #log: AppendLog & Pick<ReadLog, 'last'>;
  readonly #timers: Timers;
  #isStopped = false;

  constructor(log: AppendLog & Pick<ReadLog, 'last'>, timers: Timers) {
    this.#log = log;
    this.#timers = timers;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Resolves when the entry is durable, or is not to be. Tries for as long as the log is away. */
  async write(entry: JournalEntry): Promise<Written> {
    const bytes = encodeJson('journal', entry);
    for (let attempt = 1; !this.#isStopped; attempt += 1) {
      try {
        // Message ids are forgotten after a while, and the log may be away for longer: so it is asked how far it is.
        const before = attempt === 1 ? null : await this.#latest();
        if (before !== null && before.number >= entry.number) return before.number === entry.number && before.writer === entry.writer ? 'written' : 'lost-to-another';
        const { duplicate } = await this.#log.append(bytes, `journal-${entry.number}`);
        if (!duplicate) return 'written';
        const known = await this.#latest();
        if (known === null || known.number > entry.number || known.writer !== entry.writer) return 'lost-to-another';
        return 'written';
      } catch (error) {
        if (!(error instanceof TocsinError) || (!error.retryable && error.code !== 'overloaded')) throw error;
        await sleep(this.#timers, RETRY_DELAY_MS);
      }
    }
    return 'stopped';
  }

  async #latest(): Promise<JournalEntry | null> {
    const last = await this.#log.last();
    return last === null ? null : decodeJson('journal', last.value);
  }
}
