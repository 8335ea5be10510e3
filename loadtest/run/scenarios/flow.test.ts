import { describe, expect, it } from 'vitest';
import { sustainedBatches } from './flow.ts';

describe('the five minutes of the whole flow', () => {
  it('are at the target where the probe reached it, and leave room where it did not', () => {
    expect(sustainedBatches(8_814)).toBe(80);
    expect(sustainedBatches(8_000)).toBe(80);
    expect(sustainedBatches(7_990)).toBe(67);
    expect(sustainedBatches(0)).toBe(1);
  });
});
