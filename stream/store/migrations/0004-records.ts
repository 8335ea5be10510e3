import { DEDUPLICATION_WINDOW_BLOCKS } from './0001-feedback.ts';
import type { Migration } from './migration.ts';
import type { Placement } from './placement.ts';

/**
 * What happened beside the items: alerts and what became of them, for boards that ask how fast people answered. Each table
 * is fed from its log, in order and one insert at a time, so its highest `log_sequence` says up to where; it has no
 * partitions, so an insert is there whole or not at all. A record that stands on a log twice is one row once parts are
 * merged, and at once with FINAL, which the views use.
 */
export const records: Migration = {
  version: 4,
  name: 'records',
  statements: (placement) => [
    ...recordTable(placement, 'alert_events', { key: 'workspace, alert_id, event_id', shardBy: 'alert_id', columns: ALERT_EVENTS }),
    ...recordTable(placement, 'deliveries', { key: 'alert_id, idempotency_key, attempt, outcome', shardBy: 'alert_id', columns: DELIVERIES }),
    ...recordTable(placement, 'case_events', { key: 'workspace, case_id, at, log_sequence, log_index', shardBy: 'case_id', columns: CASE_EVENTS }),
    ...recordTable(placement, 'audit', { key: 'workspace, at, event_id', shardBy: 'event_id', columns: AUDIT }),
    ...scores(placement),
    `CREATE VIEW IF NOT EXISTS ${placement.database}.alerts ${placement.onCluster} AS ${alerts(placement)}`,
    `CREATE VIEW IF NOT EXISTS ${placement.database}.scores_by_model ${placement.onCluster} AS ${scoresByModel(placement)}`,
  ],
};

const TIME = "DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1))";

const ALERT_EVENTS = `
  workspace LowCardinality(String),
  alert_id String,
  event_id String,
  kind LowCardinality(String),
  rule_id LowCardinality(String),
  title_zh LowCardinality(String),
  title_en LowCardinality(String),
  group Map(LowCardinality(String), String),
  severity LowCardinality(String),
  at ${TIME},
  count Float64,
  fire_at Float64,
  resolve_below Float64,
  window_ms UInt64,
  peak Nullable(Float64),
  reason LowCardinality(String),
  late Bool,
  opened_at Nullable(DateTime64(3, 'UTC')),
  measure LowCardinality(String),`;

const DELIVERIES = `
  idempotency_key String,
  alert_id String,
  event_id String,
  event_kind LowCardinality(String),
  channel_id LowCardinality(String),
  channel_kind LowCardinality(String),
  attempt UInt32,
  outcome LowCardinality(String),
  detail String,
  at ${TIME},
  duration_ms UInt32,
  next_attempt_at Nullable(DateTime64(3, 'UTC')),`;

const CASE_EVENTS = `
  workspace LowCardinality(String),
  case_id String,
  at ${TIME},
  kind LowCardinality(String),
  reason LowCardinality(String),
  severity LowCardinality(String),
  actor String,
  alert_ids Array(String),
  log_index UInt32,`;

const AUDIT = `
  workspace LowCardinality(String),
  event_id String,
  at ${TIME},
  actor String,
  way LowCardinality(String),
  action LowCardinality(String),
  target String,
  detail String,`;

/** `record` is the record as it stands on the log: fields of it that have no column yet are not lost. */
function recordTable(placement: Placement, table: string, { key, shardBy, columns }: { key: string; shardBy: string; columns: string }): string[] {
  return [`
CREATE TABLE IF NOT EXISTS ${placement.local(table)} ${placement.onCluster}
(${columns}
  record String CODEC(ZSTD(3)),
  log_id LowCardinality(String),
  log_sequence UInt64 CODEC(Delta(8), ZSTD(1))
)
ENGINE = ${placement.engine('ReplacingMergeTree', { table })}
ORDER BY (${key})
SETTINGS ${placement.deduplicationSettings(DEDUPLICATION_WINDOW_BLOCKS)}, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1`,
  ...placement.above(table, `cityHash64(${shardBy})`)];
}

/** What models said of an item beside the one whose score was counted; that one stands in `feedback`. */
function scores(placement: Placement): string[] {
  return [`
CREATE TABLE IF NOT EXISTS ${placement.local('scores')} ${placement.onCluster}
(
  workspace LowCardinality(String),
  id String CODEC(ZSTD(1)),
  created_at ${TIME},
  model LowCardinality(String),
  scored_at ${TIME},
  sentiment LowCardinality(String),
  sentiment_probability Float32 CODEC(ZSTD(1)),
  stars UInt8,
  complaint Bool,
  complaint_probability Float32 CODEC(ZSTD(1)),
  severity LowCardinality(String),
  categories Array(LowCardinality(String)),
  category_probabilities Array(Float32) CODEC(ZSTD(1))
)
ENGINE = ${placement.engine('ReplacingMergeTree', { table: 'scores', parameters: 'scored_at' })}
PARTITION BY toYYYYMM(created_at)
ORDER BY (workspace, model, created_at, id)
SETTINGS ${placement.deduplicationSettings(DEDUPLICATION_WINDOW_BLOCKS)}, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1`,
  ...placement.above('scores', 'cityHash64(workspace, id)')];
}

const MODEL_COLUMNS = 'workspace, id, created_at, model, sentiment, sentiment_probability, stars, complaint, complaint_probability, severity, categories, category_probabilities';

function scoresByModel({ database }: Placement): string {
  return `SELECT ${MODEL_COLUMNS} FROM ${database}.feedback UNION ALL SELECT ${MODEL_COLUMNS} FROM ${database}.scores FINAL`;
}

/** One row an alert. An acknowledgement may name the alert, or the case that it is part of. */
function alerts({ database }: Placement): string {
  return `
SELECT
  events.workspace AS workspace, events.alert_id AS alert_id, rule_id, title_zh, title_en, group, severity, highest_severity, state, opened_at, resolved_at, resolved_because,
  peak, fire_at, window_ms, late, escalations,
  if(acknowledgements.at >= opened_at, acknowledgements.at, NULL) AS acknowledged_at,
  if(acknowledgements.at >= opened_at, acknowledgements.actor, '') AS acknowledged_by,
  if(acknowledgements.at >= opened_at, dateDiff('millisecond', opened_at, acknowledgements.at) / 1000, NULL) AS seconds_to_acknowledge,
  dateDiff('millisecond', opened_at, resolved_at) / 1000 AS seconds_to_resolve
FROM
(
  SELECT
    e.workspace AS workspace, e.alert_id AS alert_id, any(e.rule_id) AS rule_id, argMax(e.title_zh, e.at) AS title_zh, argMax(e.title_en, e.at) AS title_en,
    any(e.group) AS group, argMax(e.severity, e.at) AS severity,
    if(countIf(e.severity = 'critical') > 0, 'critical', if(countIf(e.severity = 'warning') > 0, 'warning', 'notice')) AS highest_severity,
    if(countIf(e.kind = 'resolved') > 0, 'resolved', 'firing') AS state,
    min(ifNull(e.opened_at, e.at)) AS opened_at, maxIf(toNullable(e.at), e.kind = 'resolved') AS resolved_at, anyIf(e.reason, e.kind = 'resolved') AS resolved_because,
    max(greatest(e.count, ifNull(e.peak, 0))) AS peak, argMax(e.fire_at, e.at) AS fire_at, any(e.window_ms) AS window_ms, max(e.late) AS late,
    countIf(e.kind = 'escalated') AS escalations
  FROM ${database}.alert_events AS e FINAL
  GROUP BY e.workspace, e.alert_id
) AS events
LEFT JOIN
(
  SELECT alert_id, toNullable(min(acknowledged.at)) AS at, argMin(acknowledged.actor, acknowledged.at) AS actor
  FROM
  (
    SELECT target AS alert_id, at, actor FROM ${database}.audit FINAL WHERE action = 'acknowledge'
    UNION ALL
    SELECT alert_id, audit.at AS at, audit.actor AS actor
    FROM (SELECT at, actor, target FROM ${database}.audit FINAL WHERE action = 'acknowledge') AS audit
    INNER JOIN (SELECT DISTINCT case_id, arrayJoin(alert_ids) AS alert_id FROM ${database}.case_events) AS cases ON cases.case_id = audit.target
  ) AS acknowledged
  GROUP BY alert_id
) AS acknowledgements ON acknowledgements.alert_id = events.alert_id`;
}
