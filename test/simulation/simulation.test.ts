import { describe, expect, it } from 'vitest';
import { BREAKAGES } from './breakages.ts';
import { runSeed } from './run-seed.ts';

const FIRST_SEED = 1;
const SEEDS = 1_000;
const SEEDS_A_TEST = 100;
/** Each guarantee that is taken away must show within so many seeds. */
const SEEDS_FOR_A_BREAKAGE = 40;

const TRACE_LINES_SHOWN = 40;

const starts = Array.from({ length: SEEDS / SEEDS_A_TEST }, (_, index) => FIRST_SEED + index * SEEDS_A_TEST);

describe(`the whole server on virtual time, ${SEEDS} seeds from ${FIRST_SEED},`, () => {
  it.each(starts)('keeps every promise through faults and crashes, a hundred seeds from %i', async (start) => {
    for (let seed = start; seed < start + SEEDS_A_TEST; seed += 1) {
      const { violations, trace } = await runSeed(seed);
      expect(violations, `npm run simulate -- --seed ${seed}\n${trace.slice(-TRACE_LINES_SHOWN).join('\n')}\n${violations.join('\n')}`).toEqual([]);
    }
  }, 300_000);

  it('lives the same life again with the same seed', async () => {
    const [first, again] = [await runSeed(7), await runSeed(7)];
    expect(again).toEqual(first);
    expect(await runSeed(8)).not.toEqual(first);
  });
});

describe('the simulation notices a server with', () => {
  it.each(BREAKAGES)('%s', async (broken) => {
    let caughtBy: number | null = null;
    for (let seed = FIRST_SEED; caughtBy === null && seed < FIRST_SEED + SEEDS_FOR_A_BREAKAGE; seed += 1) {
      if ((await runSeed(seed, broken)).violations.length > 0) caughtBy = seed;
    }
    expect(caughtBy).not.toBeNull();
  }, 300_000);
});
