import { DEDUPLICATION_WINDOW_BLOCKS } from './0001-feedback.ts';
import type { Migration } from './migration.ts';
import type { Placement } from './placement.ts';
import { COUNTS, plainColumns, SUMS, summedColumns } from './rollup-measures.ts';
import { CUSTOMERS, MINUTES_KEPT_DAYS, VIEWS } from './rollup-views.ts';

const BY_DIMENSION = [...COUNTS, ...SUMS];
/**
 * Roll-ups that boards read instead of the items. Every one is fed by a materialised view in the insert itself, and
 * deduplicates under that insert's token as the table of items does: an insert that is repeated counts once, and one that
 * reached some of the tables is completed by the repeat.
 *
 * `rollup_minute`, `rollup_hour`, `rollup_day` have a row per dimension, value and time, `rollup_cross_day` has category × channel × region × customer group, `rollup_issue_day`
 * product, store or agent × category; there category '' counts each item once, the others an item in each of its own.
 *
 * The text of a view may become quicker as long as it computes the same. Stores that are there keep theirs: another view, and
 * one that was changed by MODIFY QUERY too, does not know the tokens of earlier inserts, and would count a repeated one again.
 */
export const rollups: Migration = {
  version: 2,
  name: 'rollups',
  statements: (placement) => [
    ...dimensionTable(placement, 'rollup_minute', { partition: 'toDate(time)', keptDays: MINUTES_KEPT_DAYS }),
    ...dimensionTable(placement, 'rollup_hour', { partition: 'toYYYYMM(time)' }),
    ...dimensionTable(placement, 'rollup_day', { partition: 'toYear(time)' }),
    ...countTable(placement, 'rollup_cross_day', { key: CROSS_KEY, partition: 'toYear(time)' }),
    ...countTable(placement, 'rollup_issue_day', { key: ISSUE_KEY, partition: 'toYear(time)' }),
    markBackfill(placement),
    ...VIEWS.flatMap(({ target, view, fromItems }) => fed(placement, target, { view: view(placement), backfill: fromItems(placement) })),
  ],
};

/** Columns of a key after the workspace, `time` among them, in the order of the sorting key. */
const CROSS_KEY = ['category', 'time', 'channel', 'region', 'customer_group'];
const ISSUE_KEY = ['dimension', 'category', 'value', 'time'];

interface Kept {
  partition: string;
  keptDays?: number;
}

function dimensionTable(placement: Placement, table: string, { partition, keptDays }: Kept): string[] {
  return [`
CREATE TABLE IF NOT EXISTS ${placement.local(table)} ${placement.onCluster}
(
  workspace LowCardinality(String),
  dimension LowCardinality(String),
  value LowCardinality(String),
  time DateTime('UTC') CODEC(Delta(4), ZSTD(1)),
${summedColumns(BY_DIMENSION)},
  customers AggregateFunction(${CUSTOMERS}, UInt64) CODEC(ZSTD(1))
)
ENGINE = ${placement.engine('AggregatingMergeTree', { table })}
PARTITION BY ${partition}
ORDER BY (workspace, dimension, value, time)${ttl(keptDays)}
SETTINGS ${tableSettings(placement)}`,
  ...placement.above(table, 'cityHash64(workspace, dimension, value)')];
}

function countTable(placement: Placement, table: string, { key, partition, keptDays }: Kept & { key: readonly string[] }): string[] {
  const columns = ['workspace', ...key].map((name) => (name === 'time' ? "  time DateTime('UTC') CODEC(Delta(4), ZSTD(1))" : `  ${name} LowCardinality(String)`));
  return [`
CREATE TABLE IF NOT EXISTS ${placement.local(table)} ${placement.onCluster}
(
${columns.join(',\n')},
${plainColumns(COUNTS)}
)
ENGINE = ${placement.engine('SummingMergeTree', { table })}
PARTITION BY ${partition}
ORDER BY (workspace, ${key.join(', ')})${ttl(keptDays)}
SETTINGS ${tableSettings(placement)}`,
  ...placement.above(table, 'cityHash64(workspace, category)')];
}

function ttl(keptDays: number | undefined): string {
  return keptDays === undefined ? '' : `\nTTL time + INTERVAL ${keptDays} DAY`;
}

function tableSettings({ deduplicationSettings }: Placement): string {
  return `${deduplicationSettings(DEDUPLICATION_WINDOW_BLOCKS)}, ttl_only_drop_parts = 1, fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1`;
}

/**
 * A view and what fills its target with the items that were stored before it. The target is emptied first, so that all
 * of it may be run again; nothing is inserted meanwhile, for the sink starts after the migrations.
 */
function fed(placement: Placement, target: string, { view, backfill }: { view: string; backfill: string }): string[] {
  const { database, onCluster, local } = placement;
  return [
    dropView(placement, target),
    `TRUNCATE TABLE ${local(target)} ${onCluster}`,
    `INSERT INTO ${database}.${target} ${backfill} SETTINGS async_insert = 0, insert_deduplicate = 0, max_partitions_per_insert_block = 0`,
    createView(placement, target, view),
  ];
}

export function dropView({ database, onCluster }: Placement, target: string): string {
  return `DROP VIEW IF EXISTS ${database}.${target}_view ${onCluster} SYNC`;
}

export function createView({ database, onCluster, local }: Placement, target: string, view: string): string {
  return `CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.${target}_view ${onCluster} TO ${local(target)} AS ${view}`;
}

/**
 * Up to where each log's items were in the store when the roll-ups were filled from it. The sink sends the last batch
 * before a restart again under its token: the items would be dropped, but the new roll-ups do not know the token, and
 * would count them a second time. Of such a batch only what is missing is inserted.
 */
export function markBackfill({ database, local }: Placement): string {
  return `INSERT INTO ${local('backfills')} SELECT log_id, max(log_sequence) FROM ${database}.feedback GROUP BY log_id SETTINGS async_insert = 0, insert_deduplicate = 0`;
}
