import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RETRY_FIRST_MS, RETRY_MAX_MS, retryDelayMs } from './backoff.ts';

describe('the wait before connecting again', () => {
  it('doubles from attempt to attempt up to its limit', () => {
    expect([1, 2, 3, 4, 5, 6, 7].map((attempt) => retryDelayMs(attempt, 0.999_999))).toEqual([500, 1000, 2000, 4000, 8000, 15000, 15000]);
  });

  it('is spread over the upper half, so that many screens do not return at once', () => {
    expect(retryDelayMs(3, 0)).toBe(1000);
    expect(retryDelayMs(3, 0.5)).toBe(1500);
  });

  it('stays within its limits after any number of attempts', () => {
    fc.assert(
      fc.property(fc.integer({ min: -5, max: 1_000_000_000 }), fc.double({ min: 0, max: 0.999_999_999, noNaN: true }), (attempt, random) => {
        const delayMs = retryDelayMs(attempt, random);
        return delayMs >= RETRY_FIRST_MS / 2 && delayMs <= RETRY_MAX_MS;
      }),
    );
  });
});
