/** What is known of a group whose share is not reached yet. */
export interface ShareReachInput {
  /** Event times of the matching items inside the window, and of those that the share is of, ascending, milliseconds. */
  timesMs: readonly number[];
  volumeTimesMs: readonly number[];
  shareAtLeast: number;
  countMin: number;
  volumeMin: number;
  windowMs: number;
  nowMs: number;
}

/** Matching items that a rate is told from. */
const RATE_ITEMS_MIN = 5;
const RATE_PART = 0.25;
/** Moments of the window that comes which are looked at. */
const STEPS = 240;

/**
 * When a share is reached if both kinds of items go on to come at the rates of the window's last quarter and those inside leave when they do, to the
 * two hundred and fortieth part of a window; null where too few came lately to tell, or where it is not reached within one window. Pure.
 */
export function forecastShare({ timesMs, volumeTimesMs, shareAtLeast, countMin, volumeMin, windowMs, nowMs }: ShareReachInput): number | null {
  const spanMs = windowMs * RATE_PART;
  const recent = after(timesMs, nowMs - spanMs);
  if (recent < RATE_ITEMS_MIN) return null;
  const firstMs = volumeTimesMs[0] ?? nowMs;
  // Where all of it began within that span, it is told from its beginning on.
  const sinceMs = Math.min(spanMs, nowMs - firstMs);
  if (sinceMs <= 0) return null;
  const [perMs, volumePerMs] = [recent / sinceMs, after(volumeTimesMs, nowMs - spanMs) / sinceMs];
  for (let step = 0; step <= STEPS; step++) {
    const aheadMs = (step * windowMs) / STEPS;
    const atMs = nowMs + aheadMs;
    const count = after(timesMs, atMs - windowMs) + perMs * aheadMs;
    const volume = after(volumeTimesMs, atMs - windowMs) + volumePerMs * aheadMs;
    if (volume >= volumeMin && count >= countMin && count >= shareAtLeast * volume) return Math.ceil(atMs);
  }
  return null;
}

/** How many of an ascending list lie after a time. */
function after(timesMs: readonly number[], ms: number): number {
  let [low, high] = [0, timesMs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (timesMs[middle]! > ms) high = middle;
    else low = middle + 1;
  }
  return timesMs.length - low;
}
