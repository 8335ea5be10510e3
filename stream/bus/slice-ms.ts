/** Counting a full frame takes ten milliseconds: without a pause dozens of them would be counted while requests wait. */
const SLICE_MS_MIN = 5;
const SLICE_MS_MAX = 50;
/** Of the time that all else took in between. */
const SLICE_SHARE = 0.5;

/**
 * How long entries that arrived together are handed out before whatever else came meanwhile has its turn again. The busier the event loop, the longer:
 * with hundreds of requests in one turn a slice of fixed length would leave the reader a few hundredths of the time, and it would fall behind.
 * @param pauseMs how long the turn between this slice and the one before took
 */
export function sliceMsAfter(pauseMs: number): number {
  return Math.min(SLICE_MS_MAX, Math.max(SLICE_MS_MIN, pauseMs * SLICE_SHARE));
}
