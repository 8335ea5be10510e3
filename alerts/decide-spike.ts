import type { SpikeRule } from '../core/rule.ts';
import { poissonTail, robustZ } from './decide-statistics.ts';
import { median } from './decide-statistics.ts';

/** An open alert ends below this part of the count that would fire. */
const RESOLVE_PART = 0.8;
/** With fewer earlier windows nothing is usual. */
export const BASELINE_MIN = 3;
const COUNT_MAX = 1_000_000_000;

export interface SpikeInput {
  rule: Pick<SpikeRule, 'method' | 'sensitivity' | 'timesMin' | 'fireAt'>;
  /** Counts of the same hours earlier. */
  baseline: readonly number[];
  /** What is expected is so many times the baseline: 1 but on a day of sales. */
  factor: number;
}

/** From which count on it is a spike. It depends on the past alone, so one answer serves every item of a while. */
export type SpikeLimit =
  | { reason: 'known'; expected: number; fireAt: number; resolveBelow: number; score(count: number): number }
  | { reason: 'no-past-yet' };

/**
 * `poisson`: fires at the smallest n for which P(X ≥ n) ≤ 10^−sensitivity, X Poisson with the median of the baseline, at least one
 * item in all of its windows together. `robust-z`: at the smallest n with a robust z-score of at least `sensitivity`. Both ask for
 * `fireAt` items and `timesMin` times the expected ones as well.
 */
export function spikeLimit({ rule, baseline, factor }: SpikeInput): SpikeLimit {
  if (baseline.length < BASELINE_MIN) return { reason: 'no-past-yet' };
  const expected = median(baseline) * factor;
  const scaled = baseline.map((count) => count * factor);
  const rate = Math.max(expected, 1 / baseline.length);
  const score = rule.method === 'poisson' ? (count: number) => poissonTail(count, rate) : (count: number) => robustZ(count, scaled);
  const limit = 10 ** -rule.sensitivity;
  const isUnusual = rule.method === 'poisson' ? (count: number) => poissonTail(count, rate) <= limit : (count: number) => robustZ(count, scaled) >= rule.sensitivity;
  const fireAt = smallest(Math.max(1, rule.fireAt, Math.ceil(expected * rule.timesMin)), isUnusual);
  return { reason: 'known', expected, fireAt, resolveBelow: Math.max(1, Math.round(fireAt * RESOLVE_PART)), score };
}

/** The smallest whole number from `from` on that a test holds for, which once it holds goes on to hold. */
function smallest(from: number, holds: (count: number) => boolean): number {
  if (holds(from)) return from;
  let below = from;
  let above = from * 2;
  while (!holds(above) && above < COUNT_MAX) {
    below = above;
    above *= 2;
  }
  while (above - below > 1) {
    const middle = Math.floor((below + above) / 2);
    if (holds(middle)) above = middle;
    else below = middle;
  }
  return above;
}
