import { TocsinError } from '../../core/errors.ts';
import { decodeJson } from '../../stream/frames/record.ts';
import type { ReadLog } from '../../stream/ports.ts';
import type { DeskState, DeskStep } from '../incidents/desk-state.ts';
import { takeJournal } from '../incidents/journal.ts';
import type { JournalEntry, JournalPlace } from '../incidents/journal.ts';
import { LogFollower } from '../list/log-follower.ts';
import { restoreDesk } from './restore-desk.ts';
import type { DeskStart, RestoreDeskParts } from './restore-desk.ts';

export interface JournalReaderOptions extends Omit<RestoreDeskParts, 'log'> {
  log: Pick<ReadLog, 'read' | 'last' | 'info'>;
  onStep?(step: DeskStep, state: DeskState): void;
  /** Entries are missing: what was read is of no use any more. */
  onGap(): void;
}

/** The desk's state from the newest snapshot and the journal after it. */
export class JournalReader {
  readonly #options: JournalReaderOptions;
  #start: DeskStart | undefined;
  #follower: LogFollower | undefined;
  #isStopped = false;

  constructor(options: JournalReaderOptions) {
    this.#options = options;
  }

  /** Resolves when the journal is read back; later entries follow. @throws TocsinError as `restoreDesk` does */
  async start(): Promise<{ state: DeskState; place: JournalPlace }> {
    const start = await restoreDesk(this.#options);
    this.#start = start;
    const { log } = this.#options;
    this.#follower = new LogFollower({ log, fromSequence: start.sequence + 1, take: ({ sequence, value }) => this.#take(start, sequence, value) });
    if (!this.#isStopped) await this.#follower.start();
    return start;
  }

  /** Of the last entry taken. */
  get sequence(): number {
    return this.#start?.sequence ?? 0;
  }

  /** Entries before the log's first are not known. */
  get isCutOff(): boolean {
    return this.#start?.isCutOff ?? false;
  }

  stop(): void {
    this.#isStopped = true;
    this.#follower?.stop();
  }

  #take(start: DeskStart, sequence: number, value: Uint8Array): void {
    if (this.#isStopped) return;
    start.sequence = sequence;
    let entry: JournalEntry;
    try {
      entry = decodeJson('journal', value);
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error;
      this.#options.warn(`Entry ${sequence} of the incidents log cannot be read and is passed over.`);
      return;
    }
    if (start.isCutOff && start.place.number === 0) start.place.number = entry.number - 1;
    const step = takeJournal(start.state, start.place, entry);
    if (step === 'gap') {
      this.stop();
      return this.#options.onGap();
    }
    if (step !== null) this.#options.onStep?.(step, start.state);
  }
}
