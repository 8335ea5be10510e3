import type { Sample } from './sampler.ts';

/** Lags of so many stretches of time are compared: each its median, so that a single look counts little. */
const STRETCHES = 40;

/**
 * By how much the lag grows, in ms a second: the median of the slopes between any two stretches (Theil, Sen). A stall that is made good
 * again is no growth, whichever part of the time it falls into; by least squares it would be one. NaN where fewer than three stretches have a lag.
 */
export function lagGrowth(samples: readonly Pick<Sample, 'atMs' | 'lagMs'>[]): number {
  const known = samples.flatMap(({ atMs, lagMs }) => (lagMs === null ? [] : [{ atMs, lagMs }]));
  const size = Math.max(1, Math.ceil(known.length / STRETCHES));
  const stretches = Array.from({ length: Math.ceil(known.length / size) }, (_, at) => known.slice(at * size, (at + 1) * size)).map((stretch) => ({
    atMs: median(stretch.map(({ atMs }) => atMs)), lagMs: median(stretch.map(({ lagMs }) => lagMs)),
  }));
  if (stretches.length < 3) return NaN;
  return median(stretches.flatMap((from, at) => stretches.slice(at + 1).map((to) => ((to.lagMs - from.lagMs) / (to.atMs - from.atMs)) * 1_000)));
}

/** The largest one; NaN without any. */
export function lagMax(samples: readonly Pick<Sample, 'lagMs'>[]): number {
  const lags = samples.flatMap(({ lagMs }) => (lagMs === null ? [] : [lagMs]));
  return lags.length === 0 ? NaN : Math.max(...lags);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}
