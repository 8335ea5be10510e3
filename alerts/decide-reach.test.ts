import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forecastReach } from './decide-reach.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const every = (count: number, stepMs: number, untilMs: number): number[] => Array.from({ length: count }, (_, index) => untilMs - (count - 1 - index) * stepMs);

describe('the forecast', () => {
  it('says “42 of 50, at this rate in about 2 h” of one every quarter of an hour', () => {
    const timesMs = every(42, 15 * MINUTE, DAY * 100);
    const at = forecastReach({ timesMs, fireAt: 50, windowMs: DAY, nowMs: DAY * 100 });
    expect((at! - DAY * 100) / MINUTE).toBeGreaterThan(100);
    expect((at! - DAY * 100) / MINUTE).toBeLessThanOrEqual(120);
  });

  it('is none where as many leave as come', () => {
    // 48 in 24 h, one each half hour, for days.
    expect(forecastReach({ timesMs: every(48, 30 * MINUTE, DAY * 100), fireAt: 50, windowMs: DAY, nowMs: DAY * 100 })).toBeNull();
  });

  it('is none where too little came lately to tell a rate', () => {
    expect(forecastReach({ timesMs: [...every(45, MINUTE, DAY * 100 - 12 * 60 * MINUTE), DAY * 100 - 5], fireAt: 50, windowMs: DAY, nowMs: DAY * 100 })).toBeNull();
    expect(forecastReach({ timesMs: [], fireAt: 5, windowMs: DAY, nowMs: DAY * 100 })).toBeNull();
  });

  it('is now where the count is reached', () => {
    expect(forecastReach({ timesMs: every(50, MINUTE, DAY), fireAt: 50, windowMs: DAY, nowMs: DAY })).toBe(DAY);
  });

  it('is the first moment at which the items inside and those to come are enough', () => {
    const nowMs = 1_000_000;
    const windowMs = 100_000;
    fc.assert(fc.property(fc.array(fc.integer({ min: nowMs - windowMs + 1, max: nowMs }), { maxLength: 40 }), fc.integer({ min: 1, max: 60 }), (times, fireAt) => {
      const timesMs = times.sort((a, b) => a - b);
      const found = forecastReach({ timesMs, fireAt, windowMs, nowMs });
      if (timesMs.length >= fireAt) return void expect(found).toBe(nowMs);
      const recent = timesMs.filter((ms) => ms > nowMs - windowMs / 4);
      const isOlder = recent.length < timesMs.length;
      const sinceMs = isOlder ? windowMs / 4 : nowMs - (recent[0] ?? nowMs);
      if (recent.length < 5 || sinceMs === 0) return void expect(found).toBeNull();
      const countAt = (ms: number): number => timesMs.filter((one) => one > ms - windowMs).length + (ms - nowMs) * ((isOlder ? recent.length : recent.length - 1) / sinceMs);
      let first: number | null = null;
      for (let ms = nowMs; ms <= nowMs + windowMs && first === null; ms += 10) if (countAt(ms) >= fireAt) first = ms;
      if (found === null) expect(first).toBeNull();
      else expect(Math.abs(found - (first ?? nowMs + windowMs))).toBeLessThanOrEqual(10);
    }), { numRuns: 200 });
  });
});
