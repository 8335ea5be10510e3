import type { Prng } from '../../server/play/prng.ts';
import { checkCounts } from './check-counts.ts';
import { operate } from './operators.ts';
import { COMPOSITE_ID, PLAIN_IDS, drawComposite, drawRule } from './rules.ts';
import { letters } from './sample-feedback.ts';
import { damageSnapshot } from './sim-snapshots.ts';
import type { NodeName } from './nodes.ts';
import type { World } from './world.ts';

/** For so long feedback comes and things go wrong; then all is well and time goes on until everything is done. */
export const TROUBLE_MS = 80_000;

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
  for (let number = random.between(1, 4); number > 0; number -= 1) changeRules(world, random);
  for (let number = random.between(0, 24); number > 0; number -= 1) {
    const kind = random.pick(KINDS);
    time.after(random.below(TROUBLE_MS), () => begin(world, kind, damages));
  }
  return damages;
}

function begin(world: World, kind: (typeof KINDS)[number], damages: Damage[]): void {
  const { random, time, faults } = world;
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
      return void time.after(random.between(500, 30_000), () => (faults.storeIsAway = false));
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
      return void damageSnapshot({ random, bus: world.bus, trace: (line) => world.trace(line) }).catch(() => world.trace('the snapshots are away'));
    case 'rules':
      changeRules(world, random);
      // Now and then undone or done again at once.
      if (random.chance(0.3)) changeRules(world, random);
      return;
    case 'people':
      return void operate(world).catch(() => world.trace('the log is away and nobody can do anything'));
    case 'look':
      return void checkCounts(world).catch(() => world.trace('the log is away and cannot be counted'));
  }
}

function takeLogsAway({ random, time, faults, bus }: World): void {
  faults.acksAreLost = true;
  time.after(random.below(1_500), () => {
    faults.acksAreLost = false;
    if (faults.isOver) return;
    bus.faults.disconnect();
    time.after(random.between(500, 20_000), () => bus.faults.reconnect());
  });
}

/** An entry on a log that nobody can read: garbage, one cut short, one of a version to come. */
async function damage(world: World, damages: Damage[]): Promise<void> {
  const { random, bus } = world;
  const log = random.pick(['raw', 'scored'] as const);
  const texts = [letters(random, 30), '{"v":1,"kind":"tick","count":0}', '{"v":99,"kind":"scored","count":0}\n', '{"v":1,"kind":"scored","count":2,"rawSequence":1}\n{}\n', ''];
  const bytes = new TextEncoder().encode(random.pick(texts));
  try {
    const { sequence } = await bus.log(log).append(bytes, `damage-${letters(random, 12)}`);
    damages.push({ log, sequence });
  } catch {
    world.trace('damage: the log is away');
  }
}

function changeRules(world: World, random: Prng): void {
  const id = random.pick([...PLAIN_IDS, COMPOSITE_ID]);
  const rule = id === COMPOSITE_ID ? drawComposite(random) : drawRule(random, id);
  const change = async (): Promise<void> => {
    const known = (await world.rules.list()).some((booked) => booked.rule.id === id);
    world.trace(`rules: ${id} ${known ? 'changes' : 'comes'}`);
    if (!known) await world.rules.create(rule);
    else if (random.chance(0.5)) await world.rules.replace(id, rule);
    else await world.rules.remove(id);
  };
  change().catch((error: unknown) => world.trace(`rules: ${String(error)}`));
}
