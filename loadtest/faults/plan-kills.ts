import type { Prng } from '../../server/play/prng.ts';

/** Who is killed. `engine`: the process of the embedded ClickHouse engine alone; with the server it dies as well. */
export const VICTIMS = ['server', 'nats-server', 'both', 'engine'] as const;
export type Victim = (typeof VICTIMS)[number];

export interface Kill {
  victim: Victim;
  /** `ready`: delayMs after the last restart was ready; `start`: after it began, so that the kill meets a server that is reading back. */
  after: 'ready' | 'start';
  delayMs: number;
}

const READY_DELAY_MS = [300, 5_000] as const;
const START_DELAY_MS = [100, 2_500] as const;
const DURING_START_SHARE = 0.4;
/** A server gives its nats-server up when that ends more than five times a minute, as it should. */
const NATS_ALONE_IN_A_ROW_MAX = 3;

/** Which process dies when: the same seed gives the same plan. With four kills or more each victim is among them. */
export function planKills(prng: Prng, count: number): Kill[] {
  const kills: Kill[] = [];
  let natsAlone = 0;
  for (let index = 0; index < count; index += 1) {
    let victim: Victim = index < VICTIMS.length ? VICTIMS[index]! : prng.pick(VICTIMS);
    if (victim === 'nats-server' && natsAlone >= NATS_ALONE_IN_A_ROW_MAX) victim = 'both';
    natsAlone = victim === 'nats-server' ? natsAlone + 1 : 0;
    const before = kills.at(-1);
    // Only a server that was killed is started by the run itself.
    const duringStart = before !== undefined && isServer(before.victim) && isServer(victim) && prng.chance(DURING_START_SHARE);
    kills.push(duringStart
      ? { victim, after: 'start', delayMs: prng.between(...START_DELAY_MS) }
      : { victim, after: 'ready', delayMs: prng.between(...READY_DELAY_MS) });
  }
  return kills;
}

/** Whether the server itself dies, and is started by the run. */
export function isServer(victim: Victim): boolean {
  return victim === 'server' || victim === 'both';
}
