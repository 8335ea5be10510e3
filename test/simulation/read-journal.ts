import { createDeskState } from '../../alerts/incidents/desk-state.ts';
import type { DeskState } from '../../alerts/incidents/desk-state.ts';
import { journalStart, takeJournal } from '../../alerts/incidents/journal.ts';
import type { JournalEntry, JournalPlace } from '../../alerts/incidents/journal.ts';
import type { LogEntry } from '../../core/frame.ts';
import type { MemoryBus } from '../../stream/bus/memory-bus.ts';
import { decodeJson } from '../../stream/frames/record.ts';

/** Everything that ever stands on the incidents log, as it comes: the desk trims the log. */
export function collectJournal(bus: MemoryBus): LogEntry<Uint8Array>[] {
  const journal: LogEntry<Uint8Array>[] = [];
  bus.log('incidents').read(1, Number.POSITIVE_INFINITY).subscribe(({ entry }) => journal.push(entry));
  return journal;
}

interface Reading {
  /** Of the journal. */
  taken: number;
  entries: JournalEntry[];
  state: DeskState;
  place: JournalPlace;
  ordered: string[];
}

/** What was read of each journal so far. */
const readings = new WeakMap<readonly LogEntry<Uint8Array>[], Reading>();

/** Everything that ever stood on the incidents log and counts, and what a reader of all of it comes to; not to be changed. */
export function readJournal(journal: readonly LogEntry<Uint8Array>[]): Readonly<Reading> {
  const reading = readings.get(journal) ?? { taken: 0, entries: [], state: createDeskState(), place: journalStart(), ordered: [] };
  readings.set(journal, reading);
  const { state, place, entries, ordered } = reading;
  for (; reading.taken < journal.length; reading.taken += 1) {
    const entry = decodeJson('journal', journal[reading.taken]!.value);
    const step = takeJournal(state, place, entry);
    if (step === null) continue;
    if (step === 'gap') throw new Error('entries of the incidents log are missing');
    entries.push(entry);
    ordered.push(...step.pages.map((page) => JSON.stringify(page)));
  }
  return reading;
}
