import { DEDUPLICATION_WINDOW_BLOCKS } from './0001-feedback.ts';
import type { Migration } from './migration.ts';

/**
 * What alerts counted, by the time at which their windows end: from an item to the alerts that it counts in without going through all of them.
 * Copied from the log of alerts as the tables of `records` are; `record` is the part's question; a composite has `members` in its place.
 */
export const alertWindows: Migration = {
  version: 10,
  name: 'alert-windows',
  statements: ({ onCluster, local, engine, above, deduplicationSettings }) => [`
CREATE TABLE IF NOT EXISTS ${local('alert_windows')} ${onCluster}
(
  workspace LowCardinality(String),
  until DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
  alert_id String CODEC(ZSTD(1)),
  part LowCardinality(String),
  after DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
  members Array(String) CODEC(ZSTD(1)),
  record String CODEC(ZSTD(3)),
  log_id LowCardinality(String),
  log_sequence UInt64 CODEC(Delta(8), ZSTD(1)),
  INDEX by_member members TYPE bloom_filter GRANULARITY 1
)
ENGINE = ${engine('ReplacingMergeTree', { table: 'alert_windows' })}
ORDER BY (workspace, until, alert_id, part)
SETTINGS ${deduplicationSettings(DEDUPLICATION_WINDOW_BLOCKS)}, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1`,
  ...above('alert_windows', 'cityHash64(alert_id)')],
};
