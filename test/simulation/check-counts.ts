import type { ScoredItem } from '../../core/frame.ts';
import { link } from '../../stream/duplicates/link.ts';
import { createDuplicateState } from '../../stream/duplicates/state.ts';
import { decodeScoredEntry } from '../../stream/frames/scored-entry.ts';
import { WORKSPACES } from './clients.ts';
import { COUNTER_CONFIG, type CounterNode } from './nodes.ts';
import { readLog } from './read-log.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;
const WINDOWS_MS = [MINUTE_MS, 2 * MINUTE_MS, 5 * MINUTE_MS, 60 * MINUTE_MS, 24 * 60 * MINUTE_MS];

/** What the counter says now is what counting the log's items one by one says. */
export async function checkCounts(world: World): Promise<void> {
  const { counter } = world;
  if (counter === undefined || !counter.isCaughtUp) return;
  const { sequence, nowMs } = counter.state;
  const said = countsSaid(counter);
  compare(world, 'the counts', said, naiveCounts(await itemsUpTo(world, sequence), nowMs));
}

/** What the counter answers, for each window, workspace and category. */
export function countsSaid({ flow }: CounterNode): string[] {
  return WINDOWS_MS.flatMap((windowMs) => WORKSPACES.flatMap((workspace) => flow.answer({ workspace, groupBy: ['category'], windowMs }).groups
    .map(({ key, count }) => `${windowMs / MINUTE_MS} min ${workspace} ${key['category']}: ${count}`)));
}

interface CountedItem {
  workspace: string;
  categories: readonly string[];
  /** Event time. */
  atMs: number;
}

/** The same by going through every item. */

export function naiveCounts(items: readonly CountedItem[], nowMs: number): string[] {
  const lines: string[] = [];
  for (const windowMs of WINDOWS_MS) {
    const counts = new Map<string, number>();
    for (const { workspace, categories, atMs } of items) {
      if (atMs <= nowMs - windowMs || atMs > nowMs) continue;
      for (const category of categories) counts.set(`${workspace} ${category}`, (counts.get(`${workspace} ${category}`) ?? 0) + 1);
    }
    for (const [key, count] of counts) lines.push(`${windowMs / MINUTE_MS} min ${key}: ${count}`);
  }
  return lines;
}

async function itemsUpTo(world: World, lastSequence: number): Promise<CountedItem[]> {
  const seen = new Set<string>();
  const items: CountedItem[] = [];
  const links = createDuplicateState(COUNTER_CONFIG.duplicates!);
  let nowMs = 0;
  for (const { sequence, timeMs, value } of await readLog(world.bus, 'scored')) {
    if (sequence > lastSequence) break;
    nowMs = Math.max(nowMs, timeMs);
    for (const { item, score } of scoredItems(value)) {
      // Every item has a ticket of its own, with an id or without.
      if (seen.has(item.ticket!)) continue;
      seen.add(item.ticket!);
      // The very linking that the counter does, here over the whole log at once.
      if (link(links, item, nowMs).kind === 'repeat') continue;
      items.push({ workspace: item.workspace, categories: score.categories.map(({ id }) => id), atMs: Math.min(item.createdAtMs, nowMs) });
    }
  }
  return items;
}

function scoredItems(bytes: Uint8Array): ScoredItem[] {
  try {
    const entry = decodeScoredEntry(bytes);
    return entry.kind === 'scored' ? entry.items : [];
  } catch {
    return [];
  }
}

/** Tells what is missing and what is too much. */
export function compare(world: Pick<World, 'violate'>, what: string, said: readonly string[], expected: readonly string[]): void {
  const left = new Map<string, number>();
  for (const line of expected) left.set(line, (left.get(line) ?? 0) + 1);
  const tooMuch = said.filter((line) => {
    const times = left.get(line) ?? 0;
    if (times > 0) left.set(line, times - 1);
    return times === 0;
  });
  const rest = [...left].flatMap(([line, times]) => new Array<string>(times).fill(line));
  if (rest.length === 0 && tooMuch.length === 0) return;
  world.violate(`${what} differ: missing ${shown(rest)}, too much ${shown(tooMuch)}`);
}

function shown(lines: readonly string[]): string {
  return lines.length === 0 ? 'nothing' : `${lines.length} [${lines.slice(0, 4).join(' | ')}${lines.length > 4 ? ' …' : ''}]`;
}
