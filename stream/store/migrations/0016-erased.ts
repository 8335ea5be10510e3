import type { Migration } from './migration.ts';

/** Whom and what was erased, so that what is stored later is held against it. It holds hashes of customers and ids of items, no text. */
export const erased: Migration = {
  version: 16,
  name: 'erased',
  statements: ({ local, onCluster, engine }) => [`
CREATE TABLE IF NOT EXISTS ${local('erased')} ${onCluster}
(
  workspace LowCardinality(String),
  kind LowCardinality(String),
  key String CODEC(ZSTD(1)),
  at DateTime64(3, 'UTC')
)
ENGINE = ${engine('MergeTree', { table: 'erased', spread: 'everywhere' })}
ORDER BY (workspace, kind, key)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1`],
};
