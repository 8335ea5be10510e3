import { createDeskState } from '../../alerts/incidents/desk-state.ts';
import type { DeskState } from '../../alerts/incidents/desk-state.ts';
import { journalStart, takeJournal } from '../../alerts/incidents/journal.ts';
import type { JournalEntry, JournalPlace } from '../../alerts/incidents/journal.ts';
import type { MemoryBus } from '../../stream/bus/memory-bus.ts';
import { decodeJson } from '../../stream/frames/record.ts';
import { readLog } from './read-log.ts';

/** Everything on the incidents log that counts, and what a reader of it comes to. */
export async function readJournal(bus: MemoryBus): Promise<{ entries: JournalEntry[]; state: DeskState; place: JournalPlace; ordered: string[] }> {
  const state = createDeskState();
  const place = journalStart();
  const entries: JournalEntry[] = [];
  const ordered: string[] = [];
  for (const { value } of await readLog(bus, 'incidents')) {
    const entry = decodeJson('journal', value);
    const step = takeJournal(state, place, entry);
    if (step === null) continue;
    entries.push(entry);
    ordered.push(...step.pages.map((page) => JSON.stringify(page)));
  }
  return { entries, state, place, ordered };
}

export async function journalPlace(bus: MemoryBus): Promise<JournalPlace> {
  return (await readJournal(bus)).place;
}
