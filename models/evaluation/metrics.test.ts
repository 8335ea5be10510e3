import { describe, expect, it } from 'vitest';
import { bootstrap } from './bootstrap.ts';
import { LinearBaseline } from './linear-baseline.ts';
import { readLabelledSample } from './labelled-sample.ts';
import { accuracy, calibrationError, classScores, macroF1, precisionRecall } from './metrics.ts';

describe('metrics', () => {
  const truth = [0, 0, 0, 1, 1, 2];
  const guess = [0, 0, 1, 1, 2, 2];

  it('count precision, recall and F1 of each class', () => {
    expect(classScores(truth, guess)).toEqual([
      { label: 0, support: 3, precision: 1, recall: 2 / 3, f1: 0.8 },
      { label: 1, support: 2, precision: 0.5, recall: 0.5, f1: 0.5 },
      { label: 2, support: 1, precision: 0.5, recall: 1, f1: 2 / 3 },
    ]);
    expect(macroF1(truth, guess)).toBeCloseTo((0.8 + 0.5 + 2 / 3) / 3, 10);
    expect(accuracy(truth, guess)).toBeCloseTo(4 / 6, 10);
  });

  it('find no calibration error in honest confidence and all of it in a boast', () => {
    expect(calibrationError([0.75, 0.75, 0.75, 0.75], [true, true, true, false])).toBeCloseTo(0, 10);
    expect(calibrationError([1, 1], [false, false])).toBe(1);
    expect(calibrationError([], [])).toBe(0);
  });

  it('walk the thresholds from the top, ties together', () => {
    expect(precisionRecall([0.9, 0.5, 0.5, 0.1], [true, true, false, false])).toEqual([
      { threshold: 0.9, precision: 1, recall: 0.5 },
      { threshold: 0.5, precision: 2 / 3, recall: 1 },
      { threshold: 0.1, precision: 0.5, recall: 1 },
    ]);
  });

  it('bracket a figure by resampling, the same each time', () => {
    const longTruth = Array.from({ length: 400 }, (_, at) => at % 2);
    const longGuess = longTruth.map((value, at) => (at % 10 === 0 ? 1 - value : value));
    const interval = bootstrap(longTruth, longGuess, accuracy);
    expect(interval.value).toBeCloseTo(0.9, 10);
    expect(interval.low).toBeGreaterThan(0.85);
    expect(interval.high).toBeLessThan(0.95);
    expect(bootstrap(longTruth, longGuess, accuracy)).toEqual(interval);
  });
});

describe('the linear peer', () => {
  it('tells what it was shown from what it was not', () => {
    const texts = ['很好喜欢', '太差失望', '很好满意', '差劲失望', '喜欢满意', '太差差劲'];
    const baseline = new LinearBaseline(texts, [1, 0, 1, 0, 1, 0], 2, 3);
    expect(['很好很好', '失望失望'].map((text) => baseline.predict(text))).toEqual([1, 0]);
  });
});

describe('the hand-labelled sample', () => {
  const items = readLabelledSample().flatMap(({ items: each }) => each);

  it('has at least 500 items, none twice, in all classes', () => {
    expect(items.length).toBeGreaterThanOrEqual(500);
    expect(new Set(items.map(({ text }) => text)).size).toBe(items.length);
    expect(new Set(items.flatMap(({ categories }) => categories)).size).toBe(17);
    expect(items.filter(({ implicit }) => implicit).length).toBeGreaterThanOrEqual(50);
  });

  it('is labelled without contradiction', () => {
    expect(items.filter(({ complaint, sentiment, severity }) => (complaint && (sentiment !== 'negative' || severity === 'none')) || (sentiment === 'positive' && severity !== 'none'))).toEqual([]);
  });
});
