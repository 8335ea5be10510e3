import type { AlertEvent } from '../../core/alert.ts';
import type { ScoredEntry } from '../../core/frame.ts';
import { troubleOf } from '../../core/trouble.ts';
import { encodeState } from '../../stream/counter/encode-state.ts';
import { createState } from '../../stream/counter/state.ts';
import { step } from '../../stream/counter/step.ts';
import { decodeJson } from '../../stream/frames/record.ts';
import { decodeScoredEntry } from '../../stream/frames/scored-entry.ts';
import { breakEvents } from './breakages.ts';
import { compare } from './check-counts.ts';
import { buriedRows } from './check-rows.ts';
import { COUNTER_CONFIG } from './nodes.ts';
import { readLog } from './read-log.ts';
import { Witness } from './witness.ts';
import type { World } from './world.ts';

export interface Replayed {
  events: AlertEvent[];
  /** Of rules that opened alerts, one for each alert. */
  kinds: string[];
}

/** A counter that never failed, fed with the whole scored log, comes to the same state and to the same events, and each alert claims what is so. */
export async function checkReplay(world: World): Promise<Replayed> {
  const events = (await readLog(world.bus, 'alerts')).map(({ value }) => decodeJson('alert', value));
  const { counter } = world;
  if (counter === undefined) return { events, kinds: [] };
  const state = createState(COUNTER_CONFIG);
  const replayed: AlertEvent[] = [];
  const witness = new Witness(world, await buriedRows(world));
  for (const entry of await readLog(world.bus, 'scored')) {
    if (entry.sequence > counter.state.sequence) break;
    const value = decoded(entry.value);
    const { rows, events: told } = step(state, { ...entry, value });
    // On the log each event but the last of an entry says that more of it follow.
    replayed.push(...told.map((event, at): AlertEvent => (at + 1 < told.length ? { ...event, more: true } : event)));
    witness.saw(state, value, { rows, events: breakEvents(told, (id) => state.rules.find(({ rule }) => rule.id === id)?.rule.kind, world.broken) });
  }
  const kinds = witness.judge();
  const counted = events.filter(({ ruleId }) => troubleOf(ruleId) === undefined);
  const line = (event: AlertEvent): string => `${event.sequence}.${event.index} ${JSON.stringify(event)}`;
  compare(world, 'the events', counted.map(line), replayed.map(line));
  if (counted.map(({ id }) => id).join() !== replayed.map(({ id }) => id).join()) world.violate('the events stand in another order than a replay gives them');
  if (Buffer.compare(encodeState(state), encodeState(counter.state)) !== 0) world.violate('a replay of the scored log comes to another state');
  const booked = (await world.rules.list()).map(({ rule }) => JSON.stringify(rule)).sort();
  compare(world, 'the rules in force', counter.state.rules.map(({ rule }) => JSON.stringify(rule)).sort(), booked);
  checkIncidents(world, events);
  return { events, kinds };
}

function decoded(bytes: Uint8Array): ScoredEntry {
  try {
    return decodeScoredEntry(bytes);
  } catch {
    return { kind: 'tick' };
  }
}

/** Each incident: opened once, then escalated, then over once. */
function checkIncidents(world: World, events: readonly AlertEvent[]): void {
  const ids = new Set<string>();
  const kinds = new Map<string, AlertEvent['kind'][]>();
  const openGroups = new Set<string>();
  for (const event of events) {
    if (ids.has(event.id)) world.violate(`the event ${event.id} stands twice on the alert log`);
    ids.add(event.id);
    kinds.set(event.alertId, [...(kinds.get(event.alertId) ?? []), event.kind]);
    const group = `${event.ruleId} ${event.workspace} ${JSON.stringify(event.group)}`;
    if (event.kind === 'opened' && openGroups.has(group)) world.violate(`${group} opens while it is open`);
    if (event.kind === 'opened') openGroups.add(group);
    if (event.kind === 'resolved') openGroups.delete(group);
  }
  for (const [alertId, story] of kinds) {
    if (!/^opened(,escalated)*,resolved$/u.test(story.join())) world.violate(`the alert ${alertId} went ${story.join(', ')}`);
  }
}
