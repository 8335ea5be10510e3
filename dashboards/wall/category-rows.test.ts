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

  it('show a threshold on the bar only where the bar shows what the alert counts', () => {
    const first = (over: Parameters<typeof shown>[0]) => rankCategories(counts, [shown({ group: { category: 'c' }, count: 40, ...over })], 9).rows[0];
    expect(first({ fireAt: 30 })).toMatchObject({ thresholdAt: 30, alert: { fireAt: 30 } });
    for (const [why, other] of Object.entries<Parameters<typeof shown>[0]>({
      'another window': { windowMs: 3_600_000 }, 'a part of the category': { group: { category: 'c', channel: 'phone' } }, 'other items': { count: 41 },
    })) {
      expect(first(other), why).toMatchObject({ thresholdAt: null, alert: other });
    }
  });

  it('show the lowest of several thresholds and the most severe alert', () => {
    const alerts = [shown({ group: { category: 'c' }, count: 40, fireAt: 35, severity: 'critical' }), shown({ group: { category: 'c' }, count: 40, fireAt: 30 })];
    expect(rankCategories(counts, alerts, 9).rows[0]).toMatchObject({ thresholdAt: 30, alert: { severity: 'critical' } });
  });

  it('scale to the threshold while the count has fallen below it', () => {
    expect(rankCategories(counts, [shown({ group: { category: 'c' }, count: 40, fireAt: 50 })], 9).scaleMax).toBe(50);
  });

  it('have a scale even when there is nothing to scale', () => {
    expect(rankCategories(sampleCounts({ categories: [row('a', 0)] }), [], 9).scaleMax).toBe(1);
    expect(rankCategories(sampleCounts({ categories: [] }), [], 9)).toEqual({ rows: [], rest: null, scaleMax: 1 });
  });
});
