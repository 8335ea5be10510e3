import { describe, expect, it } from 'vitest';
import { BREAKAGES } from './breakages.ts';
import { holdPromises } from './hold-promises.ts';
import { runSeed } from './run-seed.ts';

/** Each guarantee that is taken away must show within so many seeds. */
const SEEDS_FOR_A_BREAKAGE = 40;
const SEEDS_FOR_EVERY_KIND = 100;
const KINDS = ['threshold of items', 'threshold of customers', 'threshold of probability', 'severe', 'share', 'spike', 'absence', 'newTopic', 'composite'];

holdPromises(1, 1_000);

describe('the simulation', () => {
  it('lives the same life again with the same seed', async () => {
    const [first, again] = [await runSeed(7), await runSeed(7)];
    expect(again).toEqual(first);
    expect(await runSeed(8)).not.toEqual(first);
  });

  it('has rules of every kind open alerts', async () => {
    const opened = new Set<string>();
    for (let seed = 1; opened.size < KINDS.length && seed <= SEEDS_FOR_EVERY_KIND; seed += 1) for (const kind of (await runSeed(seed)).kinds) opened.add(kind);
    expect([...opened].sort()).toEqual([...KINDS].sort());
  }, 300_000);

  it.each(BREAKAGES)('notices a server with %s', async (broken) => {
    let caughtBy: number | null = null;
    for (let seed = 1; caughtBy === null && seed <= SEEDS_FOR_A_BREAKAGE; seed += 1) {
      if ((await runSeed(seed, broken)).violations.length > 0) caughtBy = seed;
    }
    expect(caughtBy).not.toBeNull();
  }, 300_000);
});
