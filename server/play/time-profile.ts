const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** 1970-01-01 was a Thursday; the table below starts on Monday. */
const EPOCH_WEEKDAY = 3;

/** When a retailer's customers write, local time: quiet nights, a lunch peak, a long evening. */
const HOUR_WEIGHTS = [
  0.45, 0.25, 0.15, 0.1, 0.1, 0.15, 0.35, 0.65, 0.95, 1.2, 1.4, 1.45,
  1.4, 1.25, 1.2, 1.2, 1.2, 1.2, 1.3, 1.5, 1.75, 1.8, 1.45, 0.9,
];
/** Monday to Sunday. */
const WEEKDAY_WEIGHTS = [0.95, 0.92, 0.92, 0.95, 1.0, 1.15, 1.11];

const HOUR_MEAN = HOUR_WEIGHTS.reduce((sum, weight) => sum + weight, 0) / HOUR_WEIGHTS.length;
const WEEKDAY_MEAN = WEEKDAY_WEIGHTS.reduce((sum, weight) => sum + weight, 0) / WEEKDAY_WEIGHTS.length;

/**
 * Traffic of the hour around a time, relative to the mean of a week, which is 1.
 * @param utcOffsetMs local time minus UTC
 */
export function trafficAt(atMs: number, utcOffsetMs: number): number {
  const localMs = atMs + utcOffsetMs;
  const hour = modulo(Math.floor(localMs / HOUR_MS), 24);
  const weekday = modulo(Math.floor(localMs / DAY_MS) + EPOCH_WEEKDAY, 7);
  return ((HOUR_WEIGHTS[hour] as number) / HOUR_MEAN) * ((WEEKDAY_WEIGHTS[weekday] as number) / WEEKDAY_MEAN);
}

/** Start of the next hour: until then `trafficAt` does not change. Offsets of half an hour work as well. */
export function nextHourMs(atMs: number, utcOffsetMs: number): number {
  return (Math.floor((atMs + utcOffsetMs) / HOUR_MS) + 1) * HOUR_MS - utcOffsetMs;
}

/** Never negative: the first hours of 1970 lie before zero in western zones. */
function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
