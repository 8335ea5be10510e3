import { DEDUPLICATION_WINDOW_BLOCKS } from './0001-feedback.ts';
import type { Migration } from './migration.ts';

/** Labels that people set, copied from their log as the tables of `records` are. A field that was not judged is empty. */
export const labels: Migration = {
  version: 5,
  name: 'labels',
  statements: ({ onCluster, local, engine, above, deduplicationSettings }) => [`
CREATE TABLE IF NOT EXISTS ${local('labels')} ${onCluster}
(
  workspace LowCardinality(String),
  feedback_id String CODEC(ZSTD(1)),
  label_id String,
  at DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
  by String,
  text String CODEC(ZSTD(3)),
  sentiment LowCardinality(String),
  stars UInt8,
  complaint Nullable(Bool),
  severity LowCardinality(String),
  categories Array(LowCardinality(String)),
  implicit Nullable(Bool),
  record String CODEC(ZSTD(3)),
  log_id LowCardinality(String),
  log_sequence UInt64 CODEC(Delta(8), ZSTD(1))
)
ENGINE = ${engine('ReplacingMergeTree', { table: 'labels' })}
ORDER BY (workspace, feedback_id, label_id)
SETTINGS ${deduplicationSettings(DEDUPLICATION_WINDOW_BLOCKS)}, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1`,
  ...above('labels', 'cityHash64(workspace, feedback_id)')],
};
