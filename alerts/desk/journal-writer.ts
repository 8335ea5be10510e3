import type { Timers } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import { decodeJson, encodeJson } from '../../stream/frames/record.ts';
import type { AppendAfterLog, ReadLog } from '../../stream/ports.ts';
import { sleep } from '../../stream/system-timers.ts';
import type { JournalEntry } from '../incidents/journal.ts';

const RETRY_DELAY_MS = 200;

/** `sequence`: of the entry on the log. */
export type Written = { kind: 'written'; sequence: number } | { kind: 'lost-to-another' } | { kind: 'stopped' };

/** What writing the journal needs of its log. */
export type JournalLog = AppendAfterLog & Pick<ReadLog, 'last' | 'info'>;

/**
 * Puts entries on the incidents log, one after the other, each once. Two desks may run at a time, during a hand-over:
 * an entry goes right behind the one before it or nowhere, so of two with one number the log takes the first, and the other
 * writer is told that it has lost.
 */
export class JournalWriter {
  readonly #log: JournalLog;
  readonly #timers: Timers;
  /** Of the newest entry on the log, while nothing has come between; absent: the log is asked. */
  #after: number | undefined;
  #isStopped = false;

  constructor(log: JournalLog, timers: Timers) {
    this.#log = log;
    this.#timers = timers;
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Resolves when the entry is durable, or is not to be. Tries for as long as the log is away. */
  async write(entry: JournalEntry): Promise<Written> {
    const bytes = encodeJson('journal', entry);
    while (!this.#isStopped) {
      try {
        if (this.#after === undefined) {
          const { lastSequence } = await this.#log.info();
          const before = await this.#latest();
          if (before !== null && before.entry.number >= entry.number) return judge(before, entry);
          this.#after = Math.max(lastSequence, before?.sequence ?? 0);
        }
        const appended = await this.#log.appendAfter(this.#after, bytes, `journal-${entry.number}`);
        this.#after = appended === null || appended.duplicate ? undefined : appended.sequence;
        if (appended?.duplicate === true) return judge(await this.#latest(), entry);
        if (appended !== null) return { kind: 'written', sequence: appended.sequence };
      } catch (error) {
        this.#after = undefined;
        if (!(error instanceof TocsinError) || (!error.retryable && error.code !== 'overloaded')) throw error;
        await sleep(this.#timers, RETRY_DELAY_MS);
      }
    }
    return { kind: 'stopped' };
  }

  async #latest(): Promise<Latest | null> {
    const last = await this.#log.last();
    return last === null ? null : { sequence: last.sequence, entry: decodeJson('journal', last.value) };
  }
}

interface Latest {
  sequence: number;
  entry: JournalEntry;
}

/** Whether the log's newest entry is this very one. */
function judge(latest: Latest | null, { number, writer }: JournalEntry): Written {
  return latest !== null && latest.entry.number === number && latest.entry.writer === writer ? { kind: 'written', sequence: latest.sequence } : { kind: 'lost-to-another' };
}
