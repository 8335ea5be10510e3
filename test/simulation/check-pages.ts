import type { AlertEvent } from '../../core/alert.ts';
import type { Arrival, Receiver } from './receiver.ts';
import type { World } from './world.ts';

/** Every event reached those that it was meant for, under one key, in order; ends are told where fires were. */
export function checkPages(world: World, events: readonly AlertEvent[]): void {
  for (const receiver of world.receivers) {
    const story = new Map<string, { event: AlertEvent; arrivals: Arrival[] }[]>();
    for (const event of events) {
      if (!meantFor(event).includes(receiver.id)) continue;
      const arrivals = receiver.arrivals.filter(({ eventId }) => eventId === event.id);
      story.set(event.alertId, [...(story.get(event.alertId) ?? []), { event, arrivals }]);
    }
    for (const pages of story.values()) checkStory(world, receiver, pages);
    const known = new Set(events.map(({ id }) => id));
    for (const { eventId } of receiver.arrivals) if (!known.has(eventId)) world.violate(`${receiver.id} got a page of an event that is not on the alert log, ${eventId}`);
  }
}

function meantFor({ kind, notify }: AlertEvent): string[] {
  if (kind === 'escalated' && notify.length === 0) return [];
  const meant = new Set(notify.flatMap((name) => (name === 'on-call' ? ['hook', 'desk'] : [name])));
  return meant.size === 0 ? ['hook', 'desk'] : [...meant];
}

function checkStory(world: World, { id }: Receiver, pages: readonly { event: AlertEvent; arrivals: Arrival[] }[]): void {
  const isWilling = id === 'hook';
  const fired = pages.some(({ event, arrivals }) => event.kind !== 'resolved' && arrivals.length > 0);
  for (const { event, arrivals } of pages) {
    const name = `the page "${event.kind}" of ${event.alertId} over ${id}`;
    const wasMeant = event.kind !== 'resolved' || pages.some((page) => page.event.kind !== 'resolved');
    if (isWilling && wasMeant && arrivals.length === 0) world.violate(`${name} was never delivered`);
    if (event.kind === 'resolved' && fired !== arrivals.length > 0) world.violate(`${name} was ${fired ? 'not delivered though the fire was' : 'delivered though no fire was'}`);
    if (new Set(arrivals.map(({ key }) => key)).size > 1) world.violate(`${name} came under ${arrivals.map(({ key }) => key).join(' and ')}`);
    if (new Set(arrivals.map(({ body }) => body)).size > 1) world.violate(`${name} came with different contents`);
  }
  const firsts = pages.flatMap(({ event, arrivals }) => (arrivals[0] === undefined ? [] : [{ kind: event.kind, atMs: arrivals[0].atMs }]));
  if (firsts.some(({ atMs }, index) => index > 0 && atMs < firsts[index - 1]!.atMs)) world.violate(`the pages of ${pages[0]!.event.alertId} came to ${id} out of order: ${firsts.map(({ kind }) => kind).join(', ')}`);
}
