import type { Migration } from './migration.ts';

/**
 * Blocks that the table remembers. A batch is one block a month that it touches, and only the last batches before a
 * crash are ever sent again, so this is generous; it is a file of a few hundred kilobytes.
 */
export const DEDUPLICATION_WINDOW_BLOCKS = 10_000;

/** The same item always lies on the same shard, so that a repeated insert meets its first one there. */
const SHARD_BY_ITEM = 'cityHash64(workspace, id)';

/**
 * One row per accepted item. Sorted for what boards and searches ask (a workspace, a span of time); a month is a
 * partition, so that retention drops whole partitions. `log_id, log_sequence, log_index` name the item's place on the
 * scored log: the sink resumes from it, and reconciliation compares ranges of it.
 * Parts are fsynced, with few large inserts that costs little and a power loss takes no stored row.
 */
export const feedback: Migration = {
  version: 1,
  name: 'feedback',
  statements: ({ onCluster, local, engine, above, deduplicationSettings }) => [`
CREATE TABLE IF NOT EXISTS ${local('feedback')} ${onCluster}
(
  workspace LowCardinality(String),
  id String CODEC(ZSTD(1)),
  created_at DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
  received_at DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
  channel LowCardinality(String),
  text String CODEC(ZSTD(3)),
  language LowCardinality(String),
  sentiment LowCardinality(String),
  sentiment_probability Float32 CODEC(ZSTD(1)),
  negative_probability Float32 CODEC(ZSTD(1)),
  neutral_probability Float32 CODEC(ZSTD(1)),
  positive_probability Float32 CODEC(ZSTD(1)),
  stars UInt8,
  star_probabilities Array(Float32) CODEC(ZSTD(1)),
  rating_conflict Bool,
  complaint Bool,
  complaint_probability Float32 CODEC(ZSTD(1)),
  severity LowCardinality(String),
  categories Array(LowCardinality(String)),
  category_probabilities Array(Float32) CODEC(ZSTD(1)),
  category_deciders Array(LowCardinality(String)),
  implicit Bool,
  keywords Array(String) CODEC(ZSTD(1)),
  duplicate_of String DEFAULT '' CODEC(ZSTD(1)),
  model LowCardinality(String),
  id_given Bool,
  customer_id String DEFAULT '' CODEC(ZSTD(1)),
  customer_name String DEFAULT '' CODEC(ZSTD(1)),
  customer_phone String DEFAULT '' CODEC(ZSTD(1)),
  customer_phone_hash String DEFAULT '' CODEC(ZSTD(1)),
  customer_tier LowCardinality(String) DEFAULT '',
  customer_group LowCardinality(String) DEFAULT '',
  customer_region LowCardinality(String) DEFAULT '',
  product LowCardinality(String) DEFAULT '',
  \`order\` String DEFAULT '' CODEC(ZSTD(1)),
  ticket String DEFAULT '' CODEC(ZSTD(1)),
  agent LowCardinality(String) DEFAULT '',
  store LowCardinality(String) DEFAULT '',
  region LowCardinality(String) DEFAULT '',
  rating Nullable(UInt8),
  nps Nullable(UInt8),
  wait_seconds Nullable(Float64),
  resolved Nullable(Bool),
  tags Array(LowCardinality(String)),
  parent_id String DEFAULT '' CODEC(ZSTD(1)),
  attributes String DEFAULT '' CODEC(ZSTD(1)),
  log_id LowCardinality(String),
  log_sequence UInt64 CODEC(Delta(8), ZSTD(1)),
  log_index UInt32 CODEC(Delta(4), ZSTD(1)),
  INDEX id_bloom id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX log_sequence_range log_sequence TYPE minmax GRANULARITY 1
)
ENGINE = ${engine('MergeTree', { table: 'feedback' })}
PARTITION BY toYYYYMM(created_at)
ORDER BY (workspace, created_at, id)
SETTINGS ${deduplicationSettings(DEDUPLICATION_WINDOW_BLOCKS)}, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1
`, ...above('feedback', SHARD_BY_ITEM)],
};
