import { Registry, collectDefaultMetrics } from 'prom-client';
import type { Gauge } from 'prom-client';
import type { Telemetry, TelemetryEvent } from '../../core/telemetry.ts';
import { createMetricMaker, type Recorders } from './metric-maker.ts';
import { recordAlerting } from './record-alerting.ts';
import { recordCounting } from './record-counting.ts';
import { recordIntake } from './record-intake.ts';
import { recordScoring } from './record-scoring.ts';
import { recordStoring } from './record-storing.ts';
import { recordUpkeep } from './record-upkeep.ts';

export interface Metrics {
  telemetry: Telemetry;
  /** Prometheus text format. */
  text(): Promise<string>;
  contentType: string;
  setGauge(name: GaugeName, value: number): void;
}

const GAUGES = {
  tocsin_ready: '1 when /readyz answers 200.',
  tocsin_counter_lag_seconds: 'Age of the newest counted entry when it was counted.',
  tocsin_counter_items_held: 'Items held in sliding windows.',
  tocsin_counter_bytes_held: 'Bytes of the sliding windows, of their groups, and of the ids and customers remembered.',
  tocsin_counter_texts_held: 'Texts that a new one may repeat; at most TOCSIN_DUPLICATES_ITEMS_MAX.',
  tocsin_counter_duplicates_bytes_held: 'Bytes of what is remembered to find duplicates: texts, copied texts, fields of customers.',
  tocsin_alerts_open: 'Alerts that are firing now.',
  tocsin_live_clients: 'Clients connected to WS /live.',
} as const;
export type GaugeName = keyof typeof GAUGES;

/** Maps the flow's telemetry to Prometheus metrics; docs/metrics.md lists them and a test compares. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const make = createMetricMaker(registry);
  const gauges = Object.fromEntries(Object.entries(GAUGES).map(([name, help]) => [name, make.gauge(name, help)])) as Record<GaugeName, Gauge>;
  const recorders: Recorders = {
    ...recordIntake(make), ...recordScoring(make), ...recordCounting(make), ...recordStoring(make), ...recordAlerting(make), ...recordUpkeep(make),
  };
  return {
    telemetry: (event) => record(recorders, event),
    text: () => registry.metrics(),
    contentType: registry.contentType,
    setGauge: (name, value) => gauges[name].set(value),
  };
}

function record<Kind extends TelemetryEvent['kind']>(recorders: Recorders, event: Extract<TelemetryEvent, { kind: Kind }>): void {
  recorders[event.kind as Kind](event);
}
