import { describe, expect, it } from 'vitest';
import { sampleAlert, sampleCounts } from '../shared/testing/samples.ts';
import { rankCategories } from './category-rows.ts';

const row = (id: string, complaints24h: number) => ({ id, complaints5m: 0, complaints1h: 0, complaints24h });
const counts = sampleCounts({ categories: [row('b', 5), row('a', 5), row('c', 40), row('d', 1), row('e', 2)] });
const shown = (alert: Parameters<typeof sampleAlert>[0]) => ({ ...sampleAlert(alert), late: false });

describe('the rows of categories', () => {
  it('are the largest over 24 hours first, equal ones by id', () => {
    expect(rankCategories(counts, [], 9).rows.map((entry) => entry.id)).toEqual(['c', 'a', 'b', 'e', 'd']);
  });

  it('give their last line to the rest when they do not fit, and lose nothing', () => {
    const { rows, rest } = rankCategories(counts, [], 3);
    expect(rows.map((entry) => entry.id)).toEqual(['c', 'a']);
    expect(rest).toEqual({ categories: 3, complaints24h: 8 });
    expect(rankCategories(counts, [], 5).rest).toBeNull();
  });

  it('always hold a category with an open alert, in its place by size', () => {
    const { rows, rest } = rankCategories(counts, [shown({ group: { category: 'd' } })], 3);
    expect(rows.map((entry) => entry.id)).toEqual(['c', 'd']);
    expect(rest).toEqual({ categories: 3, complaints24h: 12 });
  });

  it('show a threshold on the bar only where the bar shows the alert\'s own count', () => {
    const day = shown({ group: { category: 'c' }, fireAt: 50 });
    expect(rankCategories(counts, [day], 9).rows[0]).toMatchObject({ thresholdAt: 50 });
    expect(rankCategories(counts, [day], 9).scaleMax).toBe(50);
    const hour = shown({ group: { category: 'c' }, windowMs: 3_600_000 });
    expect(rankCategories(counts, [hour], 9).rows[0]).toMatchObject({ thresholdAt: null, alert: hour });
    const part = shown({ group: { category: 'c', channel: 'phone' } });
    expect(rankCategories(counts, [part], 9).rows[0]).toMatchObject({ thresholdAt: null, alert: part });
    expect(rankCategories(counts, [part, day], 9).rows[0]).toMatchObject({ thresholdAt: 50, alert: day });
  });

  it('have a scale even when there is nothing to scale', () => {
    expect(rankCategories(sampleCounts({ categories: [row('a', 0)] }), [], 9).scaleMax).toBe(1);
    expect(rankCategories(sampleCounts({ categories: [] }), [], 9)).toEqual({ rows: [], rest: null, scaleMax: 1 });
  });
});
