import { describe, expect, it } from 'vitest';
import { sampleCounts } from '../shared/testing/samples.ts';
import { emptyMinutes, fillMinutes, fiveMinuteSums, summariseMinutes } from './minute-series.ts';

const MINUTE = 60_000;
const items = Array.from({ length: 60 }, (_, index) => index + 1);
const complaints = new Array<number>(60).fill(2);
const endMs = 100 * MINUTE;
const filling = sampleCounts({ asOfMs: endMs - 20_000, perMinute: { endMs, items, complaints } });
const whole = sampleCounts({ asOfMs: endMs, perMinute: { endMs, items, complaints } });

describe('the last hour by the minute', () => {
  it('draws the minute that is still filling apart, from the last whole minute on', () => {
    const columns = emptyMinutes();
    fillMinutes(columns, filling, 'items');
    const [times, done, rest] = columns;
    expect(times[0]).toBe(41 * 60);
    expect(times[59]).toBe(100 * 60);
    expect(done.slice(57)).toEqual([58, 59, null]);
    expect(rest.slice(57)).toEqual([null, 59, 60]);
  });

  it('has no filling minute when the last one ends with the counts', () => {
    const columns = emptyMinutes();
    fillMinutes(columns, whole, 'items');
    expect(columns[1][59]).toBe(60);
  });

  it('writes in place, and clears what was there before', () => {
    const columns = emptyMinutes();
    const [times, done, rest] = columns;
    fillMinutes(columns, whole, 'items');
    fillMinutes(columns, filling, 'complaints');
    expect([columns[0] === times, columns[1] === done, columns[2] === rest]).toEqual([true, true, true]);
    expect(done[59]).toBeNull();
    expect([times.length, done.length, rest.length]).toEqual([60, 60, 60]);
  });

  it('leaves minutes before a shorter history empty', () => {
    const columns = emptyMinutes();
    fillMinutes(columns, sampleCounts({ asOfMs: endMs, perMinute: { endMs, items: [7, 8], complaints: [0, 0] } }), 'items');
    expect(columns[1].slice(56)).toEqual([null, null, 7, 8]);
  });

  it('is summed up over whole minutes only', () => {
    expect(summariseMinutes(filling, 'items')).toEqual({ last: 59, min: 1, max: 59, total: 1770 });
    expect(summariseMinutes(whole, 'items').last).toBe(60);
    expect(summariseMinutes(sampleCounts({ perMinute: { endMs, items: [], complaints: [] } }), 'items')).toEqual({ last: null, min: 0, max: 0, total: 0 });
  });

  it('stands as twelve sums in its table, which add up to the same', () => {
    const rows = fiveMinuteSums(whole);
    expect(rows).toHaveLength(12);
    expect(rows[0]).toEqual({ endMs: endMs - 55 * MINUTE, items: 15, complaints: 10 });
    expect(rows[11]?.endMs).toBe(endMs);
    expect(rows.reduce((sum, row) => sum + row.items, 0)).toBe(1830);
  });
});
