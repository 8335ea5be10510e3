import type { PageOrder } from '../../core/page-order.ts';
import { emptyStep, noteRecorded } from './desk-state.ts';
import type { EndedIncident } from './ended-incident.ts';
import type { DeskInput, DeskState, DeskStep } from './desk-state.ts';
import { stepDesk } from './step-desk.ts';

/** One input as the desk took it. `log` and `sequence`: where it stood; absent for what came from no log. */
export interface JournalInput {
  atMs: number;
  input: DeskInput;
  log?: 'alerts' | 'operations';
  sequence?: number;
}

/**
 * One entry of the incidents log: what the desk took in, in which order and at which time, and the pages that followed.
 * The inputs say everything: whoever steps through them has the desk's state. Pages that do not fit stand in the entries
 * that follow, which then take nothing in.
 */
export interface JournalEntry {
  /** 1, 2, 3 …; of two entries with one number the first on the log counts. */
  number: number;
  /** Which desk wrote it. */
  writer: string;
  inputs: JournalInput[];
  pages: PageOrder[];
  /** Incidents that are over, as they are after the inputs: for the store, which keeps them. Absent where there are none. */
  ended?: EndedIncident[];
}

/** How far the journal has got. */
export interface JournalPlace {
  number: number;
  /** Last sequence taken of each log. */
  alerts: number;
  operations: number;
  /** Pages that were decided and are not on the journal yet, oldest first. */
  outstanding: PageOrder[];
}

export function journalStart(): JournalPlace {
  return { number: 0, alerts: 0, operations: 0, outstanding: [] };
}

/**
 * Takes one entry of the journal into state and place. Null for an entry that does not count: another one had its number.
 * `'gap'`: the entries between are not there, so that nothing more can be said from here on.
 */
export function takeJournal(state: DeskState, place: JournalPlace, entry: JournalEntry): DeskStep | 'gap' | null {
  if (entry.number > place.number + 1) return 'gap';
  if (entry.number !== place.number + 1) return null;
  place.number = entry.number;
  const all = emptyStep();
  for (const each of entry.inputs) takeInput(state, place, each, all);
  const lastNumber = entry.pages.at(-1)?.number ?? 0;
  place.outstanding = place.outstanding.filter(({ number }) => number > lastNumber);
  noteRecorded(state, (entry.ended ?? []).map(({ id }) => id));
  return all;
}

/**
 * Takes one input, for a desk that is about to write it down, or a reader of what was written. An input that the step
 * throws at is passed over, by every reader alike: one bad entry must not stop all pages.
 */
export function takeInput(state: DeskState, place: JournalPlace, { input, atMs, log, sequence }: JournalInput, into: DeskStep): void {
  const step = stepOrPass(state, input, atMs);
  if (log !== undefined && sequence !== undefined) place[log] = Math.max(place[log], sequence);
  place.outstanding.push(...step.pages);
  into.pages.push(...step.pages);
  into.outcomes.push(...step.outcomes);
  for (const id of step.changed) into.changed.add(id);
}

function stepOrPass(state: DeskState, input: DeskInput, atMs: number): DeskStep {
  try {
    return stepDesk(state, input, atMs);
  } catch {
    return emptyStep();
  }
}
