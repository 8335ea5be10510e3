import { FEEDBACK_COLUMNS, type FeedbackColumn } from '../feedback-row.ts';

/** Table of one row with the palette's columns as arrays, and the slice's. Arrays of one row are constants of a statement. */
export const PALETTE_COLUMNS = {
  text: 'Array(String)', category: 'Array(String)', sentiment: 'Array(UInt8)', channel: 'Array(String)', language: 'Array(UInt8)', product: 'Array(String)', store: 'Array(String)',
  region: 'Array(String)', agent: 'Array(String)', orders: 'Array(String)', ticket: 'Array(String)', customer: 'Array(String)', tier: 'Array(String)', groups: 'Array(String)',
  rating: 'Array(UInt8)', nps: 'Array(Int8)', wait: 'Array(Int32)', resolved: 'Array(Int8)',
  endings: 'Array(String)', first: 'Array(UInt32)', items: 'Array(UInt32)',
} as const;
export const SLICE_COLUMNS = { categories: 'Array(UInt8)', hours: 'Array(UInt16)' } as const;

const SENTIMENTS = "['negative', 'neutral', 'positive']";
const LANGUAGES = "['zh', 'en']";
/** One in fifty repeats the item before it. */
const REPEATS = 'h3 % 50 = 0';
const UNIT = (bits: string): string => `((${bits}) % 1024) / 1024`;
const at = (array: string): string => `${array}[k]`;

/** What each column of a row is made of: `k` its place in the palette, `h1` … `h4` its own hashes, `n` its number. */
const EXPRESSIONS: Partial<Record<FeedbackColumn, string>> = {
  workspace: '{workspace:String}',
  id: "concat({idPrefix:String}, toString(n))",
  created_at: 'fromUnixTimestamp64Milli(toInt64(created_ms), \'UTC\')',
  received_at: "fromUnixTimestamp64Milli(toInt64(created_ms + 200 + h2 % 4000), 'UTC')",
  channel: at('channel_of'),
  text: `concat(${at('text_of')}, ending_of[(language_of[k] * 3 + s) * {endings:UInt32} + 1 + bitShiftRight(h1, 40) % {endings:UInt32}])`,
  language: `${LANGUAGES}[language_of[k] + 1]`,
  sentiment: `${SENTIMENTS}[s + 1]`,
  sentiment_probability: 'toFloat32(p)',
  negative_probability: 'toFloat32(if(s = 0, p, (1 - p) / 2))',
  neutral_probability: 'toFloat32(if(s = 1, p, (1 - p) / 2))',
  positive_probability: 'toFloat32(if(s = 2, p, (1 - p) / 2))',
  stars: 'toUInt8(stars)',
  star_probabilities: 'arrayMap(i -> toFloat32(if(i = stars, 0.6, 0.1)), [1, 2, 3, 4, 5])',
  rating_conflict: `${at('rating_of')} > 0 AND abs(${at('rating_of')} - stars) >= 3`,
  complaint: 'complaint',
  complaint_probability: `toFloat32(if(complaint, 0.55 + 0.45 * ${UNIT('h3')}, 0.35 * ${UNIT('h3')}))`,
  severity: "if(NOT complaint, 'none', multiIf(h4 % 20 < 10, 'mild', h4 % 20 < 17, 'moderate', 'severe'))",
  categories: `if(h4 % 8 = 0, [${at('category_of')}, category_of[k2]], [${at('category_of')}])`,
  category_probabilities: `if(h4 % 8 = 0, [toFloat32(p), toFloat32(p / 2)], [toFloat32(p)])`,
  category_deciders: "if(h4 % 8 = 0, ['model', 'model'], ['model'])",
  implicit: 'complaint AND h2 % 12 = 0',
  keywords: `if(complaint, [substringUTF8(${at('text_of')}, 1, 4)], emptyArrayString())`,
  duplicate_of: `if(${REPEATS} AND n > {first:UInt64}, concat({idPrefix:String}, toString(n - 1)), '')`,
  model: "if(created_ms < {middleMs:Int64}, 'generated-1', 'generated-2')",
  id_given: 'false',
  customer_id: `if(${at('customer_of')} = '', '', concat('C', toString(toUInt32({customers:UInt32} * pow(${UNIT('bitShiftRight(h2, 20)')}, 2)) + h1 % 97)))`,
  customer_tier: at('tier_of'),
  customer_group: at('group_of'),
  customer_region: `if(${at('customer_of')} = '', '', ${at('region_of')})`,
  product: at('product_of'),
  order: `if(${at('order_of')} = '', '', concat('T', toString(1000000000 + h2 % 3000000000)))`,
  ticket: `if(${at('ticket_of')} = '', '', concat('W', toString(1000000 + h3 % 9000000)))`,
  agent: at('agent_of'),
  store: at('store_of'),
  region: at('region_of'),
  rating: `nullIf(${at('rating_of')}, 0)`,
  nps: `if(${at('nps_of')} < 0, NULL, toUInt8(${at('nps_of')}))`,
  wait_seconds: `if(${at('wait_of')} < 0, NULL, toFloat64(${at('wait_of')} + h4 % 30))`,
  resolved: `if(${at('resolved_of')} < 0, NULL, ${at('resolved_of')} = 1)`,
  log_id: '{logId:String}',
  log_sequence: 'intDiv(n, 64) + 1',
  log_index: 'toUInt32(n % 64)',
};

const COLUMNS = FEEDBACK_COLUMNS.filter((column) => EXPRESSIONS[column] !== undefined);

/** Names under which the arrays stand in the statement; none is that of a column of the result. */
const ARRAY_NAMES: Record<keyof typeof PALETTE_COLUMNS, string> = {
  text: 'text_of', category: 'category_of', sentiment: 'sentiment_of', channel: 'channel_of', language: 'language_of', product: 'product_of', store: 'store_of', region: 'region_of',
  agent: 'agent_of', orders: 'order_of', ticket: 'ticket_of', customer: 'customer_of', tier: 'tier_of', groups: 'group_of', rating: 'rating_of', nps: 'nps_of', wait: 'wait_of',
  resolved: 'resolved_of', endings: 'ending_of', first: 'first_of', items: 'items_of',
};

/** Fills `target` with one slice's rows. `{seed}`, `{first}` (number of its first row), `{rows}`, `{fromMs}` and the rest are parameters. */
export function insertSlice({ target, palette, slice }: { target: string; palette: string; slice: string }): string {
  const arrays = [
    ...Object.entries(ARRAY_NAMES).map(([column, name]) => `(SELECT ${column} FROM ${palette}) AS ${name}`),
    ...Object.keys(SLICE_COLUMNS).map((column) => `(SELECT ${column} FROM ${slice}) AS ${column}_drawn`),
  ];
  return `
INSERT INTO ${target} (${COLUMNS.map((column) => `\`${column}\``).join(', ')})
WITH ${arrays.join(', ')}
SELECT
  ${COLUMNS.map((column) => `${EXPRESSIONS[column] ?? ''} AS \`new_${column}\``).join(',\n  ')}
FROM
(
  SELECT
    number AS n,
    cityHash64(number, {seed:UInt64}, 1) AS h1, cityHash64(number, {seed:UInt64}, 2) AS h2, cityHash64(number, {seed:UInt64}, 3) AS h3, cityHash64(number, {seed:UInt64}, 4) AS h4,
    categories_drawn[1 + h1 % length(categories_drawn)] + 1 AS c,
    first_of[c] + bitShiftRight(h2, 8) % items_of[c] + 1 AS k,
    1 + bitShiftRight(h3, 12) % length(text_of) AS k2,
    {fromMs:Int64} + 3600000 * hours_drawn[(c - 1) * {hoursDrawn:UInt32} + 1 + bitShiftRight(h4, 16) % {hoursDrawn:UInt32}] + bitShiftRight(h3, 20) % 3600000 AS created_ms,
    sentiment_of[k] AS s,
    0.5 + 0.5 * ${UNIT('bitShiftRight(h1, 24)')} AS p,
    s = 0 AND h2 % 16 != 0 AS complaint,
    multiIf(s = 0, 1 + h4 % 2, s = 1, 3, 4 + h4 % 2) AS stars
  FROM numbers_mt({first:UInt64}, {rows:UInt64})
)
SETTINGS async_insert = 0, insert_deduplicate = 0, max_insert_threads = 2, max_threads = 4, max_partitions_per_insert_block = 0, min_insert_block_size_rows = 300000, optimize_on_insert = 0`;
}
