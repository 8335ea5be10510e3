import { describe, expect, it } from 'vitest';
import { BREAKAGES } from './breakages.ts';
import { holdPromises } from './hold-promises.ts';
import { runSeed } from './run-seed.ts';

/** Each guarantee that is taken away must show within so many seeds. */
const SEEDS_FOR_A_BREAKAGE = 100;

holdPromises(1, 600);

describe('the simulation', () => {
  it('lives the same life again with the same seed', async () => {
    const [first, again] = [await runSeed(7), await runSeed(7)];
    expect(again).toEqual(first);
    expect(await runSeed(8)).not.toEqual(first);
  });

  it.each(BREAKAGES)('notices a server with %s', async (broken) => {
    let caughtBy: number | null = null;
    for (let seed = 1; caughtBy === null && seed <= SEEDS_FOR_A_BREAKAGE; seed += 1) {
      if ((await runSeed(seed, broken)).violations.length > 0) caughtBy = seed;
    }
    expect(caughtBy).not.toBeNull();
  }, 300_000);
});
