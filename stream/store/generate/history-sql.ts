import { FEEDBACK_COLUMNS, type FeedbackColumn } from '../feedback-row.ts';

/**
 * Table of the palette's items, one a row. Columns have the types of `feedback`, so that what is drawn from them is copied and
 * not encoded once more: with texts in arrays half of the work was that.
 */
export const PALETTE_COLUMNS = {
  text: 'String', category: 'LowCardinality(String)', category_index: 'UInt32', place: 'UInt32', places: 'UInt32', sentiment: 'LowCardinality(String)', mood: 'UInt8',
  channel: 'LowCardinality(String)', language: 'LowCardinality(String)', ending_first: 'UInt32', product: 'LowCardinality(String)', store: 'LowCardinality(String)', region: 'LowCardinality(String)',
  agent: 'LowCardinality(String)', ordered: 'Bool', ticketed: 'Bool', known: 'Bool', customer_tier: 'LowCardinality(String)', customer_group: 'LowCardinality(String)',
  customer_region: 'LowCardinality(String)', rating: 'Nullable(UInt8)', nps: 'Nullable(UInt8)', wait: 'Nullable(Float64)', resolved: 'Nullable(Bool)',
} as const;
/** One row: what a statement has as constants. `second` are names of categories, each as often as in the palette. */
export const SLICE_COLUMNS = { rows: 'Array(UInt64)', first: 'Array(UInt64)', hours: 'Array(UInt16)', endings: 'Array(String)', second: 'Array(LowCardinality(String))' } as const;

/** What is said to have read the items: the first model those of the first half of the time. */
export const MODELS = ['generated-1', 'generated-2'] as const;
/** One in fifty repeats the item before it. */
const REPEATS = 'h3 % 50 = 0';
const UNIT = (bits: string): string => `((${bits}) % 1024) / 1024`;

/** What each column of a row is made of: the palette's own columns, `h1` … `h4` the row's hashes, `n` its number. */
const EXPRESSIONS: Partial<Record<FeedbackColumn, string>> = {
  workspace: '{workspace:String}',
  id: 'concat({idPrefix:String}, toString(n))',
  created_at: "fromUnixTimestamp64Milli(created_ms, 'UTC')",
  received_at: "fromUnixTimestamp64Milli(toInt64(created_ms + 200 + h2 % 4000), 'UTC')",
  channel: 'channel',
  text: 'concat(text, endings_drawn[ending_first + bitShiftRight(h1, 40) % {endings:UInt32}])',
  language: 'language',
  sentiment: 'sentiment',
  sentiment_probability: 'toFloat32(p)',
  negative_probability: 'toFloat32(if(mood = 0, p, (1 - p) / 2))',
  neutral_probability: 'toFloat32(if(mood = 1, p, (1 - p) / 2))',
  positive_probability: 'toFloat32(if(mood = 2, p, (1 - p) / 2))',
  stars: 'toUInt8(stars)',
  star_probabilities: 'arrayMap(i -> toFloat32(if(i = stars, 0.6, 0.1)), [1, 2, 3, 4, 5])',
  rating_conflict: 'ifNull(abs(rating - stars) >= 3, false)',
  complaint: 'complaint',
  complaint_probability: `toFloat32(if(complaint, 0.55 + 0.45 * ${UNIT('h3')}, 0.35 * ${UNIT('h3')}))`,
  severity: "if(NOT complaint, 'none', multiIf(h4 % 20 < 10, 'mild', h4 % 20 < 17, 'moderate', 'severe'))",
  categories: 'if(two, [category, second_drawn[1 + bitShiftRight(h3, 12) % length(second_drawn)]], [category])',
  category_probabilities: 'if(two, [toFloat32(p), toFloat32(p / 2)], [toFloat32(p)])',
  category_deciders: "if(two, ['model', 'model'], ['model'])",
  implicit: 'complaint AND h2 % 12 = 0',
  keywords: 'if(complaint, [substringUTF8(text, 1, 4)], emptyArrayString())',
  duplicate_of: `if(${REPEATS} AND n > {first:UInt64}, concat({idPrefix:String}, toString(n - 1)), '')`,
  model: `if(created_ms < {middleMs:Int64}, '${MODELS[0]}', '${MODELS[1]}')`,
  id_given: 'false',
  customer_id: `if(known, concat('C', toString(toUInt32({customers:UInt32} * pow(${UNIT('bitShiftRight(h2, 20)')}, 2)) + h1 % 97)), '')`,
  customer_tier: 'customer_tier',
  customer_group: 'customer_group',
  customer_region: 'customer_region',
  product: 'product',
  order: "if(ordered, concat('T', toString(1000000000 + h2 % 3000000000)), '')",
  ticket: "if(ticketed, concat('W', toString(1000000 + h3 % 9000000)), '')",
  agent: 'agent',
  store: 'store',
  region: 'region',
  rating: 'rating',
  nps: 'nps',
  wait_seconds: 'wait + h4 % 30',
  resolved: 'resolved',
  log_id: '{logId:String}',
  log_sequence: 'intDiv(n, 64) + 1',
  log_index: 'toUInt32(n % 64)',
};

/** More than a slice has, so that a slice is one block and one part. */
const BLOCK_ROWS = 2_000_000;

const COLUMNS = FEEDBACK_COLUMNS.filter((column) => EXPRESSIONS[column] !== undefined);

/**
 * Fills `target` with one slice's rows: of each category's, every item of the palette gives as many, give or take one. They are sorted while the palette's
 * columns are still referred to and not copied, so that nothing is sorted when the part is written.
 * `{seed}`, `{first}` (number of its first row), `{fromMs}` and the rest are parameters.
 */
export function insertSlice({ target, palette, slice }: { target: string; palette: string; slice: string }): string {
  const constants = Object.keys(SLICE_COLUMNS).map((column) => `(SELECT ${column} FROM ${slice}) AS ${column}_drawn`);
  return `
INSERT INTO ${target} (${COLUMNS.map((column) => `\`${column}\``).join(', ')})
WITH ${constants.join(', ')}
SELECT
  ${COLUMNS.map((column) => `${EXPRESSIONS[column] ?? ''} AS \`new_${column}\``).join(',\n  ')}
FROM
(
  SELECT
    * EXCEPT (places, place, copies, begin),
    {first:UInt64} + begin + copy AS n,
    cityHash64(n, {seed:UInt64}, 1) AS h1, cityHash64(n, {seed:UInt64}, 2) AS h2, cityHash64(n, {seed:UInt64}, 3) AS h3, cityHash64(n, {seed:UInt64}, 4) AS h4,
    toInt64({fromMs:Int64} + 3600000 * hours_drawn[category_index * {hoursDrawn:UInt32} + 1 + bitShiftRight(h4, 16) % {hoursDrawn:UInt32}] + bitShiftRight(h3, 20) % 3600000) AS created_ms,
    0.5 + 0.5 * ${UNIT('bitShiftRight(h1, 24)')} AS p,
    mood = 0 AND h2 % 16 != 0 AS complaint,
    multiIf(mood = 0, 1 + h4 % 2, mood = 1, 3, 4 + h4 % 2) AS stars,
    h4 % 8 = 0 AS two
  FROM
  (
    SELECT *, rows_drawn[category_index + 1] AS own, first_drawn[category_index + 1] + intDiv(place * own, places) AS begin, first_drawn[category_index + 1] + intDiv((place + 1) * own, places) - begin AS copies
    FROM ${palette}
  )
  ARRAY JOIN range(copies) AS copy
  ORDER BY created_ms, n
)
SETTINGS async_insert = 0, insert_deduplicate = 0, max_insert_threads = 1, max_threads = 1, max_partitions_per_insert_block = 0, max_block_size = ${BLOCK_ROWS}, min_insert_block_size_rows = ${BLOCK_ROWS}, min_insert_block_size_bytes = 0, optimize_on_insert = 0, query_plan_remove_redundant_sorting = 0`;
}
