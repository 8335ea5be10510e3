import type { AlertEvent } from '../../core/alert.ts';
import type { PageOrder } from '../../core/page-order.ts';
import { deskLines } from '../../alerts/incidents/encode-desk.ts';
import { compare } from './check-counts.ts';
import { isDesk } from './nodes.ts';
import { readJournal } from './read-journal.ts';
import type { World } from './world.ts';

/**
 * The desk took in every alert event once and in order; who reads its journal comes to its state and to its pages; every
 * alert was paged or has a named reason; each episode that was paged has its end, and no page has the id of another.
 */
export function checkDesk(world: World, events: readonly AlertEvent[]): PageOrder[] {
  const { entries, state, place, ordered } = readJournal(world.journal);
  if (entries.length !== world.journal.length) world.violate('two entries of the incidents log have one number');
  const orders = entries.flatMap(({ pages }) => pages);
  compare(world, 'the pages of the journal', orders.map((order) => JSON.stringify(order)), ordered);
  // The desks themselves went on from snapshots, over logs that were trimmed below them.
  for (const name of world.nodes.filter(isDesk)) {
    const own = world.desks.get(name)?.state;
    if (own === undefined) world.violate(`the desk ${name} is not there at the end`);
    else compareStates(world, name, [...deskLines(own, place)], [...deskLines(state, place)]);
  }
  const taken = entries.flatMap(({ inputs }) => inputs.flatMap(({ input }) => (input.kind === 'alert' ? [input.event.id] : [])));
  if (taken.join() !== events.map(({ id }) => id).join()) world.violate('the desk did not take in the alert events once and in order');
  if (new Set(orders.map(({ id }) => id)).size !== orders.length) world.violate('two pages have one id');
  for (const { alertId } of events) {
    const incident = state.closed.get(state.incidentOfAlert.get(alertId) ?? '') ?? state.open.get(state.incidentOfAlert.get(alertId) ?? '');
    if (incident !== undefined && incident.members.get(alertId)?.page == null) world.violate(`the alert ${alertId} was not paged, and nothing says why`);
  }
  const episodes = new Map<string, string[]>();
  for (const { episodeId, kind, reason } of orders) episodes.set(episodeId, [...(episodes.get(episodeId) ?? []), reason === 'quiet-hours-ended' && kind === 'escalated' ? reason : kind]);
  // Whoever slept through the fire and its end is told of both when quiet hours are over.
  for (const [episodeId, kinds] of episodes) if (!/^opened(,escalated|,quiet-hours-ended)*,resolved(,quiet-hours-ended,resolved)*$/u.test(kinds.join())) world.violate(`the pages of the episode ${episodeId} are ${kinds.join(', ')}`);
  return orders;
}

/** Fields of an incident, and of what is in it, stand in another order after a restart; mostly the lines are the same as they are. */
function compareStates(world: World, name: string, own: readonly string[], read: readonly string[]): void {
  if (own.length === read.length && own.every((line, at) => line === read[at])) return;
  const ordered = (lines: readonly string[]): string[] => lines.map((line) => JSON.stringify(inOrder(JSON.parse(line))));
  compare(world, `the state of ${name}`, ordered(own), ordered(read));
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, inOrder(each)]);
}
