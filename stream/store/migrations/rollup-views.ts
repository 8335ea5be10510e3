import type { Placement } from './placement.ts';
import { liveByDimension, liveCrossed, liveIssues } from './rollup-live-views.ts';
import { COUNTS, ofRow, summed, summedRows, SUMS } from './rollup-measures.ts';

/** Fields of `feedback` whose values are counted one by one; the dimension has the field's name. */
const FIELDS = [
  'channel', 'region', 'product', 'store', 'agent', 'customer_group', 'customer_tier', 'sentiment', 'severity', 'language', 'model',
] as const;
const ISSUE_FIELDS = ['product', 'store', 'agent'] as const;

/** An item's own categories, each once, in the order of the item. */
const OWN_CATEGORIES = 'arrayDistinct(categories)';
/** Under category '' each item once. */
const EACH_CATEGORY = "arrayConcat([''], arrayMap(id -> toString(id), ids)) AS category";

const BY_DIMENSION = [...COUNTS, ...SUMS];
/** Minutes are for boards of the last hours: kept this long, and not made for what was older when it arrived (an import). */
export const MINUTES_KEPT_DAYS = 3;

/** Registers of the estimate of different customers: 2^12, an error of 1.6 %; below some 200 customers it is exact. */
export const CUSTOMERS = 'uniqCombined(12)';

type Select = (placement: Placement) => string;
/** Start of a span, as an expression over a time. */
type Bucket = (placement: Placement, time: string) => string;

interface View {
  target: string;
  /** Of the materialised view. */
  view: Select;
  /** The same from the items, for many of them at once. */
  fromItems: Select;
}

const MINUTE: Bucket = (_, time) => `toStartOfMinute(${time})`;
/** Hours and days are those of the placement's zone, so that days can be made from hours in every zone. */
export const HOUR: Bucket = ({ timeZone }, time) => `toDateTime(toStartOfHour(${time}, '${timeZone}'), 'UTC')`;
export const DAY: Bucket = ({ timeZone }, time) => `toDateTime(toStartOfDay(${time}, '${timeZone}'), 'UTC')`;

const ofItem = (time: Bucket) => (placement: Placement): string => time(placement, 'created_at');
const RECENT = `received_at - created_at <= ${MINUTES_KEPT_DAYS * 86_400}`;

export const VIEWS: readonly View[] = [
  { target: 'rollup_minute', view: liveByDimension(FIELDS, CUSTOMERS, ofItem(MINUTE), `AND ${RECENT}`), fromItems: byDimension(MINUTE, `WHERE ${RECENT}`) },
  { target: 'rollup_hour', view: liveByDimension(FIELDS, CUSTOMERS, ofItem(HOUR)), fromItems: byDimension(HOUR) },
  { target: 'rollup_day', view: daysByDimension, fromItems: byDimension(DAY) },
  { target: 'rollup_cross_day', view: liveCrossed(ofItem(DAY)), fromItems: crossed(DAY) },
  { target: 'rollup_issue_day', view: liveIssues(ISSUE_FIELDS, ofItem(DAY)), fromItems: issues },
];

/** Tables that the views fill. */
export const ROLLUPS: readonly string[] = VIEWS.map(({ target }) => target);

/**
 * What computes a roll-up from the items; `items` names the table, or a subquery, to read them from. Days are made from
 * hours by their views, so whoever inserts hours has the days as well.
 */
export function rollupSelect(target: string, placement: Placement, items: string): string {
  return viewOf(target).fromItems({ ...placement, local: (table) => (table === 'feedback' ? items : placement.local(table)) });
}

export function viewOf(target: string): View {
  const view = VIEWS.find((each) => each.target === target);
  if (view === undefined) throw new RangeError(`no roll-up ${target}`);
  return view;
}

/**
 * Whether a row of GROUPING SETS was grouped by a column. `workspace` is in every set, so this holds whichever of its two
 * meanings a server gives to grouping().
 */
function isGrouped(column: string): string {
  return `grouping(${column}) = grouping(workspace)`;
}

/**
 * One row per dimension, value and time; values that an item lacks have none. The measures of an item are computed once and
 * added to the group of each dimension; one row an item and dimension instead would take three times as long. Combinations
 * of categories are grouped as they are and taken apart at last, where there are few.
 */
function byDimension(time: Bucket, also = ''): Select {
  const sets = ['', ...FIELDS.map((field) => `, ${field}`), ', ids'].map((key) => `(workspace, time${key})`);
  const dimension = [...FIELDS.map((field) => `${isGrouped(field)}, '${field}'`), `${isGrouped('ids')}, 'category'`].join(', ');
  const values = [...FIELDS.map((field) => `${isGrouped(field)}, [toString(${field})]`), `${isGrouped('ids')}, arrayMap(id -> toString(id), ids)`].join(', ');
  return (placement) => `
SELECT workspace, dimension, value, time,
${BY_DIMENSION.map(({ name }) => `  ${name}`).join(',\n')},
  customers
FROM
(
  SELECT workspace, time, multiIf(${dimension}, 'all') AS dimension, multiIf(${values}, ['']) AS names,
${summedRows(BY_DIMENSION)},
    ${CUSTOMERS.replace('(', 'StateIf(')}(customer, row_customer) AS customers
  FROM
  (
    SELECT workspace, ${time(placement, 'created_at')} AS time, ${FIELDS.join(', ')}, ${OWN_CATEGORIES} AS ids, duplicate_of = '' AS original,
${ofRow(BY_DIMENSION)},
      cityHash64(workspace, if(customer_id != '', customer_id, customer_phone_hash)) AS customer, original AND (customer_id != '' OR customer_phone_hash != '') AS row_customer
    FROM ${placement.local('feedback')} ${also}
  )
  GROUP BY GROUPING SETS (${sets.join(', ')})
)
ARRAY JOIN names AS value
WHERE dimension = 'all' OR value != ''`;
}

function daysByDimension(placement: Placement): string {
  return `
SELECT workspace, dimension, value, ${DAY(placement, 'hourly.time')} AS time,
${summed(BY_DIMENSION)},
  ${CUSTOMERS.replace('(', 'MergeState(')}(hourly.customers) AS customers
FROM ${placement.local('rollup_hour')} AS hourly
GROUP BY workspace, dimension, value, time`;
}

function crossed(time: Bucket): Select {
  return (placement) => `
SELECT workspace, category, time, channel, region, customer_group,
${COUNTS.map(({ name }) => `  ${name}`).join(',\n')}
FROM
(
  SELECT workspace, ids, time, channel, region, customer_group,
${summedRows(COUNTS)}
  FROM
  (
    SELECT workspace, ${OWN_CATEGORIES} AS ids, ${time(placement, 'created_at')} AS time, channel, region, customer_group, duplicate_of = '' AS original,
${ofRow(COUNTS)}
    FROM ${placement.local('feedback')}
  )
  GROUP BY workspace, ids, time, channel, region, customer_group
)
ARRAY JOIN ${EACH_CATEGORY}`;
}

function issues(placement: Placement): string {
  const dimension = `multiIf(${ISSUE_FIELDS.map((field) => `${isGrouped(field)}, '${field}'`).join(', ')}, '')`;
  const value = `multiIf(${ISSUE_FIELDS.map((field) => `${isGrouped(field)}, toString(${field})`).join(', ')}, '')`;
  return `
SELECT workspace, dimension, category, value, time,
${COUNTS.map(({ name }) => `  ${name}`).join(',\n')}
FROM
(
  SELECT workspace, ids, time, ${dimension} AS dimension, ${value} AS value,
${summedRows(COUNTS)}
  FROM
  (
    SELECT workspace, ${OWN_CATEGORIES} AS ids, ${DAY(placement, 'created_at')} AS time, ${ISSUE_FIELDS.join(', ')}, duplicate_of = '' AS original,
${ofRow(COUNTS)}
    FROM ${placement.local('feedback')}
  )
  GROUP BY GROUPING SETS (${ISSUE_FIELDS.map((field) => `(workspace, ids, time, ${field})`).join(', ')})
)
ARRAY JOIN ${EACH_CATEGORY}
WHERE value != ''`;
}
