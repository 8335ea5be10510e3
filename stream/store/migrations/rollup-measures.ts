/** Groups of measures: what a roll-up keeps of the items in one of its rows. */
interface Measure {
  name: string;
  type: 'UInt64' | 'Float64';
  /** Of one row of `feedback`, to be summed: computed once a row, however many rows of the roll-up it is in. `original` is 1 where an item repeats no other. */
  sql: string;
}

const count = (name: string, condition: string): Measure => ({ name, type: 'UInt64', sql: `original AND ${condition}` });
const sum = (name: string, type: Measure['type'], sql: string): Measure => ({ name, type, sql });

/** Of every roll-up. Repeats of an item are in `repeats` and in nothing else. */
export const COUNTS: readonly Measure[] = [
  sum('items', 'UInt64', 'original'),
  sum('repeats', 'UInt64', 'NOT original'),
  count('complaints', 'complaint'),
  count('negative', "sentiment = 'negative'"),
  count('neutral', "sentiment = 'neutral'"),
  count('positive', "sentiment = 'positive'"),
  count('mild', "severity = 'mild'"),
  count('moderate', "severity = 'moderate'"),
  count('severe', "severity = 'severe'"),
];

/** Of the roll-ups by one dimension. A sum stands beside the count of items that had a value. */
export const SUMS: readonly Measure[] = [
  count('implicit_complaints', 'implicit AND complaint'),
  count('rating_conflicts', 'rating_conflict'),
  sum('stars_sum', 'UInt64', 'original * stars'),
  count('ratings', 'rating IS NOT NULL'),
  sum('rating_sum', 'UInt64', 'original * ifNull(rating, 0)'),
  count('satisfied', 'ifNull(rating >= 4, false)'),
  count('nps_answers', 'nps IS NOT NULL'),
  count('nps_promoters', 'ifNull(nps >= 9, false)'),
  count('nps_detractors', 'ifNull(nps <= 6, false)'),
  count('waits', 'wait_seconds IS NOT NULL'),
  sum('wait_seconds_sum', 'Float64', 'original * ifNull(wait_seconds, 0)'),
  count('resolutions', 'resolved IS NOT NULL'),
  count('resolved_items', 'ifNull(resolved, false)'),
  sum('complaint_probability_sum', 'Float64', 'original * toFloat64(complaint_probability)'),
  sum('sentiment_probability_sum', 'Float64', 'original * toFloat64(sentiment_probability)'),
  sum('arrival_delay_ms_sum', 'UInt64', "toUInt64(original * greatest(dateDiff('millisecond', created_at, received_at), 0))"),
];

/** Column list of a SummingMergeTree. */
export function plainColumns(measures: readonly Measure[]): string {
  return measures.map(({ name, type }) => `  ${name} ${type} CODEC(ZSTD(1))`).join(',\n');
}

/** Column list of an AggregatingMergeTree. */
export function summedColumns(measures: readonly Measure[]): string {
  return measures.map(({ name, type }) => `  ${name} SimpleAggregateFunction(sum, ${type}) CODEC(ZSTD(1))`).join(',\n');
}

/** Select list over rows of `feedback`: each measure of a row, under its name with `row_` before it. */
export function ofRow(measures: readonly Measure[]): string {
  return measures.map(({ name, sql }) => `    ${sql} AS row_${name}`).join(',\n');
}

/** Select list that sums over rows of `feedback` as they are. */
export function summedItems(measures: readonly Measure[]): string {
  return measures.map(({ name, sql }) => `  sum(${sql}) AS ${name}`).join(',\n');
}

/** Select list that sums what `ofRow` made. */
export function summedRows(measures: readonly Measure[]): string {
  return measures.map(({ name }) => `  sum(row_${name}) AS ${name}`).join(',\n');
}

/** Select list over rows of an hourly roll-up called `hourly`. */
export function summed(measures: readonly Measure[]): string {
  return measures.map(({ name }) => `  sum(hourly.${name}) AS ${name}`).join(',\n');
}
