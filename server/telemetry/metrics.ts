import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { STAGES } from '../../core/stage.ts';
import type { Telemetry, TelemetryEvent } from '../../core/telemetry.ts';

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
  tocsin_store_rows_missing: 'Rows of the scored log that the store lacked at the last comparison and that could not be put back.',
  tocsin_store_rows_extra: 'Rows in the store that the scored log did not know at the last comparison.',
  tocsin_live_clients: 'Clients connected to WS /live.',
} as const;
export type GaugeName = keyof typeof GAUGES;

const SECONDS_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10];

/** Fine enough for the shares of a latency budget of some ten milliseconds. */
const STAGE_SECONDS_BUCKETS = [0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30, 60];

/** Maps the flow's telemetry to Prometheus metrics; docs/metrics.md lists them and a test compares. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, labelNames: L[] = []) => new Counter({ name, help, labelNames, registers: [registry] });
  const histogram = <L extends string>(name: string, help: string, labelNames: L[] = []) => new Histogram({ name, help, labelNames, buckets: SECONDS_BUCKETS, registers: [registry] });

  const admitted = counter('tocsin_items_admitted_total', 'Items admitted by the gateway.', ['channel']);
  const rejected = counter('tocsin_items_rejected_total', 'Items rejected by the gateway.', ['code']);
  const requests = histogram('tocsin_http_request_seconds', 'HTTP requests by route and status.', ['route', 'method', 'status']);
  const refused = counter('tocsin_requests_refused_total', 'Requests refused for a reason other than their content.', ['reason']);
  const appended = histogram('tocsin_frame_append_seconds', 'Time until a frame is durable on its log.', ['log']);
  const appendedItems = counter('tocsin_frame_items_total', 'Items appended to a log.', ['log']);
  const appendedBytes = counter('tocsin_frame_bytes_total', 'Bytes appended to a log.', ['log']);
  const scored = histogram('tocsin_score_seconds', 'Time to score a frame, waiting included.');
  const scoredItems = counter('tocsin_items_scored_total', 'Items scored.');
  const countedItems = counter('tocsin_items_counted_total', 'Items counted by the counter.');
  const repeats = counter('tocsin_items_repeated_total', 'Items stored and not counted because the same customer had said the same before.');
  const notices = counter('tocsin_counter_notices_total', 'Limits that the counter met and rules that do not work, by what it is.', ['kind']);
  const duplicates = counter('tocsin_items_duplicate_total', 'Items that had been counted before.');
  const endToEnd = histogram('tocsin_gather_to_count_seconds', 'From the gateway closing a frame to the counter having counted it.');
  const dead = counter('tocsin_frames_dead_lettered_total', 'Frames put aside because they could not be processed.', ['stage', 'reason']);
  const stages = new Histogram({ name: 'tocsin_stage_seconds', help: 'How long a frame spent in one stage, from the times that it carries: gather, raw-log, score-wait, score, scored-log, count; then store (from counted to stored) and notify (from decided to delivered).', labelNames: ['stage'], buckets: STAGE_SECONDS_BUCKETS, registers: [registry] });
  const stored = histogram('tocsin_store_insert_seconds', 'Time of one insert into ClickHouse.');
  const storedRows = counter('tocsin_rows_stored_total', 'Rows stored in ClickHouse.');
  const spooledRows = counter('tocsin_rows_spooled_total', 'Rows put on disk to wait there for ClickHouse, so that counting goes on.');
  const storeRetries = counter('tocsin_store_retries_total', 'Inserts tried again.', ['reason']);
  const filled = counter('tocsin_items_filled_total', 'Stored items gone through to fill the windows of new rules.');
  const repaired = counter('tocsin_rows_repaired_total', 'Rows that the store had lost and that were put back from the scored log.');
  const reconciled = histogram('tocsin_reconcile_seconds', 'Time of one comparison of the scored log with the store.');
  const alerts = counter('tocsin_alert_events_total', 'Alert events.', ['event', 'rule']);
  const pagesOrdered = counter('tocsin_pages_ordered_total', 'Pages that the incident desk ordered, by why.', ['reason']);
  const deliveries = histogram('tocsin_delivery_seconds', 'Attempts to deliver a page.', ['channel', 'outcome']);
  const lost = counter('tocsin_pages_dead_total', 'Pages that were refused or given up: nobody got them over this channel.', ['channel']);
  const putOff = counter('tocsin_pages_put_off_total', 'Pages put off to keep within a channel\'s rate or for its digest.', ['channel']);
  const failedOver = counter('tocsin_pages_failed_over_total', 'Pages delivered over the second channel in place of the first.', ['channel', 'to']);
  const depth = new Gauge({ name: 'tocsin_queue_depth', help: 'Entries waiting in a bounded queue.', labelNames: ['queue'], registers: [registry] });
  const limit = new Gauge({ name: 'tocsin_queue_limit', help: 'Limit of a bounded queue.', labelNames: ['queue'], registers: [registry] });
  const replaced = counter('tocsin_workers_replaced_total', 'Worker threads replaced.', ['worker', 'reason']);
  const modelChanges = counter('tocsin_model_changes_total', 'Models and taxonomies loaded while running, by outcome: switched, or refused.', ['outcome']);
  const snapshotBytes = new Gauge({ name: 'tocsin_snapshot_bytes', help: 'Size of the newest snapshot of the counter.', registers: [registry] });
  const snapshotPause = histogram('tocsin_snapshot_pause_seconds', 'Time that counting stood still for a snapshot.');
  const snapshotsFailed = counter('tocsin_snapshots_failed_total', 'Snapshots that could not be written.', ['reason']);
  const deskSnapshotBytes = new Gauge({ name: 'tocsin_desk_snapshot_bytes', help: 'Size of the newest snapshot of the incident desk.', registers: [registry] });
  const deskSnapshotPause = histogram('tocsin_desk_snapshot_pause_seconds', 'Time that the incident desk stood still for a snapshot.');
  const deskSnapshotsFailed = counter('tocsin_desk_snapshots_failed_total', 'Snapshots of the incident desk that could not be kept.', ['reason']);
  const snapshotsRejected = counter('tocsin_snapshots_rejected_total', 'Snapshots that could not be used at a start.', ['reason']);
  const trimmed = counter('tocsin_log_entries_trimmed_total', 'Old entries removed from a log.', ['log']);
  const gauges = Object.fromEntries(Object.entries(GAUGES).map(([name, help]) => [name, new Gauge({ name, help, registers: [registry] })])) as Record<GaugeName, Gauge>;

  const telemetry = (event: TelemetryEvent): void => {
    switch (event.kind) {
      case 'items-admitted':
        return admitted.inc({ channel: event.channel }, event.count);
      case 'items-rejected':
        return rejected.inc({ code: event.code }, event.count);
      case 'request-finished':
        return requests.observe({ route: event.route, method: event.method, status: String(event.status) }, event.durationMs / 1000);
      case 'request-refused':
        return refused.inc({ reason: event.reason });
      case 'frame-appended':
        appended.observe({ log: event.log }, event.durationMs / 1000);
        appendedItems.inc({ log: event.log }, event.items);
        return appendedBytes.inc({ log: event.log }, event.bytes);
      case 'frame-scored':
        scored.observe(event.durationMs / 1000);
        return scoredItems.inc(event.items);
      case 'frame-counted':
        countedItems.inc(event.items);
        duplicates.inc(event.duplicates);
        repeats.inc(event.repeats);
        return endToEnd.observe(event.endToEndMs / 1000);
      case 'counter-noticed':
        return notices.inc({ kind: event.notice });
      case 'frame-dead-lettered':
        return dead.inc({ stage: event.stage, reason: event.reason });
      case 'stages-passed':
        for (const stage of STAGES) {
          const spentMs = event.stagesMs[stage];
          if (spentMs !== undefined) stages.observe({ stage }, spentMs / 1000);
        }
        return;
      case 'rows-stored':
        storedRows.inc(event.rows);
        return stored.observe(event.durationMs / 1000);
      case 'rows-spooled':
        return spooledRows.inc(event.rows);
      case 'store-retried':
        return storeRetries.inc({ reason: event.reason });
      case 'history-filled':
        return filled.inc(event.items);
      case 'log-reconciled':
        repaired.inc(event.repaired);
        gauges.tocsin_store_rows_missing.set(event.missing - event.repaired);
        gauges.tocsin_store_rows_extra.set(event.extra);
        return reconciled.observe(event.durationMs / 1000);
      case 'alert-published':
        return alerts.inc({ event: event.event, rule: event.ruleId });
      case 'page-ordered':
        return pagesOrdered.inc({ reason: event.reason });
      case 'delivery-attempted':
        if (event.outcome === 'failed') lost.inc({ channel: event.channel });
        return deliveries.observe({ channel: event.channel, outcome: event.outcome }, event.durationMs / 1000);
      case 'page-put-off':
        return putOff.inc({ channel: event.channel });
      case 'page-failed-over':
        return failedOver.inc({ channel: event.channel, to: event.to });
      case 'queue-depth':
        depth.set({ queue: event.queue }, event.depth);
        return limit.set({ queue: event.queue }, event.limit);
      case 'snapshot-written':
        snapshotBytes.set(event.bytes);
        return snapshotPause.observe(event.pauseMs / 1000);
      case 'snapshot-failed':
        return snapshotsFailed.inc({ reason: event.reason });
      case 'snapshot-rejected':
        return snapshotsRejected.inc({ reason: event.reason });
      case 'desk-snapshot-written':
        deskSnapshotBytes.set(event.bytes);
        return deskSnapshotPause.observe(event.pauseMs / 1000);
      case 'desk-snapshot-failed':
        return deskSnapshotsFailed.inc({ reason: event.reason });
      case 'log-trimmed':
        return trimmed.inc({ log: event.log }, event.entries);
      case 'model-switched':
        return modelChanges.inc({ outcome: 'switched' });
      case 'model-refused':
        return modelChanges.inc({ outcome: 'refused' });
      case 'worker-replaced':
        return replaced.inc({ worker: event.worker, reason: event.reason });
      default:
        return unknownEvent(event);
    }
  };
  return {
    telemetry,
    text: () => registry.metrics(),
    contentType: registry.contentType,
    setGauge: (name, value) => gauges[name].set(value),
  };
}

function unknownEvent(event: never): never {
  throw new Error(`no metric for ${JSON.stringify(event)}`);
}
