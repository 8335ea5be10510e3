import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { TelemetryEvent } from '../../core/telemetry.ts';

const SECONDS_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10];

/** What each kind of event does to metrics. One part of the flow gives the kinds that it tells. */
export type Recorders = { [Kind in TelemetryEvent['kind']]: (event: Extract<TelemetryEvent, { kind: Kind }>) => void };

/** Makes metrics of one registry. Names and help texts stand in docs/metrics.md, written from here. */
export interface MetricMaker {
  counter<L extends string>(name: string, help: string, labelNames?: L[]): Counter<L>;
  gauge<L extends string>(name: string, help: string, labelNames?: L[]): Gauge<L>;
  /** Durations in seconds. */
  histogram<L extends string>(name: string, help: string, labelNames?: L[], buckets?: number[]): Histogram<L>;
}

export function createMetricMaker(registry: Registry): MetricMaker {
  const registers = [registry];
  return {
    counter: (name, help, labelNames = []) => new Counter({ name, help, labelNames, registers }),
    gauge: (name, help, labelNames = []) => new Gauge({ name, help, labelNames, registers }),
    histogram: (name, help, labelNames = [], buckets = SECONDS_BUCKETS) => new Histogram({ name, help, labelNames, buckets, registers }),
  };
}
