import type { Inhibition } from '../routing/book.ts';
import { matchesAll, valueOf } from '../silences/match-alert.ts';
import type { DeskState } from './desk-state.ts';
import type { Member } from './incident.ts';

/** An alert that may explain another one, and the inhibition by which. */
export interface Candidate {
  /** Of the inhibition. */
  id: string;
  alertId: string;
}

/** Firing alerts that match the source of an inhibition, by what has to be equal. A function of the state, so no snapshot has it. */
interface Sources {
  inhibitions: readonly Inhibition[];
  /** For each inhibition: the equal values as text to the alerts that have them. */
  byValues: Map<string, Set<string>>[];
  /** Where each alert stands, in the order of the inhibitions; `null`: not its source. */
  placesOf: Map<string, (string | null)[]>;
}

const known = new WeakMap<DeskState, Sources>();

/** An alert fires, reached a level or is over. True where it was or is one that may explain others. */
export function noteSource(state: DeskState, member: Member): boolean {
  if (state.book.inhibitions.length === 0) return false;
  const sources = sourcesOf(state);
  const wasSource = remove(sources, member.alertId);
  return put(sources, member) || wasSource;
}

/** Whether an alert may explain others. */
export function isSource(state: DeskState, alertId: string): boolean {
  return state.book.inhibitions.length > 0 && sourcesOf(state).placesOf.has(alertId);
}

/** An alert that nobody can look up any more. */
export function forgetSource(state: DeskState, alertId: string): void {
  const sources = known.get(state);
  if (sources !== undefined) remove(sources, alertId);
}

/** Pairs for which an inhibition would hold if they stood for the same items: those that fired first come first. */
export function candidatesFor(state: DeskState, target: Member): Candidate[] {
  if (state.book.inhibitions.length === 0) return [];
  const { inhibitions, byValues } = sourcesOf(state);
  return inhibitions.flatMap((inhibition, at) => {
    if (!matchesAll(inhibition.target, target)) return [];
    const firing = [...byValues[at]!.get(valuesOf(inhibition, target)) ?? []].flatMap((alertId) => {
      const member = state.open.get(state.incidentOfAlert.get(alertId) ?? '')?.members.get(alertId);
      return member === undefined || member.state !== 'firing' || alertId === target.alertId ? [] : [member];
    });
    return firing.sort((a, b) => a.openedAtMs - b.openedAtMs || (a.alertId < b.alertId ? -1 : 1)).map(({ alertId }) => ({ id: inhibition.id, alertId }));
  });
}

function sourcesOf(state: DeskState): Sources {
  const { inhibitions } = state.book;
  const there = known.get(state);
  if (there?.inhibitions === inhibitions) return there;
  const sources: Sources = { inhibitions, byValues: inhibitions.map(() => new Map<string, Set<string>>()), placesOf: new Map() };
  // Those of an incident that is over and may open again as well; whether they are open is looked up when they are asked for.
  for (const incident of [...state.open.values(), ...state.closed.values()]) for (const member of incident.members.values()) put(sources, member);
  known.set(state, sources);
  return sources;
}

function put({ inhibitions, byValues, placesOf }: Sources, member: Member): boolean {
  if (member.state !== 'firing') return false;
  const places = inhibitions.map((inhibition) => (matchesAll(inhibition.source, member) ? valuesOf(inhibition, member) : null));
  if (places.every((place) => place === null)) return false;
  placesOf.set(member.alertId, places);
  for (const [at, place] of places.entries()) {
    if (place === null) continue;
    const alerts = byValues[at]!.get(place) ?? new Set<string>();
    byValues[at]!.set(place, alerts.add(member.alertId));
  }
  return true;
}

function remove({ byValues, placesOf }: Sources, alertId: string): boolean {
  const places = placesOf.get(alertId);
  if (places === undefined) return false;
  placesOf.delete(alertId);
  for (const [at, place] of places.entries()) {
    const alerts = place === null ? undefined : byValues[at]!.get(place);
    alerts?.delete(alertId);
    if (alerts?.size === 0) byValues[at]!.delete(place!);
  }
  return true;
}

/** The workspace is one of them. */
function valuesOf({ equal }: Inhibition, member: Member): string {
  return JSON.stringify([member.workspace, ...equal.map((field) => valueOf(field, member))]);
}
