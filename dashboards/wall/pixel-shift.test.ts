import { describe, expect, it } from 'vitest';
import { pixelShift, SHIFT_MAX_PX } from './pixel-shift.ts';

describe('the shift against burn-in', () => {
  it('never leaves the room that the page keeps for it, moves with every step, and comes back', () => {
    for (let step = 0; step < 100; step++) {
      const [x, y] = pixelShift(step);
      expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(SHIFT_MAX_PX);
      expect(pixelShift(step + 1)).not.toEqual([x, y]);
      expect(pixelShift(step + 8)).toEqual([x, y]);
    }
  });
});
