import { describe, expect, it } from 'vitest';
import type { BacktestAlert } from '../../../stream/backtest/summarize.ts';
import { judgePacks } from './judge-packs.ts';
import { layOut, type Planted, type ScoredText } from './lay-out.ts';
import type { Plant } from './plants.ts';

const HOUR_MS = 3_600_000;
const plant: Plant = { name: 'late parcels', rules: ['parcels'], alsoExplains: ['negative'], items: 10, withinMs: HOUR_MS, of: { category: 'logistics' } };
const planted: Planted = { plant, fromMs: 10 * HOUR_MS, toMs: 11 * HOUR_MS, atMs: [10, 10.2, 10.4, 10.6].map((hours) => hours * HOUR_MS), categories: new Set(['logistics']) };
const alert = (ruleId: string, hours: number): BacktestAlert => ({ ruleId, workspace: 'default', group: {}, severity: 'warning', openedAtMs: hours * HOUR_MS, count: 1, firstItemAtMs: null, late: false, escalated: [], resolvedAtMs: null, peak: 1, pages: 1 });

describe('alerts against planted surges', () => {
  it('are found by a rule that is meant for them, and explained for a day; everything else is unexplained', () => {
    const judged = judgePacks([{ ...alert('parcels', 9), resolvedAtMs: 9.5 * HOUR_MS }, alert('parcels', 10.5), alert('negative', 30), alert('negative', 60), alert('other', 10.5)], { planted: [planted], days: 3, fromMs: 0 }, new Set(['parcels']));
    expect(judged).toMatchObject({ planted: 1, found: 1, foundShare: 1, unexplainedADay: 1, byPlant: [{ medianDelayMinutes: 30, itemsUntil: 3 }] });
    expect(Object.fromEntries(judged.unexplainedByRule)).toEqual({ parcels: 0.33, negative: 0.33, other: 0.33 });
  });

  it('are found by a level that an open alert reaches, or at once where it is open for the same group; of another group they are neither found nor explained', () => {
    const judge = (over: Partial<BacktestAlert>) => judgePacks([{ ...alert('parcels', 9), group: { category: 'logistics' }, ...over }], { planted: [planted], days: 1, fromMs: 0 }, new Set(['parcels']));
    expect(judge({ escalated: [{ atMs: 10.4 * HOUR_MS, severity: 'critical', count: 100 }], resolvedAtMs: 10.5 * HOUR_MS })).toMatchObject({ found: 1, byPlant: [{ medianDelayMinutes: 24 }] });
    expect(judge({ resolvedAtMs: null })).toMatchObject({ found: 1, byPlant: [{ medianDelayMinutes: 0 }] });
    expect(judge({ group: { category: 'other' }, openedAtMs: 10.5 * HOUR_MS })).toMatchObject({ found: 0, unexplainedADay: 1 });
  });

  it('are not found by other rules, or too late; and a pack without a rule for a surge is not asked for it', () => {
    expect(judgePacks([alert('negative', 10.5), alert('parcels', 14)], { planted: [planted], days: 1, fromMs: 0 }, new Set(['parcels']))).toMatchObject({ planted: 1, found: 0, foundShare: 0 });
    expect(judgePacks([], { planted: [planted], days: 1, fromMs: 0 }, new Set(['other']))).toMatchObject({ planted: 0, foundShare: 1, byPlant: [] });
  });
});

describe('weeks that are laid out', () => {
  const score = { sentiment: 'negative', complaint: true, complaintProbability: 0.9, stars: 1, severity: 'mild', categories: [{ id: 'logistics', probability: 0.9, decidedBy: 'model' }], implicit: false, keywords: [], language: 'zh' } as unknown as ScoredText['score'];
  const texts = Array.from({ length: 24 * 50 }, (_, at): ScoredText => ({ text: `text ${at}`, score: { ...score, complaint: at % 3 === 0 } }));

  it('are the same for a seed, hold each surge three times where it was planted, and nothing of a channel that is silent', () => {
    const silence: Plant = { name: 'silence', rules: ['silent'], items: 0, withinMs: 6 * HOUR_MS, of: 'silence' };
    const laid = layOut(texts, { aDay: 50, seed: 3, plants: [plant, silence] });
    expect(layOut(texts, { aDay: 50, seed: 3, plants: [plant, silence] })).toEqual(laid);
    const own = laid.items.filter(({ item }) => item.id.startsWith('p-'));
    expect(own).toHaveLength(30);
    const spans = laid.planted.filter(({ plant: of }) => of === plant);
    expect(own.every(({ item }) => spans.some(({ fromMs, toMs }) => item.createdAtMs >= fromMs && item.createdAtMs <= toMs))).toBe(true);
    expect(spans.every(({ fromMs }) => fromMs >= laid.fromMs && fromMs < laid.toMs)).toBe(true);
    const silent = laid.planted.filter(({ plant: of }) => of === silence);
    expect(laid.items.filter(({ item }) => item.channel === 'chat' && silent.some(({ fromMs, toMs }) => item.createdAtMs >= fromMs && item.createdAtMs < toMs))).toEqual([]);
    expect(laid.items.map(({ item }) => item.createdAtMs)).toEqual(laid.items.map(({ item }) => item.createdAtMs).toSorted((a, b) => a - b));
  });

  it('that are too few are refused', () => {
    expect(() => layOut(texts.slice(0, 400), { aDay: 50, seed: 3, plants: [plant] })).toThrow('8 days of 50');
  });
});
