import { describe, expect, it } from 'vitest';
import { ROUTED_BREAKAGES, type Breakage } from './breakages.ts';
import { compileLess } from './compile-less.ts';
import { runSeed } from './run-seed.ts';

const SEEDS_A_TEST = 20;
/** Each guarantee that is taken away must show within so many seeds. */
const SEEDS_FOR_A_BREAKAGE = 60;
/** Seeds that showed what is rare when it was last looked for: they are tried first. */
const SEEN_AT: Partial<Record<Breakage, number>> = { 'no-alert-of-an-absence': 57, 'no-alert-of-a-composite': 17, 'no-alert-of-a-share': 8, 'no-alert-of-a-severe': 7 };

compileLess();

describe('a life with a routing book', () => {
  it.each([1, 21, 41])('misses no alert, wakes nobody, climbs every chain and pages nothing that is explained, twenty seeds from %i', async (start) => {
    for (let seed = start; seed < start + SEEDS_A_TEST; seed += 1) {
      const { violations } = await runSeed(seed, undefined, 'routed');
      expect(violations, `npm run simulate -- --routed --seed ${seed}\n${violations.join('\n')}`).toEqual([]);
    }
  }, 300_000);

  it.each([
    [411, 'a spike rule comes whose past was let go before another rule had it held for longer'],
  ])('keeps every promise in seed %i, in which %s', async (seed) => {
    const { violations } = await runSeed(seed, undefined, 'routed');
    expect(violations, violations.join('\n')).toEqual([]);
  }, 60_000);

  it.each(ROUTED_BREAKAGES)('notices a server with %s', async (broken) => {
    let caughtBy: number | null = null;
    const seeds = Array.from({ length: SEEDS_FOR_A_BREAKAGE }, (_, index) => index + 1);
    for (const seed of [SEEN_AT[broken] ?? 1, ...seeds]) {
      if (caughtBy === null && (await runSeed(seed, broken, 'routed')).violations.length > 0) caughtBy = seed;
    }
    expect(caughtBy).not.toBeNull();
  }, 300_000);
});
