import type { Stage } from '../../core/stage.ts';
import { told, type Figure } from './figures.ts';

/** Those whose end is not on the scored log: the server's own histograms tell them. */
const ONLY_IN_METRICS: readonly Stage[] = ['count', 'store', 'notify'];
const QUANTILES = [0.5, 0.99] as const;

interface Bucket {
  /** Upper bound in seconds; the last one has none. */
  le: number;
  /** Of all up to it. */
  count: number;
}

/** Quantiles of the stages behind the scored log, of everything since the server's start, from its metrics. Between two bounds they are interpolated. */
export function stageMetricFigures(metricsText: string): Figure[] {
  return ONLY_IN_METRICS.flatMap((stage): Figure[] => {
    const buckets = bucketsOf(metricsText, stage);
    return (buckets.at(-1)?.count ?? 0) === 0 ? [] : QUANTILES.map((quantile) => told(`stage ${stage}, all ${stage === 'notify' ? 'pages' : 'items'}, by its metric: p${quantile * 100}`, Math.round(quantileOf(buckets, quantile) * 1_000), 'ms'));
  });
}

function bucketsOf(text: string, stage: Stage): Bucket[] {
  return [...text.matchAll(/^tocsin_stage_seconds_bucket\{([^}]*)\} (\S+)$/gm)].flatMap(([, labels = '', count]): Bucket[] => {
    const le = /le="([^"]+)"/.exec(labels)?.[1];
    return le === undefined || !labels.includes(`stage="${stage}"`) ? [] : [{ le: le === '+Inf' ? Infinity : Number(le), count: Number(count) }];
  }).sort((a, b) => a.le - b.le);
}

/** In seconds; Infinity where it lies beyond the last bound, NaN without a bucket. */
export function quantileOf(buckets: readonly Bucket[], quantile: number): number {
  const rank = (buckets.at(-1)?.count ?? 0) * quantile;
  let [from, below] = [0, 0];
  for (const { le, count } of buckets) {
    if (count >= rank) return le === Infinity ? Infinity : from + (count === below ? 0 : ((rank - below) / (count - below)) * (le - from));
    [from, below] = [le, count];
  }
  return NaN;
}
