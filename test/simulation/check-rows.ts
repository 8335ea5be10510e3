import { readLostPage } from '../../alerts/notify/lost-pages.ts';
import type { LostPage } from '../../core/lost-page.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { isGrouped } from '../../stream/counter/watch/rule-watch.ts';
import { decodeJson } from '../../stream/frames/record.ts';
import { compare, countsSaid, naiveCounts } from './check-counts.ts';
import { keyOf, WORKSPACES } from './clients.ts';
import { HORIZON_MS, type CounterNode } from './nodes.ts';
import { readLog } from './read-log.ts';
import { scoreText, type SentItem } from './sample-feedback.ts';
import type { Damage } from './timeline.ts';
import type { World } from './world.ts';

const DAY_MS = 86_400_000;
/** Shorter than what the shortest rule keeps. */
const RULE_WINDOW_MS = 5 * 60_000;

/** Rows in the store and those put aside, together, are the accepted items, each once and as it was sent; so are the counts. */
export async function checkRows(world: World): Promise<void> {
  const { clients, counter } = world;
  for (const key of clients.named.keys()) if (!clients.accepted.has(key)) world.violate(`the item ${key} was never accepted`);
  const rows = world.writer.rows.map(({ row }) => row);
  const buried = await buriedRows(world);
  const there = [...rows.map(({ item }) => item.ticket!), ...buried.keys()];
  const isThere = new Set(there);
  // An item without an id whose request failed may be there or not.
  const unnamed = [...clients.unnamed.values()].filter(({ item, accepted }) => accepted || isThere.has(item.ticket)).map(({ item }) => item);
  const expected = [...clients.named.values(), ...unnamed];
  compare(world, 'the rows', there, expected.map(({ ticket }) => ticket));
  const sent = new Map(expected.map((item) => [item.ticket, item]));
  for (const { item } of rows) {
    const original = sent.get(item.ticket!);
    if (original === undefined) continue;
    if (item.text !== original.text || item.workspace !== original.workspace || item.createdAtMs !== Date.parse(original.createdAt) || (original.id !== undefined && keyOf(item) !== keyOf(original))) {
      world.violate(`the item ${item.ticket} changed on its way`);
    }
  }
  const repeats = checkRepeats(world, [...rows, ...buried.values()]);
  if (counter === undefined) return;
  const originals = expected.filter(({ ticket }) => !repeats.has(ticket));
  checkAcceptedCounts(world, counter, originals);
  // A row that the store refused is missing from the past that a new rule is given.
  if (rows.length === there.length) checkRuleCounts(world, counter, originals);
}

/** Each repeat names a first one of the same customer that is no repeat, and what a customer says twice in a row is one. Answers the repeats' tickets. */
function checkRepeats(world: World, rows: readonly StoredItem[]): Set<string> {
  const repeats = new Set<string>();
  const byId = new Map(rows.map((row) => [`${row.item.workspace}/${row.item.id}`, row]));
  const latest = new Map<string, StoredItem>();
  for (const row of [...rows].sort((a, b) => a.sequence - b.sequence || a.index - b.index)) {
    const { workspace, customer, text, ticket } = row.item;
    const sender = `${workspace}/${customer?.id}`;
    if (row.duplicateOf !== undefined) {
      repeats.add(ticket!);
      const first = byId.get(`${workspace}/${row.duplicateOf}`);
      if (customer === undefined || first === undefined || first.duplicateOf !== undefined || first.item.customer?.id !== customer.id) world.violate(`the item ${ticket} repeats ${row.duplicateOf}, which is none of its customer's first ones`);
      continue;
    }
    const before = latest.get(sender);
    const isApart = before === undefined || before.item.text !== text || Math.abs(before.createdAtMs - row.createdAtMs) > HORIZON_MS - 1_000;
    if (customer !== undefined && !isApart) world.violate(`the item ${ticket} counts, and the customer's one before it says the same`);
    if (customer !== undefined) latest.set(sender, row);
  }
  return repeats;
}

function checkAcceptedCounts(world: World, counter: CounterNode, accepted: readonly SentItem[]): void {
  const { nowMs } = counter.state;
  const items = accepted.map(({ workspace, text, createdAt }) => ({ workspace, categories: scoreText(text).categories.map(({ id }) => id), atMs: Date.parse(createdAt) }));
  compare(world, 'the counts of accepted items', countsSaid(counter), naiveCounts(items, nowMs));
  const shown = counter.flow.board('default').totals24h.items;
  const ofLastDay = items.filter(({ workspace, atMs }) => workspace === 'default' && atMs > nowMs - DAY_MS).length;
  if (shown !== ofLastDay) world.violate(`the board shows ${shown} items of the last day, and ${ofLastDay} were accepted`);
}

/** The windows of each rule hold the past as well, from before the rule was there. */
function checkRuleCounts(world: World, { flow, state }: CounterNode, accepted: readonly SentItem[]): void {
  for (const { rule } of state.rules) {
    const { id, where, groupBy } = rule;
    if (!isGrouped(rule) || (where !== undefined && where !== 'complaint')) continue;
    const counts = new Map<string, number>();
    for (const { workspace, text, channel, createdAt } of accepted) {
      const { complaint, categories } = scoreText(text);
      if (Date.parse(createdAt) <= state.nowMs - RULE_WINDOW_MS || (where !== undefined && !complaint)) continue;
      for (const category of groupBy.includes('category') ? categories.map((one) => one.id) : ['']) {
        const key = `${id} ${workspace} ${groupBy.map((field) => (field === 'category' ? category : channel)).join()}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    const said = WORKSPACES.flatMap((workspace) => flow.answer({ workspace, groupBy, windowMs: RULE_WINDOW_MS, ...(where === undefined ? {} : { where }) }).groups
      .map(({ key, count }) => `${id} ${workspace} ${groupBy.map((field) => key[field]).join()}: ${count}`));
    compare(world, 'the counts of rules', said, [...counts].map(([key, count]) => `${key}: ${count}`));
  }
}

/** What could not be read, stored or delivered is on the dead-letter log, and nothing else. */
export async function checkDeadLetters(world: World, damages: readonly Damage[]): Promise<void> {
  const letters = (await readLog(world.bus, 'dead')).map(({ value }) => decodeJson('dead', value));
  const damaged = damages.map(({ log, sequence }) => `${log} ${sequence}`);
  const decoded = new Set(letters.filter(({ stage }) => stage === 'decode').map(({ log, sequence }) => `${log} ${sequence}`));
  compare(world, 'the dead letters', [...decoded], damaged);
  await checkLostPages(world, letters.filter(({ stage }) => stage === 'notify').map(({ bytes }) => readLostPage(Buffer.from(bytes, 'base64'))));
  for (const { log, sequence, stage, reason } of letters) {
    if (stage !== 'decode' && stage !== 'store' && stage !== 'notify') world.violate(`entry ${sequence} of the ${log} log was put aside though nothing is wrong with it: ${stage}, ${reason}`);
  }
}

/** A page that is not tried again is a dead letter, and each such letter is of a page that its receiver refused. */
async function checkLostPages(world: World, lost: readonly LostPage[]): Promise<void> {
  const letters = new Set(lost.map(({ channelId, order }) => `${channelId} ${order.id}`));
  const failed = (await readLog(world.bus, 'deliveries')).map(({ value }) => decodeJson('delivery', value)).filter(({ outcome }) => outcome === 'failed');
  for (const { channelId, eventId } of failed) if (!letters.has(`${channelId} ${eventId}`)) world.violate(`the page ${eventId} over ${channelId} is lost and no dead letter tells it`);
  for (const { channelId, order } of lost) {
    if (world.receivers.find(({ id }) => id === channelId)?.refused.has(order.id) !== true) world.violate(`the page ${order.id} over ${channelId} was put aside though nobody refused it`);
  }
}

/** Rows that the store refused, from the dead letters, by ticket. */
export async function buriedRows(world: World): Promise<Map<string, StoredItem>> {
  const letters = (await readLog(world.bus, 'dead')).map(({ value }) => decodeJson('dead', value)).filter(({ stage }) => stage === 'store');
  const rows = letters.map(({ bytes }) => JSON.parse(Buffer.from(bytes, 'base64').toString('utf8')) as StoredItem);
  return new Map(rows.map((row) => [row.item.ticket!, row]));
}
