import { describe, expect, it } from 'vitest';
import type { AlertMeasure } from '../../core/alert.ts';
import { spikeLimit } from '../decide-spike.ts';
import type { Opening } from '../list/alert-record.ts';
import type { ProvenPart } from './prove-alert.ts';
import { stillFires } from './still-fires.ts';
import { usualOf } from './usual.ts';

const TEXT = { zh: '', en: '' };
const part = (id: string, countedAsOf: number, over: Partial<ProvenPart> = {}): ProvenPart => ({
  id, alertId: 'a', ruleId: 'r', title: TEXT, outcome: 'equal', reason: 'as-said', claimed: countedAsOf, counted: countedAsOf, cameLater: 0, cameLate: 0, countedAsOf, countedNow: countedAsOf, counts: 'items', why: TEXT, ...over,
});
const parts = (...counts: number[]): ProvenPart[] => [part('count', 50), ...counts.map((count, at) => part(`earlier-${at + 1}`, count))];

describe('what is usual for an absence that learned it', () => {
  const measure: AlertMeasure = { kind: 'absence', expected: 6, learned: true, baseline: [7, 6, 5] };
  const opening: Opening = { id: 'a', count: 0, atMs: 0, sequence: 1, late: false, fireAt: 1, measure, basis: { windowEndMs: 0, absence: { expectedMin: 5 } } };
  const fires = (counts: number[], countedAsOf = 0): boolean => stillFires(opening, { countedAsOf, claimed: 0, parts: parts(...counts) });

  it('is the median of its earlier windows as they come out, and the silence means something by that or does not', () => {
    expect(usualOf(opening, parts(7, 6, 5))?.now).toEqual({ expected: 6, fireAt: 1, expectedMin: 5 });
    expect(usualOf(opening, parts(7, 4, 4))).toEqual({ then: { expected: 6, fireAt: 1, expectedMin: 5 }, now: { expected: 4, fireAt: 1, expectedMin: 5 } });
    expect([fires([7, 6, 5]), fires([7, 4, 4]), fires([7, 5, 4]), fires([7, 6, 5], 1)]).toEqual([true, false, true, false]);
  });

  it('is not known where it was given, of an older version, or past the keeping time: then its own count alone decides', () => {
    expect(usualOf({ ...opening, measure: { kind: 'absence', expected: 6, learned: false } }, parts())).toBeNull();
    expect(usualOf({ ...opening, basis: { windowEndMs: 0 } }, parts(7, 4, 4))).toBeNull();
    const gone = [part('count', 0), part('earlier-1', 7), part('earlier-2', 4), part('earlier-3', 0, { outcome: 'differs', reason: 'past-keeping-time' })];
    expect(usualOf(opening, gone)).toBeNull();
    expect(stillFires(opening, { countedAsOf: 0, claimed: 0, parts: gone })).toBe(true);
  });
});

describe.each(['poisson', 'robust-z'] as const)('what is usual, by %s,', (method) => {
  const rule = { method, sensitivity: 3, timesMin: 2, fireAt: 10 };
  const baseline = [10, 12, 11, 13, 9];
  const told = spikeLimit({ rule, baseline, factor: 1 });
  const fireAt = told.reason === 'known' ? told.fireAt : 0;
  const measure: AlertMeasure = { kind: 'spike', expected: 11, baseline, method, score: 0, days: 'all' };
  const opening: Opening = { id: 'a', count: 50, atMs: 0, sequence: 1, late: false, fireAt, measure, basis: { windowEndMs: 0, spike: { sensitivity: 3, timesMin: 2, fireAtMin: 10, factor: 1 } } };
  const fires = (...counts: number[]): boolean => stillFires(opening, { countedAsOf: 50, claimed: 50, parts: parts(...counts) });

  it('is what was told where its windows come out the same', () => {
    expect(usualOf(opening, parts(...baseline))).toEqual({ then: { expected: 11, fireAt }, now: { expected: 11, fireAt } });
    expect(fires(...baseline)).toBe(true);
  });

  it('is what its windows come to, and the alert fires by that or does not', () => {
    const counted = usualOf(opening, parts(40, 41, 42, 43, 44));
    expect(counted?.now.expected).toBe(42);
    expect(counted?.now.fireAt).toBeGreaterThan(50);
    expect(fires(40, 41, 42, 43, 44)).toBe(false);
    expect(fires(40, 12, 11, 13, 9)).toBe(true);
  });

  it('is not known of an older version, of another kind, or past the keeping time: then the limit of then holds', () => {
    expect(usualOf({ ...opening, basis: { windowEndMs: 0 } }, parts(...baseline))).toBeNull();
    expect(usualOf({ ...opening, measure: { kind: 'severe' } }, parts(...baseline))).toBeNull();
    const gone = [part('count', 50), ...[40, 41, 42, 43, 44].map((count, at) => part(`earlier-${at + 1}`, count, at === 4 ? { outcome: 'differs', reason: 'past-keeping-time' } : {}))];
    expect(usualOf(opening, gone)).toBeNull();
    expect(stillFires(opening, { countedAsOf: 50, claimed: 50, parts: gone })).toBe(true);
  });
});
