/** Spans of Grafana's `$__interval` from which the hours, and then the days, are read instead of the minutes. */
const HOURS_FROM_INTERVAL_S = 600;
const DAYS_FROM_INTERVAL_S = 43_200;

/** Sums of the roll-ups that a query may name. */
type Measure = string;

interface DimensionSource {
  /** A field, `category`, or `all`. */
  dimension: string;
  measures: readonly Measure[];
  /** A condition on `value`. */
  where?: string;
}

/**
 * A subquery over the roll-up that fits the span: minutes for hours and days, hours for weeks and months, days beyond. Of
 * the three only one has a condition that holds, and ClickHouse reads no part of the others. Rows: `time`, cut to the
 * points that Grafana draws, `value`, and the measures. A span's first and last interval are whole ones.
 */
export function byDimension({ dimension, measures, where = '' }: DimensionSource): string {
  const from = (table: string, condition: string, time: string): string =>
    `  SELECT ${time} AS at, value, ${measures.join(', ')}\n  FROM tocsin.${table}\n  WHERE ${condition} AND workspace = '$workspace' AND dimension = '${dimension}'${where === '' ? '' : ` AND ${where}`} AND $__timeFilter(time)`;
  const cut = (seconds: number): string => `toStartOfInterval(time, toIntervalSecond(greatest($__interval_s, ${seconds})))`;
  return `(
${from('rollup_minute', `$__interval_s < ${HOURS_FROM_INTERVAL_S}`, cut(60))}
  UNION ALL
${from('rollup_hour', `$__interval_s >= ${HOURS_FROM_INTERVAL_S} AND $__interval_s < ${DAYS_FROM_INTERVAL_S}`, cut(3600))}
  UNION ALL
${from('rollup_day', `$__interval_s >= ${DAYS_FROM_INTERVAL_S}`, 'time')}
)`;
}

/** Conditions of the boards' filters, on the roll-ups that have channel, region and customer group side by side. */
export const FILTERS = [
  "workspace = '$workspace'",
  '$__conditionalAll(channel IN (${channel:singlequote}), $channel)',
  '$__conditionalAll(region IN (${region:singlequote}), $region)',
  '$__conditionalAll(customer_group IN (${customer_group:singlequote}), $customer_group)',
].join('\n  AND ');

/** A share that is empty where there is nothing to divide by. */
export function share(part: string, whole: string): string {
  return `if(${whole} = 0, NULL, ${part} / ${whole})`;
}

/**
 * What follows SELECT … of a query over arrivals and places on the log: whole minutes of the span, by `created_at`. A projection of
 * `feedback` holds them: count(), countIf(log_index = 0), countIf(received_at > created_at + toIntervalHour(1)),
 * max(received_at), min(log_sequence) and max(log_sequence), each by `log_id`. Anything else reads the items.
 */
export const ARRIVALS = "FROM (SELECT *, toStartOfMinute(created_at) AS minute FROM tocsin.feedback) WHERE workspace = '$workspace'";
export const ARRIVED_IN_SPAN = `${ARRIVALS} AND $__timeFilter(minute)`;
