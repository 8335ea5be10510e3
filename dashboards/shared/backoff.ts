/** First wait before a new attempt to connect. */
export const RETRY_FIRST_MS = 500;
/** Longest wait; a wall must come back soon after its server does. */
export const RETRY_MAX_MS = 15_000;

/**
 * Wait before attempt `attempt` (1 is the first after a loss): doubling to the limit, of which the half is random, so
 * that a hundred walls do not return in the same instant.
 *
 * @param random uniform in [0, 1)
 */
export function retryDelayMs(attempt: number, random: number): number {
  const ceilingMs = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(Math.max(attempt, 1) - 1, 16));
  return Math.round(ceilingMs * (0.5 + random / 2));
}
