import type { PageOrder } from '../../core/page-order.ts';
import { decodeJson } from '../../stream/frames/record.ts';
import type { Arrival, Receiver } from './receiver.ts';
import { readLog } from './read-log.ts';
import type { World } from './world.ts';

/** Every page reached those that it was ordered for, under one key, in order; ends are told where fires were. */
export async function checkPages(world: World, orders: readonly PageOrder[]): Promise<void> {
  const records = (await readLog(world.bus, 'deliveries')).map(({ value }) => decodeJson('delivery', value));
  const known = new Set(orders.map(({ id }) => id));
  for (const receiver of world.receivers) {
    const story = new Map<string, { order: PageOrder; arrivals: Arrival[] }[]>();
    for (const order of orders) {
      // No receiver here hears of acknowledgements.
      if (order.reason === 'acknowledged' || !meantFor(order).includes(receiver.id)) continue;
      const arrivals = receiver.arrivals.filter(({ eventId }) => eventId === order.id);
      story.set(order.episodeId, [...(story.get(order.episodeId) ?? []), { order, arrivals }]);
    }
    const refusals = new Set(records.filter(({ channelId, outcome }) => channelId === receiver.id && outcome === 'failed').map(({ eventId }) => eventId));
    for (const [episodeId, pages] of story) checkStory(world, receiver, { pages, refusals, acknowledgedAt: orders.findLast((order) => order.episodeId === episodeId && order.reason === 'acknowledged')?.number ?? 0 });
    for (const { eventId } of receiver.arrivals) if (!known.has(eventId)) world.violate(`${receiver.id} got a page that was not ordered, ${eventId}`);
  }
}

function meantFor({ notify }: PageOrder): string[] {
  return [...new Set(notify.flatMap((name) => (name === 'on-call' || name === 'default' ? ['hook', 'desk'] : [name])))];
}

interface Story {
  /** Of one episode over one channel, in order. */
  pages: readonly { order: PageOrder; arrivals: Arrival[] }[];
  /** Ids of the pages of which a record says that they were refused. */
  refusals: ReadonlySet<string>;
  /** Number of the latest acknowledgement; 0 where there is none. */
  acknowledgedAt: number;
}

function checkStory(world: World, { id, refused }: Receiver, { pages, refusals, acknowledgedAt }: Story): void {
  // An acknowledgement stops steps that still wait at a channel.
  const isStopped = ({ reason, number }: PageOrder): boolean => (reason === 'escalation-step' || reason === 'escalated-by-hand') && number < acknowledgedAt;
  const isWilling = id === 'hook';
  const fired = pages.some(({ order, arrivals }) => order.kind !== 'resolved' && arrivals.length > 0);
  for (const { order, arrivals } of pages) {
    const name = `the page "${order.kind}" of ${order.episodeId} over ${id}`;
    const wasMeant = order.kind !== 'resolved' || pages.some((page) => page.order.kind !== 'resolved' && !isStopped(page.order));
    if (isWilling && wasMeant && arrivals.length === 0 && !isStopped(order)) world.violate(`${name} was never delivered`);
    // Of a step that was stopped, and of a page whose refusal was lost with its process, nobody may know whether it had arrived: its end is told then.
    const mayEnd = pages.some((page) => isStopped(page.order) || (refused.has(page.order.id) && !refusals.has(page.order.id)));
    if (order.kind === 'resolved' && (fired ? arrivals.length === 0 : arrivals.length > 0 && !mayEnd)) world.violate(`${name} was ${fired ? 'not delivered though the fire was' : 'delivered though no fire was'}`);
    if (new Set(arrivals.map(({ key }) => key)).size > 1) world.violate(`${name} came under ${arrivals.map(({ key }) => key).join(' and ')}`);
    if (new Set(arrivals.map(({ body }) => body)).size > 1) world.violate(`${name} came with different contents`);
  }
  const firsts = pages.flatMap(({ order, arrivals }) => (arrivals[0] === undefined ? [] : [{ said: `${order.number} ${order.reason} at ${arrivals[0].atMs - order.openedAtMs} ms`, atMs: arrivals[0].atMs }]));
  if (firsts.some(({ atMs }, index) => index > 0 && atMs < firsts[index - 1]!.atMs)) world.violate(`the pages of ${pages[0]!.order.episodeId} came to ${id} out of order: ${firsts.map(({ said }) => said).join(', ')}`);
}
