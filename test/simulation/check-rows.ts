import { compare, naiveCounts } from './check-counts.ts';
import { keyOf } from './clients.ts';
import { scoreText } from './sample-feedback.ts';
import type { World } from './world.ts';
import { decodeJson } from '../../stream/frames/record.ts';
import { readLog } from './read-log.ts';
import type { Damage } from './timeline.ts';

/** Rows in the store and those put aside, together, are the accepted items, each once; so are the counts. */
export async function checkRows(world: World): Promise<void> {
  const { clients, writer, counter } = world;
  for (const key of clients.named.keys()) if (!clients.accepted.has(key)) world.violate(`the item ${key} was never accepted`);
  const known = [...clients.named.values(), ...[...clients.unnamed.values()].map(({ item }) => item)];
  const rows = writer.rows.map(({ row }) => row);
  const buried = [...await buriedRows(world)];
  const there = new Set([...rows.map(({ item }) => item.order!), ...buried]);
  // An item without an id whose request failed may be there or not.
  const expected = known.filter((item) => item.id !== undefined || clients.unnamed.get(item.order)!.accepted || there.has(item.order));
  const inStore = [...rows.map(({ item }) => item.order!), ...buried];
  compare(world, 'the rows', inStore, expected.map(({ order }) => order));
  const texts = new Map(known.map((item) => [item.order, item.text]));
  for (const { item } of rows) if (item.text !== texts.get(item.order!)) world.violate(`the text of ${item.order} changed on its way`);
  for (const { item } of rows) {
    const sent = clients.named.get(keyOf(item));
    if (sent !== undefined && Date.parse(sent.createdAt!) !== item.createdAtMs) world.violate(`the time of ${item.order} changed on its way`);
  }
  if (counter === undefined) return;
  const { nowMs } = counter.state;
  const counted = expected.map(({ workspace, text, createdAt }) => ({ workspace, categories: scoreText(text).categories.map(({ id }) => id), atMs: Date.parse(createdAt!) }));
  const said = naiveCounts(counted, nowMs);
  const answered = counter.flow.board('default').totals24h.items;
  const day = expected.filter((item) => item.workspace === 'default' && Date.parse(item.createdAt!) > nowMs - 86_400_000).length;
  if (answered !== day) world.violate(`the board shows ${answered} items of the last day, and ${day} were accepted`);
  const minutes = (line: string): number => Number(line.split(' ')[0]);
  const answers = [1, 2, 5, 60, 1_440].flatMap((windowMin) => ['shop-a', 'default'].flatMap((workspace) => counter.flow.answer({ workspace, groupBy: ['category'], windowMs: windowMin * 60_000 })
    .groups.map(({ key, count }) => `${windowMin} min ${workspace} ${key['category']}: ${count}`)));
  compare(world, 'the counts of accepted items', answers, said.filter((line) => minutes(line) > 0));
}

/** What could not be read or stored is on the dead-letter log, and nothing else. */
export async function checkDeadLetters(world: World, damages: readonly Damage[]): Promise<void> {
  const letters = (await readLog(world.bus, 'dead')).map(({ value }) => decodeJson('dead', value));
  const damaged = damages.map(({ log, sequence }) => `${log} ${sequence}`);
  const decoded = new Set(letters.filter(({ stage }) => stage === 'decode').map(({ log, sequence }) => `${log} ${sequence}`));
  compare(world, 'the dead letters', [...decoded], damaged);
  for (const { log, sequence, stage, reason } of letters) {
    if (stage !== 'decode' && stage !== 'store') world.violate(`entry ${sequence} of the ${log} log was put aside though nothing is wrong with it: ${stage}, ${reason}`);
  }
}

async function buriedRows(world: World): Promise<Set<string>> {
  const letters = (await readLog(world.bus, 'dead')).map(({ value }) => decodeJson('dead', value)).filter(({ stage }) => stage === 'store');
  return new Set(letters.map(({ bytes }) => (JSON.parse(Buffer.from(bytes, 'base64').toString('utf8')) as { item: { order: string } }).item.order));
}
