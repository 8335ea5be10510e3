import type { Rule } from '../../core/rule.ts';
import { troubleOf } from '../../core/trouble.ts';
import { checkDesk } from './check-desk.ts';
import { checkPages } from './check-pages.ts';
import { checkReplay } from './check-replay.ts';
import { checkRouting } from './check-routing.ts';
import { checkDeadLetters, checkRows } from './check-rows.ts';
import type { Breakage } from './breakages.ts';
import type { Life } from './routing-book.ts';
import { operate } from './operators.ts';
import { damageSnapshot } from './sim-snapshots.ts';
import { startTimeline, watchForSilence } from './timeline.ts';
import { World } from './world.ts';

/** Longer than any window, and than what the notifier waits for; past it something hangs. */
const DRAIN_MS_MAX = 30 * 60_000;

export interface SeedResult {
  seed: number;
  /** What did not hold; empty where all is well. */
  violations: string[];
  /** How often each thing happened that a life is there to meet, by name; see `least-met.ts`. */
  happened: Record<string, number>;
  /** What happened last, oldest first. */
  trace: string[];
  stats: { items: number; rows: number; entries: number; events: number; troubles: number; pages: number; restarts: number; virtualMs: number };
}

async function drain(world: World, alerts: 'open-alerts' | 'no-alert' = 'no-alert'): Promise<void> {
  const { time } = world;
  const lateMs = time.nowMs() + DRAIN_MS_MAX;
  let waitsFor: string | null = 'everything';
  for (let quiet = 0; quiet < 2 && time.nowMs() < lateMs;) {
    await time.runUntil(time.nowMs() + world.span.lookEveryMs);
    waitsFor = await world.waitsFor(alerts);
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

/** Nobody says anything for longer than a window, so whoever normally speaks is missed; then, in half of these lives, somebody speaks again. */
async function fallSilent(world: World): Promise<void> {
  const { random, time, span, clients } = world;
  await watchForSilence(world);
  const windowsMs = (await world.rules.list()).flatMap(({ rule }) => (rule.kind === 'absence' ? [rule.windowMs] : []));
  await time.runUntil(time.nowMs() + Math.min(...windowsMs) + random.between(5_000, 20_000));
  if (random.chance(0.5)) clients.start({ ...span, troubleMs: 3_000 });
  await drain(world, 'open-alerts');
}

/** All alerts end. */
async function endLife(world: World): Promise<void> {
  const { span, random, time } = world;
  if (span.ending === 'windows-run-out') {
    await endSilences(world);
    return drain(world);
  }
  if (span.ending === 'asleep') world.sleep(random.between(60_000, 150_000));
  await drain(world, 'open-alerts');
  if (span.ending === 'falls-silent') await fallSilent(world);
  if (span.ending === 'asleep') await endSilences(world);
  else {
    // What is open is worked on, and the windows of the rules are looked at before they go.
    for (let number = random.between(0, 3); number > 0; number -= 1) await operate(world);
    await time.runUntil(time.nowMs() + 1_000);
    await checkRows(world);
    for (const { id } of (await world.rules.list()).map(({ rule }) => rule).sort(compositesFirst)) await world.rules.remove(id);
  }
  await drain(world);
  if (random.chance(0.3)) await damageSnapshot(world);
}

/** A composite goes before the rules that it names. */
function compositesFirst(a: Rule, b: Rule): number {
  return Number(b.kind === 'composite') - Number(a.kind === 'composite');
}

/** One whole life of the server: trouble, then calm, then everything is looked at. The same seed is the same life. */
export async function runSeed(seed: number, broken?: Breakage, life: Life = 'plain'): Promise<SeedResult> {
  const world = new World(seed, broken, life);
  const { time, clients } = world;
  const startMs = time.nowMs();
  const damages = startTimeline(world);
  world.start();
  clients.start(world.span);
  await time.runUntil(startMs + world.span.troubleMs);
  world.trace('from here on all is well');
  world.calm();
  await endLife(world);
  if (world.random.chance(world.span.lastKill)) {
    // Everything is done, so starting again must do nothing.
    world.killAll('killed when all was done');
    await drain(world);
  }
  await checkRows(world);
  await checkDeadLetters(world, damages);
  const { events, kinds } = await checkReplay(world);
  const orders = checkDesk(world, events);
  await checkPages(world, orders);
  for (const kind of kinds) world.note(`opened: ${kind}`);
  for (const { kind, ruleId } of events) world.note(troubleOf(ruleId) === undefined ? `alert: ${kind}` : `own trouble ${troubleOf(ruleId)}: ${kind}`);
  for (const event of events) if (event.kind === 'resolved') world.note(`over: ${event.reason}`);
  for (const { reason } of orders) world.note(`page: ${reason}`);
  world.note(`life: ${world.span.name}, ${world.span.ending}, ${world.isOneProcess ? 'one process' : world.nodes.includes('incidents-2') ? 'two desks' : 'many processes'}`);
  checkRouting(world);
  const { lastSequence } = await world.bus.log('scored').info();
  await world.bus.close();
  return {
    seed,
    violations: world.violations,
    trace: world.traced,
    happened: Object.fromEntries([...world.happened].sort(([a], [b]) => (a < b ? -1 : 1))),
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
