import { describe, expect, it } from 'vitest';
import { classifyFreshness, dataAgeMs, elapsedMs, recordArrival, serverNowMs } from './freshness.ts';
import type { Instant } from './freshness.ts';

const at = (steadyMs: number, wallMs = steadyMs): Instant => ({ steadyMs, wallMs });

describe('the age of the data', () => {
  it('is the server\'s lag and the time since the message came', () => {
    const arrival = recordArrival(null, { asOfMs: 5_000_000, lagMs: 300 }, at(1_000));
    expect(dataAgeMs(arrival, at(1_500))).toBe(800);
  });

  it('does not depend on the difference between the two machines\' clocks', () => {
    const yearsAhead = recordArrival(null, { asOfMs: 9_000_000_000_000, lagMs: 300 }, at(1_000));
    expect(dataAgeMs(yearsAhead, at(1_500))).toBe(800);
  });

  it('goes on growing when messages keep coming with the same counts', () => {
    const first = recordArrival(null, { asOfMs: 1_000, lagMs: 0 }, at(0));
    const repeated = recordArrival(first, { asOfMs: 1_000, lagMs: 0 }, at(20_000));
    expect(dataAgeMs(repeated, at(20_000))).toBe(20_000);
    const moved = recordArrival(repeated, { asOfMs: 2_000, lagMs: 0 }, at(21_000));
    expect(dataAgeMs(moved, at(21_000))).toBe(0);
  });

  it('counts the time for which the machine slept, though its steady clock stood still', () => {
    const arrival = recordArrival(null, { asOfMs: 1_000, lagMs: 0 }, at(0, 0));
    expect(dataAgeMs(arrival, at(100, 3_600_000))).toBe(3_600_000);
  });

  it('does not shrink when the wall clock is set back', () => {
    expect(elapsedMs(at(0, 1_000_000), at(7_000, 0))).toBe(7_000);
  });

  it('ignores a negative lag', () => {
    expect(dataAgeMs(recordArrival(null, { asOfMs: 1, lagMs: -50_000 }, at(0)), at(0))).toBe(0);
  });

  it('gives the server\'s time now', () => {
    const arrival = recordArrival(null, { asOfMs: 1_000_000, lagMs: 200 }, at(0));
    expect(serverNowMs(arrival, at(300))).toBe(1_000_500);
  });
});

describe('freshness', () => {
  it.each([
    [null, 'waiting'], [0, 'fresh'], [5_000, 'fresh'], [5_001, 'slow'], [15_000, 'slow'], [15_001, 'stale'], [Infinity, 'stale'],
  ] as const)('of %s ms is %s', (ageMs, expected) => {
    expect(classifyFreshness(ageMs)).toBe(expected);
  });
});
