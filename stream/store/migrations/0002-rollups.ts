import { DEDUPLICATION_WINDOW_BLOCKS } from './0001-feedback.ts';
import type { Migration } from './migration.ts';
import type { Placement } from './placement.ts';
import { COUNTS, measured, plainColumns, summed, summedColumns, SUMS } from './rollup-measures.ts';

/** Fields of `feedback` whose values are counted one by one; the dimension has the field's name. */
const FIELDS = [
  'channel', 'region', 'product', 'store', 'agent', 'customer_group', 'customer_tier', 'sentiment', 'severity', 'language', 'model',
] as const;

const BY_DIMENSION = [...COUNTS, ...SUMS];
/** Minutes are for boards of the last hours: kept this long, and not made for what was older when it arrived (an import). */
export const MINUTES_KEPT_DAYS = 3;
export const CROSS_HOURS_KEPT_DAYS = 62;

/** Registers of the estimate of different customers: 2^12, an error of 1.6 %; below some 200 customers it is exact. */
const CUSTOMERS = 'uniqCombined(12)';

/**
 * Roll-ups that boards read instead of the items. Every one is fed by a materialised view in the insert itself, and
 * deduplicates under that insert's token as the table of items does: an insert that is repeated counts once, and one that
 * reached some of the tables is completed by the repeat.
 *
 * `rollup_minute`, `rollup_hour`, `rollup_day` have a row per dimension, value and time, `rollup_cross_hour`, `rollup_cross_day` have category × channel × region × customer group, `rollup_issue_day`
 * product, store or agent × category; there category '' counts each item once, the others an item in each of its own.
 */
export const rollups: Migration = {
  version: 2,
  name: 'rollups',
  statements: (placement) => [
    ...dimensionTable(placement, 'rollup_minute', { partition: 'toDate(time)', keptDays: MINUTES_KEPT_DAYS }),
    ...dimensionTable(placement, 'rollup_hour', { partition: 'toYYYYMM(time)' }),
    ...dimensionTable(placement, 'rollup_day', { partition: 'toYear(time)' }),
    ...countTable(placement, 'rollup_cross_hour', { key: CROSS_KEY, partition: 'toYYYYMM(time)', keptDays: CROSS_HOURS_KEPT_DAYS }),
    ...countTable(placement, 'rollup_cross_day', { key: CROSS_KEY, partition: 'toYear(time)' }),
    ...countTable(placement, 'rollup_issue_day', { key: ISSUE_KEY, partition: 'toYear(time)' }),
    ...markBackfill(placement),
    ...VIEWS.flatMap(({ target, view, backfill }) => fed(placement, target, { view: view(placement), backfill: (backfill ?? view)(placement) })),
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
function fed({ database, onCluster, local }: Placement, target: string, { view, backfill }: { view: string; backfill: string }): string[] {
  return [
    `DROP VIEW IF EXISTS ${database}.${target}_view ${onCluster} SYNC`,
    `TRUNCATE TABLE ${local(target)} ${onCluster}`,
    `INSERT INTO ${database}.${target} ${backfill} SETTINGS async_insert = 0, insert_deduplicate = 0, max_partitions_per_insert_block = 0`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${database}.${target}_view ${onCluster} TO ${local(target)} AS ${view}`,
  ];
}

/**
 * Up to where each log's items were in the store when the roll-ups were filled from it. The sink sends the last batch
 * before a restart again under its token: the items would be dropped, but the new roll-ups do not know the token, and
 * would count them a second time. Of such a batch only what is missing is inserted.
 */
function markBackfill({ database, local }: Placement): string[] {
  return [
    `INSERT INTO ${local('backfills')} SELECT log_id, max(log_sequence) FROM ${database}.feedback GROUP BY log_id SETTINGS async_insert = 0, insert_deduplicate = 0`,
  ];
}

/**
 * What computes a roll-up from the items; `items` names the table, or a subquery, to read them from. Days are made from
 * hours by their views, so whoever inserts hours has the days as well.
 */
export function rollupSelect(target: string, placement: Placement, items: string): string {
  const view = VIEWS.find((each) => each.target === target);
  if (view === undefined) throw new RangeError(`no roll-up ${target}`);
  return (view.backfill ?? view.view)({ ...placement, local: (table) => (table === 'feedback' ? items : placement.local(table)) });
}

type Select = (placement: Placement) => string;
type Bucket = (placement: Placement) => string;

interface View {
  target: string;
  view: Select;
  /** Where the view reads another roll-up: the same from the items. */
  backfill?: Select;
}

/** Hours and days are those of the placement's zone, so that days can be made from hours in every zone. */
const HOUR: Bucket = ({ timeZone }) => `toDateTime(toStartOfHour(created_at, '${timeZone}'), 'UTC')`;
const DAY: Bucket = ({ timeZone }) => `toDateTime(toStartOfDay(created_at, '${timeZone}'), 'UTC')`;
const DAY_OF_HOUR: Bucket = ({ timeZone }) => `toDateTime(toStartOfDay(hourly.time, '${timeZone}'), 'UTC')`;

const VIEWS: readonly View[] = [
  { target: 'rollup_minute', view: byDimension(() => 'toStartOfMinute(created_at)', `AND received_at - created_at <= ${MINUTES_KEPT_DAYS * 86_400}`) },
  { target: 'rollup_hour', view: byDimension(HOUR) },
  { target: 'rollup_day', view: daysByDimension, backfill: byDimension(DAY) },
  { target: 'rollup_cross_hour', view: crossed(HOUR) },
  { target: 'rollup_cross_day', view: crossedDays, backfill: crossed(DAY) },
  { target: 'rollup_issue_day', view: issues },
];

/** One row per dimension, value and time; values that an item lacks have none. */
function byDimension(time: Bucket, also = ''): Select {
  const fields = FIELDS.map((field) => `('${field}', toString(${field}))`).join(', ');
  return (placement) => `
WITH duplicate_of = '' AS original, if(customer_id != '', customer_id, customer_phone_hash) AS customer
SELECT workspace, pair.1 AS dimension, pair.2 AS value, ${time(placement)} AS time,
${measured(BY_DIMENSION)},
  ${CUSTOMERS.replace('(', 'StateIf(')}(cityHash64(workspace, customer), original AND customer != '') AS customers
FROM ${placement.local('feedback')}
ARRAY JOIN arrayConcat([('all', ''), ${fields}], arrayMap(category -> ('category', toString(category)), arrayDistinct(categories))) AS pair
WHERE (dimension = 'all' OR value != '') ${also}
GROUP BY workspace, dimension, value, time`;
}

function daysByDimension(placement: Placement): string {
  return `
SELECT workspace, dimension, value, ${DAY_OF_HOUR(placement)} AS time,
${summed(BY_DIMENSION)},
  ${CUSTOMERS.replace('(', 'MergeState(')}(hourly.customers) AS customers
FROM ${placement.local('rollup_hour')} AS hourly
GROUP BY workspace, dimension, value, time`;
}

function crossedDays(placement: Placement): string {
  return `
SELECT workspace, category, ${DAY_OF_HOUR(placement)} AS time, channel, region, customer_group,
${summed(COUNTS)}
FROM ${placement.local('rollup_cross_hour')} AS hourly
GROUP BY workspace, category, time, channel, region, customer_group`;
}

function crossed(time: Bucket): Select {
  return (placement) => `
WITH duplicate_of = '' AS original
SELECT workspace, category, ${time(placement)} AS time, channel, region, customer_group,
${measured(COUNTS)}
FROM ${placement.local('feedback')}
ARRAY JOIN arrayConcat([''], arrayMap(id -> toString(id), arrayDistinct(categories))) AS category
GROUP BY workspace, category, time, channel, region, customer_group`;
}

function issues(placement: Placement): string {
  const fields = ['product', 'store', 'agent'].map((field) => `('${field}', toString(${field}))`).join(', ');
  return `
WITH duplicate_of = '' AS original, arrayConcat([''], arrayMap(id -> toString(id), arrayDistinct(categories))) AS ids
SELECT workspace, triple.1 AS dimension, triple.3 AS category, triple.2 AS value, ${DAY(placement)} AS time,
${measured(COUNTS)}
FROM ${placement.local('feedback')}
ARRAY JOIN arrayFlatten(arrayMap(field -> arrayMap(id -> (field.1, field.2, id), ids), [${fields}])) AS triple
WHERE value != ''
GROUP BY workspace, dimension, category, value, time`;
}
