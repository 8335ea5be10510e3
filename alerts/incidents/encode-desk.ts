import { TocsinError } from '../../core/errors.ts';
import type { OperationOutcome, Silence } from '../../core/operation.ts';
import { mergeBooks } from '../routing/apply-entry.ts';
import type { RoutingBook } from '../routing/book.ts';
import { createDeskState, remindAt } from './desk-state.ts';
import type { DeskLimits, DeskState } from './desk-state.ts';
import type { Incident, Member } from './incident.ts';
import type { JournalPlace } from './journal.ts';

/** Of what `deskLines` writes. Another number where an older program could not read it, or this one not an older one's. */
export const DESK_FORMAT = 1;

/** Everything but the incidents. */
interface DeskHead {
  nowMs: number;
  looksAtAll: boolean;
  pagesOrdered: number;
  fileBook: RoutingBook;
  apiEntries: [key: string, json: string][];
  silences: Silence[];
  outcomes: OperationOutcome[];
  overlaps: [pair: string, share: number][];
  groups: [key: string, incidentId: string][];
  owing: string[];
  unrecorded: string[];
  place: JournalPlace;
  open: number;
  closed: number;
}

type FromRule = 'fireAt' | 'resolveBelow' | 'windowMs';
type StoredMember = Omit<Member, FromRule> & Partial<Pick<Member, FromRule>>;

/** Infinity is no JSON: null stands for it. What is optional was not written once. */
type StoredIncident = Omit<Incident, 'members' | 'dueMs' | 'gone' | 'delayed'> & {
  gone?: Incident['gone'];
  members: StoredMember[];
  dueMs: number | null;
  delayed: (Omit<NonNullable<Incident['delayed']>, 'targets'> & { targets?: string[]; notify?: string[] }) | null;
};

/** The desk's state and place as lines of JSON, each read from the state when it is asked for: nothing may be stepped in between. */
export function* deskLines(state: DeskState, place: JournalPlace): Generator<string> {
  const head: DeskHead = {
    nowMs: state.nowMs, looksAtAll: state.looksAtAll, pagesOrdered: state.pagesOrdered, fileBook: state.fileBook, apiEntries: [...state.apiEntries], silences: [...state.silences.values()],
    outcomes: [...state.outcomes.values()], overlaps: [...state.overlaps], groups: [...state.incidentOfGroup], owing: [...state.owing], unrecorded: [...state.unrecorded],
    place, open: state.open.size, closed: state.closed.size,
  };
  yield JSON.stringify(head);
  for (const incidents of [state.open, state.closed]) {
    for (const incident of incidents.values()) {
      const stored: StoredIncident = { ...incident, members: [...incident.members.values()], dueMs: Number.isFinite(incident.dueMs) ? incident.dueMs : null };
      yield JSON.stringify(stored);
    }
  }
}

/** @throws TocsinError `frame_corrupt` for lines that are no desk's. */
export function readDeskLines(lines: readonly string[], limits: Partial<DeskLimits> = {}): { state: DeskState; place: JournalPlace } {
  const head = parse<DeskHead>(lines[0]);
  if (lines.length !== 1 + head.open + head.closed) throw corrupt(`it has ${lines.length - 1} incidents and ${head.open + head.closed} are expected`);
  const state = createDeskState(limits);
  Object.assign(state, { nowMs: head.nowMs, looksAtAll: head.looksAtAll, pagesOrdered: head.pagesOrdered, fileBook: head.fileBook } satisfies Partial<DeskState>);
  for (const [key, json] of head.apiEntries) state.apiEntries.set(key, json);
  for (const silence of head.silences) state.silences.set(silence.id, silence);
  for (const outcome of head.outcomes) state.outcomes.set(outcome.operationId, outcome);
  for (const [pair, share] of head.overlaps) state.overlaps.set(pair, share);
  for (const [key, id] of head.groups) state.incidentOfGroup.set(key, id);
  for (const id of head.owing) state.owing.add(id);
  for (const id of head.unrecorded) state.unrecorded.add(id);
  state.book = mergeBooks(state.fileBook, state.apiEntries);
  lines.slice(1).forEach((line, index) => takeIncident(state, parse<StoredIncident>(line), index < head.open ? 'open' : 'closed'));
  return { state, place: head.place };
}

function takeIncident(state: DeskState, { dueMs, members, gone = { alerts: 0, peaks: 0 }, delayed, ...rest }: StoredIncident, under: 'open' | 'closed'): void {
  const { fireAt, resolveBelow, windowMs } = rest.lead;
  const incident: Incident = {
    ...rest, gone, dueMs: Infinity,
    members: new Map(members.map((member) => [member.alertId, { fireAt, resolveBelow, windowMs, ...member }])),
    delayed: delayed === null ? null : { targets: delayed.targets ?? delayed.notify ?? [], untilMs: delayed.untilMs, event: delayed.event },
  };
  state[under].set(incident.id, incident);
  for (const alertId of incident.members.keys()) state.incidentOfAlert.set(alertId, incident.id);
  if (dueMs !== null) remindAt(state, incident, dueMs);
}

function parse<T>(line: string | undefined): T {
  try {
    return JSON.parse(line ?? '') as T;
  } catch {
    throw corrupt('a line is no JSON');
  }
}

function corrupt(why: string): TocsinError {
  return new TocsinError('frame_corrupt', `This is no state of the incident desk: ${why}.`);
}
