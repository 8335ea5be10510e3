import { troubleOf } from '../../core/trouble.ts';
import { checkDesk } from './check-desk.ts';
import { checkPages } from './check-pages.ts';
import { checkReplay } from './check-replay.ts';
import { checkRouting } from './check-routing.ts';
import { checkDeadLetters, checkRows } from './check-rows.ts';
import type { Breakage } from './breakages.ts';
import type { Life } from './routing-book.ts';
import { startTimeline, TROUBLE_MS } from './timeline.ts';
import { World } from './world.ts';

const LOOK_EVERY_MS = 2_000;
/** Longer than any window, and than what the notifier waits for; past it something hangs. */
const DRAIN_MS_MAX = 30 * 60_000;

export interface SeedResult {
  seed: number;
  /** What did not hold; empty where all is well. */
  violations: string[];
  /** Kinds of the rules that opened alerts, one for each alert. */
  kinds: string[];
  /** What happened last, oldest first. */
  trace: string[];
  stats: { items: number; rows: number; entries: number; events: number; troubles: number; pages: number; restarts: number; virtualMs: number };
}

async function drain(world: World): Promise<void> {
  const { time } = world;
  const lateMs = time.nowMs() + DRAIN_MS_MAX;
  let waitsFor: string | null = 'everything';
  for (let quiet = 0; quiet < 2 && time.nowMs() < lateMs;) {
    await time.runUntil(time.nowMs() + LOOK_EVERY_MS);
    waitsFor = await world.waitsFor();
    quiet = waitsFor === null ? quiet + 1 : 0;
  }
  if (waitsFor !== null) world.violate(`after ${DRAIN_MS_MAX / 60_000} minutes without trouble ${waitsFor}`);
}

/** Nobody sends anything any more, so a rule that watches for silence would stay open for ever, and so would one that joins it. */
async function endSilences(world: World): Promise<void> {
  const rules = (await world.rules.list()).map(({ rule }) => rule);
  // A composite goes before the rules that it names.
  for (const unending of ['composite', 'absence']) for (const { id, kind } of rules) if (kind === unending) await world.rules.remove(id);
}

/** One whole life of the server: trouble, then calm, then everything is looked at. The same seed is the same life. */
export async function runSeed(seed: number, broken?: Breakage, life: Life = 'plain'): Promise<SeedResult> {
  const world = new World(seed, broken, life);
  const { time, clients } = world;
  const startMs = time.nowMs();
  const damages = startTimeline(world);
  world.start();
  clients.start(TROUBLE_MS);
  await time.runUntil(startMs + TROUBLE_MS);
  world.trace('from here on all is well');
  world.calm();
  await endSilences(world);
  await drain(world);
  if (world.random.chance(0.3)) {
    // Everything is done, so starting again must do nothing.
    world.killAll('killed when all was done');
    await drain(world);
  }
  await checkRows(world);
  await checkDeadLetters(world, damages);
  const { events, kinds } = await checkReplay(world);
  await checkPages(world, checkDesk(world, events));
  checkRouting(world);
  const { lastSequence } = await world.bus.log('scored').info();
  await world.bus.close();
  return {
    seed,
    violations: world.violations,
    trace: world.traced,
    kinds,
    stats: {
      items: clients.named.size + clients.unnamed.size,
      rows: world.writer.rows.length,
      entries: lastSequence,
      events: events.length,
      troubles: events.filter(({ kind, ruleId }) => kind === 'opened' && troubleOf(ruleId) !== undefined).length,
      pages: world.receivers.reduce((sum, { arrivals }) => sum + arrivals.length, 0),
      restarts: world.restarts,
      virtualMs: time.nowMs() - startMs,
    },
  };
}
