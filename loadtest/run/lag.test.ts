import { expect, it } from 'vitest';
import { lagGrowth, lagMax } from './lag.ts';

/** Two hundred seconds, two looks a second. */
const samplesOf = (lagMs: (atSecond: number) => number | null): { atMs: number; lagMs: number | null }[] => Array.from({ length: 400 }, (_, at) => ({ atMs: at * 500, lagMs: lagMs(at / 2) }));

it('a lag that grows has the slope that it grows by, also when it jumps about', () => {
  expect(lagGrowth(samplesOf((second) => 2 * second))).toBeCloseTo(2);
  expect(lagGrowth(samplesOf((second) => 2 * second + ((second * 37) % 50)))).toBeGreaterThan(1.5);
});

it('a lag that grows in the second half only is growth', () => {
  expect(lagGrowth(samplesOf((second) => Math.max(0, second - 80) * 10))).toBeGreaterThan(1);
});

it('a stall that is made good again is none, early or late', () => {
  for (const stall of [20, 120, 170]) expect(Math.abs(lagGrowth(samplesOf((second) => (Math.abs(second - stall) < 12 ? 4_000 : 10))))).toBeLessThan(0.5);
});

it('looks that failed are left out; too few say nothing', () => {
  expect(lagGrowth(samplesOf((second) => (second % 3 === 0 ? null : second)))).toBeCloseTo(1);
  expect(lagGrowth(samplesOf(() => null))).toBeNaN();
  expect(lagMax(samplesOf(() => null))).toBeNaN();
  expect(lagMax(samplesOf((second) => second))).toBe(199.5);
});
