export interface BackoffPolicy {
  /** Ceiling after the first failure; it doubles with each further one. */
  baseMs: number;
  /** The ceiling grows no further. */
  capMs: number;
  /** No wait is shorter, so that a run of low draws is no busy loop. */
  floorMs: number;
}

/**
 * Exponential backoff with full jitter: a uniform draw from `[floorMs, min(capMs, baseMs · 2^(failures − 1))]`.
 * Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 *
 * @param failures 1, 2, 3 …
 * @param draw uniform in [0, 1)
 */
export function backoffMs(failures: number, draw: number, policy: BackoffPolicy): number {
  const ceilingMs = Math.min(policy.capMs, policy.baseMs * 2 ** Math.max(0, failures - 1));
  return Math.round(Math.max(policy.floorMs, draw * ceilingMs));
}
