import type { Prng } from '../../server/play/prng.ts';
import { checkCounts } from './check-counts.ts';
import { operate } from './operators.ts';
import { COMPOSITE_ID, PLAIN_IDS, drawComposite, drawRule } from './rules.ts';
import { letters } from './sample-feedback.ts';
import { damageSnapshot } from './sim-snapshots.ts';
import type { NodeName } from './nodes.ts';
import type { World } from './world.ts';

const KINDS = [
  'kill', 'kill', 'kill', 'stop-notifier', 'log-away', 'store-away', 'receiver', 'receiver', 'scorer', 'hand-out-again', 'damage', 'snapshot', 'snapshot', 'rules', 'rules', 'look', 'people', 'people', 'people',
] as const;
const KILLABLE: readonly NodeName[] = ['gateway-1', 'gateway-2', 'scorer-1', 'scorer-2', 'counter', 'counter', 'counter', 'incidents', 'incidents', 'incidents-2', 'notifier', 'notifier'];

/** What was damaged, so that its dead letter can be asked for. */
export interface Damage {
  log: 'raw' | 'scored';
  sequence: number;
}

/** Draws what goes wrong and when, and sets it going. */
export function startTimeline(world: World): Damage[] {
  const { random, time } = world;
  const damages: Damage[] = [];
  if (world.span.name === 'short' && random.chance(0.3)) void makeAllRules(world);
  else for (let number = random.between(1, 4); number > 0; number -= 1) void changeRules(world, pickId(random));
  for (let number = random.between(0, world.span.troublesMax); number > 0; number -= 1) {
    const kind = random.pick(KINDS);
    time.after(random.below(world.span.troubleMs), () => begin(world, kind, damages));
  }
  return damages;
}

function begin(world: World, kind: (typeof KINDS)[number], damages: Damage[]): void {
  const { random, time, faults } = world;
  world.note(`trouble: ${kind}`);
  switch (kind) {
    case 'kill':
      return world.kill(random.pick(KILLABLE), 'killed');
    case 'stop-notifier':
      return void world.restartNotifier();
    case 'log-away':
      return takeLogsAway(world);
    case 'store-away':
      world.trace('the store is away');
      faults.storeIsAway = true;
      return void time.after(random.between(500, world.span.storeAwayMsMax), () => (faults.storeIsAway = false));
    case 'receiver': {
      const receiver = random.pick(world.receivers);
      receiver.mood = faults.receiverMood();
      return world.trace(`receiver ${receiver.id} is ${receiver.mood}`);
    }
    case 'scorer': {
      const name = random.pick(['scorer-1', 'scorer-2'] as const);
      world.scorerMoods[name] = faults.scorerMood();
      return world.trace(`${name} is ${world.scorerMoods[name]}`);
    }
    case 'hand-out-again':
      return world.bus.faults.redeliver(random.pick(['raw', 'incidents'] as const));
    case 'damage':
      return void damage(world, damages);
    case 'snapshot':
      return void damageSnapshot(world).catch(() => world.trace('the snapshots are away'));
    case 'rules':
      void changeRules(world, pickId(random));
      // Now and then undone or done again at once.
      if (random.chance(0.3)) void changeRules(world, pickId(random));
      return;
    case 'people':
      return void operate(world).catch(() => world.trace('the log is away and nobody can do anything'));
    case 'look':
      return void checkCounts(world).catch(() => world.trace('the log is away and cannot be counted'));
  }
}

function takeLogsAway({ random, time, faults, bus, span }: World): void {
  faults.acksAreLost = true;
  time.after(random.below(1_500), () => {
    faults.acksAreLost = false;
    if (faults.isOver) return;
    bus.faults.disconnect();
    time.after(random.between(500, span.logAwayMsMax), () => bus.faults.reconnect());
  });
}

/** An entry on a log that nobody can read: garbage, one cut short, one of a version to come. */
async function damage(world: World, damages: Damage[]): Promise<void> {
  const { random, bus } = world;
  const log = random.pick(['raw', 'scored'] as const);
  world.note(`damaged entry: ${log}`);
  const texts = [letters(random, 30), '{"v":1,"kind":"tick","count":0}', '{"v":99,"kind":"scored","count":0}\n', '{"v":1,"kind":"scored","count":2,"rawSequence":1}\n{}\n', ''];
  const bytes = new TextEncoder().encode(random.pick(texts));
  try {
    const { sequence } = await bus.log(log).append(bytes, `damage-${letters(random, 12)}`);
    damages.push({ log, sequence });
  } catch {
    world.trace('damage: the log is away');
  }
}

function pickId(random: Prng): string {
  return random.pick([...PLAIN_IDS, COMPOSITE_ID]);
}

/** A composite cannot come before the rules that it names. */
async function makeAllRules(world: World): Promise<void> {
  for (const id of [...PLAIN_IDS, COMPOSITE_ID]) await changeRules(world, id);
}

/** A rule that watches for silence, where there is none yet. */
export async function watchForSilence(world: World): Promise<void> {
  const { random, rules } = world;
  const booked = (await rules.list()).map(({ rule }) => rule);
  if (booked.some(({ kind }) => kind === 'absence')) return;
  const id = PLAIN_IDS[0];
  const rule = drawRule(random, id, 'absence');
  await (booked.some((one) => one.id === id) ? rules.replace(id, rule) : rules.create(rule));
  world.trace(`rules: ${id} watches for silence`);
}

async function changeRules(world: World, id: string): Promise<void> {
  const { random } = world;
  const rule = id === COMPOSITE_ID ? drawComposite(random) : drawRule(random, id);
  try {
    const known = (await world.rules.list()).some((booked) => booked.rule.id === id);
    world.trace(`rules: ${id} ${known ? 'changes' : 'comes'}`);
    const change = !known ? 'comes' : random.chance(0.5) ? 'changes' : 'goes';
    if (change === 'comes') await world.rules.create(rule);
    else if (change === 'changes') await world.rules.replace(id, rule);
    else await world.rules.remove(id);
    world.note(`rule: ${change}`);
    if (change !== 'goes') world.note(`rule of kind ${String(rule['kind'])}`);
  } catch (error) {
    world.trace(`rules: ${String(error)}`);
  }
}
