import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

const POLICY = { baseMs: 1_000, capMs: 300_000, floorMs: 100 };

describe('backoff', () => {
  it.each([
    ['a middle draw after the first failure', 1, 0.5, 500],
    ['a middle draw after the fourth', 4, 0.5, 4_000],
    ['the ceiling stops at the cap', 10, 0.999_999, 300_000],
    ['a thousand failures are no overflow', 1_000, 0.5, 150_000],
    ['the lowest draw still waits a little', 5, 0, 100],
  ])('%s', (_name, failures, draw, expected) => {
    expect(backoffMs(failures, draw, POLICY)).toBe(expected);
  });

  it('stays between floor and ceiling, and the ceiling doubles', () => {
    const draws = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(fc.property(fc.integer({ min: 1, max: 5_000 }), draws, (failures, draw) => {
      const waitMs = backoffMs(failures, draw, POLICY);
      expect(waitMs).toBeGreaterThanOrEqual(POLICY.floorMs);
      expect(waitMs).toBeLessThanOrEqual(Math.max(POLICY.floorMs, Math.min(POLICY.capMs, POLICY.baseMs * 2 ** (failures - 1))));
    }));
  });
});
