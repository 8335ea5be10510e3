import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spikeLimit } from './decide-spike.ts';
import type { SpikeInput } from './decide-spike.ts';
import { median, poissonTail, robustZ } from './decide-statistics.ts';

const RULE: SpikeInput['rule'] = { method: 'poisson', sensitivity: 5, timesMin: 2, fireAt: 10 };
const fires = (input: Partial<SpikeInput>): number | null => {
  const limit = spikeLimit({ rule: RULE, baseline: [], factor: 1, ...input });
  return limit.reason === 'known' ? limit.fireAt : null;
};

describe('the tail of a Poisson variable', () => {
  // From tables of the cumulative distribution: 1 − F(n − 1).
  it.each([[0, 3, 1], [1, 1, 0.6321205588], [5, 2, 0.0526530173], [10, 5, 0.0318280573], [20, 10, 0.0034543420], [30, 10, 2.5106e-7], [3, 10, 0.9972306043]])('P(X ≥ %d) for a mean of %d is %d', (n, mean, expected) => {
    expect(poissonTail(n, mean) / expected).toBeCloseTo(1, 3);
  });

  it('is what adding up every term gives', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 120 }), fc.double({ min: 0.05, max: 60, noNaN: true }), (n, mean) => {
      let term = Math.exp(-mean);
      let below = 0;
      for (let j = 0; j < n; j++) {
        below += term;
        term *= mean / (j + 1);
      }
      expect(poissonTail(n, mean)).toBeCloseTo(1 - below, 8);
    }));
  });

  it('keeps its digits far out and for large means', () => {
    expect(poissonTail(1_000, 100)).toBeLessThan(1e-300);
    expect(poissonTail(100_000, 100_000)).toBeCloseTo(0.5, 2);
  });
});

describe('a robust z-score', () => {
  it('is not moved by one wild day', () => {
    expect(robustZ(30, [10, 12, 11, 9, 400])).toBeCloseTo((0.6745 * 19) / 1, 5);
    expect(median([10, 12, 11, 9])).toBe(10.5);
  });

  it('falls back where most days were equal, or all', () => {
    expect(robustZ(30, [10, 10, 10, 14])).toBeCloseTo(20 / 1.253314, 4);
    expect(robustZ(13, [9, 9, 9])).toBeCloseTo(4 / 3, 5);
    expect(robustZ(4, [0, 0, 0])).toBe(4);
  });
});

describe('a spike', () => {
  it.each<[string, Partial<SpikeInput>, number | null]>([
    ['is not known without a past', { baseline: [5, 5] }, null],
    ['needs the least number of items', { baseline: [0, 0, 0, 0] }, 10],
    ['starts where chance gives so many once in 100,000 windows', { baseline: [10, 10, 10, 10] }, 27],
    ['needs a multiple of what is expected', { baseline: [1_000, 1_000, 1_000] }, 2_000],
    ['expects more on a day of sales', { baseline: [10, 10, 10, 10], factor: 3 }, 60],
    ['is told from the median, whatever one day was', { baseline: [10, 10, 10, 10, 9_000] }, 27],
    ['may be told by the score', { baseline: [10, 12, 8, 11, 9], rule: { ...RULE, method: 'robust-z', sensitivity: 4, fireAt: 1 } }, 20],
  ])('%s', (_, input, expected) => {
    expect(fires(input)).toBe(expected);
  });

  it('starts at the smallest count that passes every test, and ends below four fifths of it', () => {
    fc.assert(fc.property(fc.array(fc.nat(500), { minLength: 3, maxLength: 14 }), fc.constantFrom('poisson' as const, 'robust-z' as const), fc.integer({ min: 1, max: 8 }), fc.constantFrom(1, 1.5, 3), (baseline, method, sensitivity, timesMin) => {
      const rule = { method, sensitivity, timesMin, fireAt: 3 };
      const limit = spikeLimit({ rule, baseline, factor: 1 });
      if (limit.reason !== 'known') throw new Error('three windows are enough');
      const rate = Math.max(median(baseline), 1 / baseline.length);
      const passes = (n: number): boolean => n >= 3 && n >= median(baseline) * timesMin && (method === 'poisson' ? poissonTail(n, rate) <= 10 ** -sensitivity : robustZ(n, baseline) >= sensitivity);
      let smallest = 0;
      while (!passes(smallest)) smallest++;
      expect(limit.fireAt).toBe(smallest);
      expect(limit.resolveBelow).toBe(Math.max(1, Math.round(smallest * 0.8)));
    }), { numRuns: 200 });
  });
});
