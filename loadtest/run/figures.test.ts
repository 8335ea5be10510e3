import { describe, expect, it } from 'vitest';
import { compareWithBaseline, toBaseline } from './baseline.ts';
import { judge, judgeRatio, missed, overRounds, toTable, told } from './figures.ts';
import { longestPauseMs, slopePerSecond } from './sampler.ts';

describe('a verdict', () => {
  it.each([
    [60, 'at-most', 60, true], [61, 'at-most', 60, false], [50_000, 'at-least', 50_000, true], [49_999, 'at-least', 50_000, false],
    [0, 'exactly', 0, true], [1, 'exactly', 0, false], [NaN, 'at-most', 60, false], [NaN, 'at-least', 0, false],
  ] as const)('of %d, %s %d, is %s', (value, bound, target, met) => {
    expect(judge(told('x', value, 'ms'), bound, target).met).toBe(met);
  });

  it('may be over the ratio to a peer, which must be there', () => {
    expect(judgeRatio(told('x', 7, 'items/s', { ratio: 0.61 }), 'at-least', 0.6).met).toBe(true);
    expect(judgeRatio(told('x', 7, 'items/s'), 'at-least', 0.6).met).toBe(false);
    expect(toTable([judgeRatio(told('x', 7, 'items/s', { ratio: 0.61, peer: 'bare' }), 'at-least', 0.6)])).toMatch(/0.610 × bare +0.600 × +met/);
  });

  it('passes over figures that are told and not judged', () => {
    const figures = [told('a', 1, 'ms'), judge(told('b', 2, 'ms'), 'at-most', 1), judge(told('c', 1, 'ms'), 'at-most', 1)];
    expect(missed(figures).map(({ name }) => name)).toEqual(['b']);
    expect(toTable(figures)).toMatch(/b +2 +ms +1 +MISSED/);
  });
});

it('the figure of several rounds is their median with the spread', () => {
  expect(overRounds('x', [9, 2, 4], 'ms')).toEqual({ name: 'x', value: 4, unit: 'ms', spread: { min: 2, max: 9, rounds: 3 } });
  expect(overRounds('x', [9], 'ms')).toEqual({ name: 'x', value: 9, unit: 'ms' });
  expect(() => overRounds('x', [], 'ms')).toThrow(RangeError);
});

describe('against the accepted run', () => {
  const baseline = toBaseline([
    told('latency', 10, 'ms', { ratio: 2 }), told('rate', 500, 'items/s', { ratio: 0.5 }), told('absolute', 1, 'ms'), told('gone', 1, 'ms', { ratio: 1 }),
  ], { machine: 'm', revision: 'r', atIso: '2026-01-01T00:00:00Z' });

  it('ratios alone are kept', () => {
    expect(baseline.figures).toEqual([{ name: 'latency', ratio: 2 }, { name: 'rate', ratio: 0.5 }, { name: 'gone', ratio: 1 }]);
  });

  it('a slow machine changes nothing, since it slows the reference as well', () => {
    const compared = compareWithBaseline([told('latency', 9_000, 'ms', { ratio: 2.1 }), told('rate', 3, 'items/s', { ratio: 0.48 }), told('absolute', 999, 'ms')], baseline);
    expect(compared.map(({ met }) => met)).toEqual([true, true]);
  });

  it('a slower program misses, whichever way the figure is better', () => {
    const compared = compareWithBaseline([told('latency', 1, 'ms', { ratio: 4.2 }), told('rate', 9e9, 'items/s', { ratio: 0.2 })], baseline);
    expect(compared.map(({ value, met }) => [value, met])).toEqual([[2.1, false], [2.5, false]]);
  });
});

it('a slope is per second, and none where there are too few points', () => {
  expect(slopePerSecond([0, 1, 2, 3].map((second) => ({ atMs: second * 1_000, value: 5 + 3 * second })))).toBeCloseTo(3);
  expect(slopePerSecond([{ atMs: 0, value: 1 }, { atMs: 1_000, value: 2 }])).toBeNaN();
  expect(slopePerSecond([1, 2, 3].map((value) => ({ atMs: 7, value })))).toBeNaN();
});

it('a pause in counting is seen also where what was under way was counted first', () => {
  const sample = (atMs: number, itemsCounted: number): { atMs: number; itemsCounted: number } => ({ atMs, itemsCounted });
  expect(longestPauseMs([sample(0, 10), sample(500, 20), sample(1_000, 25), sample(1_500, 25), sample(2_000, 25), sample(2_500, 90), sample(3_000, 99)], 600)).toBe(1_500);
  expect(longestPauseMs([sample(0, 10), sample(500, 20), sample(1_000, 20), sample(1_500, 20)], 600)).toBeNaN();
});
