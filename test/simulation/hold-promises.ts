import { describe, expect, it } from 'vitest';
import { compileLess } from './compile-less.ts';
import { LEAST_MET } from './least-met.ts';
import { runSeed } from './run-seed.ts';

const SEEDS_A_TEST = 100;
const TRACE_LINES_SHOWN = 40;

/**
 * Registers tests that run `seeds` lives (a multiple of a hundred) from `firstSeed`, a hundred a test; one that breaks a promise is named with the command that runs it again.
 * The last of them asks whether all that lives are there to meet was met.
 */
export function holdPromises(firstSeed: number, seeds: number): void {
  compileLess();
  const starts = Array.from({ length: seeds / SEEDS_A_TEST }, (_, index) => firstSeed + index * SEEDS_A_TEST);
  const happened = new Map<string, number>();
  describe(`the whole server on virtual time, ${seeds} seeds from ${firstSeed},`, () => {
    it.each(starts)('keeps every promise through faults and crashes, a hundred seeds from %i', async (start) => {
      for (let seed = start; seed < start + SEEDS_A_TEST; seed += 1) {
        const { violations, trace, happened: met } = await runSeed(seed);
        for (const [what, times] of Object.entries(met)) happened.set(what, (happened.get(what) ?? 0) + times);
        expect(violations, `npm run simulate -- --seed ${seed}\n${trace.slice(-TRACE_LINES_SHOWN).join('\n')}\n${violations.join('\n')}`).toEqual([]);
      }
    }, 300_000);

    it('meets every fault, rule, deed and end often enough', () => {
      const leastOf = (aThousand: number): number => Math.round((aThousand * seeds) / 1_000);
      const few = Object.entries(LEAST_MET).filter(([what, least]) => (happened.get(what) ?? 0) < leastOf(least));
      expect(few.map(([what, least]) => `${what}: ${happened.get(what) ?? 0} of ${leastOf(least)}`)).toEqual([]);
    });
  });
}
