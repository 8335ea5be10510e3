import type { AlertEvent } from '../../core/alert.ts';
import type { Operation, OperationOutcome, Silence } from '../../core/operation.ts';
import type { PageOrder } from '../../core/page-order.ts';
import type { RoutingBook } from '../routing/book.ts';
import { EMPTY_BOOK } from '../routing/book.ts';
import { DueHeap } from './due-heap.ts';
import type { Due } from './due-heap.ts';
import type { Incident } from './incident.ts';
import { forgetSource } from './inhibition-sources.ts';

/** Everything that can happen to the desk. Each has the time of the log that it came from. */
export type DeskInput =
  | { kind: 'alert'; event: AlertEvent }
  | { kind: 'operation'; operation: Operation }
  /** Time has passed; given when something is due. */
  | { kind: 'tick' }
  /** The routing book of the file, whole; what was made over the API stays beside it. */
  | { kind: 'book'; book: RoutingBook }
  /** How many items an alert counts now, where that says something new. */
  | { kind: 'count'; alertId: string; count: number }
  /** Of the target's items, so many are the source's too: what the store said when it was asked. */
  | { kind: 'overlap'; sourceAlertId: string; targetAlertId: string; shared: number; ofTarget: number };


export interface DeskLimits {
  /** Incidents that are over, newest end kept. */
  closedMax: number;
  /** How long one that is over is kept at most, milliseconds. */
  closedKeepMs: number;
  /** Alerts of one incident; further ones of the group begin the next incident. */
  membersMax: number;
  /** Operations remembered, so that one that comes again is done once. */
  outcomesMax: number;
  silencesMax: number;
  /** Answers of the store about alerts that share items. */
  overlapsMax: number;
  /** Incidents that may be open at once; past it alerts join the incident of their rule, whatever the route says. */
  openMax: number;
}

const DESK_LIMITS: DeskLimits = {
  closedMax: 5_000, closedKeepMs: 30 * 86_400_000, membersMax: 10_000, outcomesMax: 20_000, silencesMax: 1_000, overlapsMax: 20_000, openMax: 50_000,
};

/** All the desk knows: a function of its inputs in their order. */
export interface DeskState {
  readonly limits: DeskLimits;
  /** Latest time of any input, milliseconds since the epoch. */
  nowMs: number;
  /** What is due next. Held once for each incident, and a few stale ones. */
  readonly due: DueHeap;
  /** Something changed that may hold back or let go any page: at the next step all are looked at. */
  looksAtAll: boolean;
  readonly open: Map<string, Incident>;
  /** In the order in which they ended. */
  readonly closed: Map<string, Incident>;
  /** Ids of incidents that are over, or changed after that, and do not stand on the journal as they are now. */
  readonly unrecorded: Set<string>;
  /** Ids of incidents that are over and have something left to tell. */
  readonly owing: Set<string>;
  readonly incidentOfAlert: Map<string, string>;
  /** The open incident of a group, or the one that ended last. */
  readonly incidentOfGroup: Map<string, string>;
  readonly silences: Map<string, Silence>;
  /** What is in force: the file's, with what was made over the API. */
  book: RoutingBook;
  fileBook: RoutingBook;
  /** Entries made over the API as JSON, by section and id. */
  readonly apiEntries: Map<string, string>;
  readonly outcomes: Map<string, OperationOutcome>;
  /** How many of a target's items are those of a source: `source target` to 0 … 1. */
  readonly overlaps: Map<string, number>;
  pagesOrdered: number;
}

export interface DeskStep {
  pages: PageOrder[];
  outcomes: OperationOutcome[];
  /** Ids of incidents that are not what they were. */
  changed: Set<string>;
}

export function emptyStep(): DeskStep {
  return { pages: [], outcomes: [], changed: new Set() };
}

export function createDeskState(limits: Partial<DeskLimits> = {}): DeskState {
  return {
    limits: { ...DESK_LIMITS, ...limits },
    nowMs: 0,
    due: new DueHeap(),
    looksAtAll: false,
    open: new Map(),
    closed: new Map(),
    unrecorded: new Set(),
    owing: new Set(),
    incidentOfAlert: new Map(),
    incidentOfGroup: new Map(),
    silences: new Map(),
    book: EMPTY_BOOK,
    fileBook: EMPTY_BOOK,
    apiEntries: new Map(),
    outcomes: new Map(),
    overlaps: new Map(),
    pagesOrdered: 0,
  };
}

export function incidentOf(state: DeskState, id: string): Incident | undefined {
  const incidentId = state.incidentOfAlert.get(id) ?? id;
  return state.open.get(incidentId) ?? state.closed.get(incidentId);
}

/** The incident of that id, or the one that it was merged into, or that one was. */
export function heirOf(state: DeskState, id: string | undefined): Incident | undefined {
  let incident = id === undefined ? undefined : (state.open.get(id) ?? state.closed.get(id));
  const seen = new Set<string>();
  while (incident?.mergedInto !== undefined && !seen.has(incident.id)) {
    seen.add(incident.id);
    incident = state.open.get(incident.mergedInto) ?? state.closed.get(incident.mergedInto);
  }
  return incident;
}

/** An incident is to be looked at then; a later time than it is to be looked at anyway is found out then. */
export function remindAt(state: DeskState, incident: Incident, atMs: number): void {
  if (atMs >= incident.dueMs) return;
  incident.dueMs = atMs;
  state.due.add({ atMs, id: incident.id });
}

/**
 * Nothing is due before this, milliseconds since the epoch. Reminders of what was looked at since are dropped: they are not in a snapshot, so one
 * desk would note a tick for them that another knows nothing of.
 */
export function nextDueMs(state: DeskState): number {
  if (state.looksAtAll) return state.nowMs;
  const { due } = state;
  while (due.first !== undefined && !isMeant(state, due.first)) due.take(due.first.atMs);
  return due.nextMs;
}

/** False for a reminder whose incident was looked at since then, or is to be looked at another time now. */
export function isMeant(state: DeskState, { id, atMs }: Due): boolean {
  return (state.open.get(id) ?? state.closed.get(id))?.dueMs === atMs;
}

/** Files an incident under its state, and forgets the oldest that are over. */
export function file(state: DeskState, incident: Incident): void {
  if (incident.state !== 'resolved') {
    state.closed.delete(incident.id);
    state.open.set(incident.id, incident);
    return;
  }
  state.open.delete(incident.id);
  state.closed.delete(incident.id);
  state.closed.set(incident.id, incident);
}

/** Notes which incidents are to be put on the journal as they are: those that are over and are not what they were. */
export function noteEnded(state: DeskState, { changed }: DeskStep): void {
  for (const id of changed) {
    if (state.closed.has(id)) state.unrecorded.add(id);
    else state.unrecorded.delete(id);
  }
}

/** These stand on the journal; whoever wants to see one that is forgotten then finds it where the journal is stored. */
export function noteRecorded(state: DeskState, ids: Iterable<string>): void {
  for (const id of ids) state.unrecorded.delete(id);
  forgetOldest(state);
}

/** Forgets those that ended first, past the limits; one that is not on the journal yet or has something to tell stays. */
function forgetOldest(state: DeskState): void {
  const { closedMax, closedKeepMs } = state.limits;
  for (const incident of state.closed.values()) {
    const isOld = (incident.resolved?.atMs ?? 0) < state.nowMs - closedKeepMs;
    if (state.closed.size <= closedMax && !isOld) return;
    if (!state.unrecorded.has(incident.id) && !state.owing.has(incident.id)) forget(state, incident);
  }
}

function forget(state: DeskState, incident: Incident): void {
  state.closed.delete(incident.id);
  state.owing.delete(incident.id);
  for (const alertId of incident.members.keys()) {
    if (state.incidentOfAlert.get(alertId) !== incident.id) continue;
    state.incidentOfAlert.delete(alertId);
    forgetSource(state, alertId);
  }
  if (state.incidentOfGroup.get(incident.groupKey) === incident.id) state.incidentOfGroup.delete(incident.groupKey);
}
