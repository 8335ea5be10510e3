import { expect, it } from 'vitest';
import { createMetrics } from '../../server/telemetry/metrics.ts';
import { quantileOf, stageMetricFigures } from './stage-metrics.ts';

it('reads what the product itself exports, of the stages that the log does not tell', async () => {
  const metrics = createMetrics();
  for (let at = 0; at < 100; at += 1) metrics.telemetry({ kind: 'stages-passed', stagesMs: { count: 3, store: at < 98 ? 400 : 1_500, gather: 2 } });
  const figures = stageMetricFigures(await metrics.text());
  const valueOf = (part: string): number => figures.find(({ name }) => name.includes(part))?.value ?? NaN;
  expect(figures).toHaveLength(4);
  expect(valueOf('stage count, all items, by its metric: p50')).toBeLessThanOrEqual(5);
  expect(valueOf('stage store, all items, by its metric: p50')).toBeGreaterThan(300);
  expect(valueOf('stage store, all items, by its metric: p50')).toBeLessThanOrEqual(500);
  expect(valueOf('stage store, all items, by its metric: p99')).toBeGreaterThan(1_000);
});

it('a quantile lies between the bounds of its bucket, and beyond the last one it has none', () => {
  const buckets = [{ le: 1, count: 10 }, { le: 2, count: 20 }, { le: Infinity, count: 21 }];
  expect(quantileOf(buckets, 0.25)).toBeCloseTo(0.525);
  expect(quantileOf(buckets, 0.75)).toBeCloseTo(1.575);
  expect(quantileOf(buckets, 1)).toBe(Infinity);
  expect(quantileOf([], 0.5)).toBeNaN();
});
