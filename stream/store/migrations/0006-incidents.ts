import { DEDUPLICATION_WINDOW_BLOCKS } from './0001-feedback.ts';
import type { Migration } from './migration.ts';

/**
 * Incidents that are over, copied from the desk's journal as the tables of `records` are: the desk forgets them, here they
 * stay. One that changed after its end stands on the journal again; the later one counts.
 */
export const incidents: Migration = {
  version: 6,
  name: 'incidents',
  statements: ({ onCluster, local, engine, above, deduplicationSettings }) => [`
CREATE TABLE IF NOT EXISTS ${local('incidents')} ${onCluster}
(
  workspace LowCardinality(String),
  incident_id String CODEC(ZSTD(1)),
  severity LowCardinality(String),
  route LowCardinality(String),
  opened_at DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
  ended_at DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
  ended_by String,
  ended_because LowCardinality(String),
  assignee String,
  alerts UInt32,
  total_count Float64,
  reopened UInt32,
  alert_ids Array(String) CODEC(ZSTD(1)),
  record String CODEC(ZSTD(3)),
  log_id LowCardinality(String),
  log_sequence UInt64 CODEC(Delta(8), ZSTD(1)),
  INDEX by_id incident_id TYPE bloom_filter GRANULARITY 1,
  INDEX by_alert alert_ids TYPE bloom_filter GRANULARITY 1
)
ENGINE = ${engine('ReplacingMergeTree', { table: 'incidents', parameters: 'log_sequence' })}
ORDER BY (workspace, opened_at, incident_id)
SETTINGS ${deduplicationSettings(DEDUPLICATION_WINDOW_BLOCKS)}, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1`,
  ...above('incidents', 'cityHash64(incident_id)')],
};
