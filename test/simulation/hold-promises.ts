import { describe, expect, it } from 'vitest';
import { runSeed } from './run-seed.ts';

const SEEDS_A_TEST = 100;
const TRACE_LINES_SHOWN = 40;

/** Registers tests that run `count` seeds from `firstSeed`, a hundred a test; one that breaks a promise is named with the command that runs it again. */
export function holdPromises(firstSeed: number, count: number): void {
  const starts = Array.from({ length: count / SEEDS_A_TEST }, (_, index) => firstSeed + index * SEEDS_A_TEST);
  describe(`the whole server on virtual time, ${count} seeds from ${firstSeed},`, () => {
    it.each(starts)('keeps every promise through faults and crashes, a hundred seeds from %i', async (start) => {
      for (let seed = start; seed < start + SEEDS_A_TEST; seed += 1) {
        const { violations, trace } = await runSeed(seed);
        expect(violations, `npm run simulate -- --seed ${seed}\n${trace.slice(-TRACE_LINES_SHOWN).join('\n')}\n${violations.join('\n')}`).toEqual([]);
      }
    }, 300_000);
  });
}
