import { describe, expect, it } from 'vitest';
import { CATEGORY_IDS } from '../core/category.ts';
import type { CategoryId } from '../core/category.ts';
import { calibrate, decideScore, SILENT_PROBABILITIES } from './decide-score.ts';
import type { DecideInput } from './decide-score.ts';
import { CATEGORY_ORDER, HEADS, OUTPUT_SIZE } from './heads.ts';
import type { OperatingPoints } from './operating-points.ts';

const POINTS: OperatingPoints = {
  negative: 0.45, complaint: 0.4, implicit: 0.5, complaintHint: 0.2, ratingConflict: 0.7, categories: Object.fromEntries(CATEGORY_IDS.map((id) => [id, 0.5])) as Record<CategoryId, number>,
};

interface Says {
  sentiment: [number, number, number];
  stars?: [number, number, number, number, number];
  complaint?: number;
  severity?: [number, number, number, number];
  implicit?: number;
  categories?: Partial<Record<CategoryId, number>>;
}

function probabilitiesOf({ sentiment, stars = [0.2, 0.2, 0.2, 0.2, 0.2], complaint = 0, severity = [1, 0, 0, 0], implicit = 0, categories = {} }: Says): Float32Array {
  const out = new Float32Array(OUTPUT_SIZE);
  out.set(sentiment, HEADS.sentiment.from);
  out.set(stars, HEADS.stars.from);
  out[HEADS.complaint.from] = complaint;
  out.set(severity, HEADS.severity.from);
  out[HEADS.implicit.from] = implicit;
  for (const [id, probability] of Object.entries(categories)) out[HEADS.categories.from + CATEGORY_ORDER.indexOf(id as CategoryId)] = probability;
  return out;
}

const decide = (says: Says, rest: Partial<DecideInput> = {}): ReturnType<typeof decideScore> => decideScore({ probabilities: probabilitiesOf(says), points: POINTS, language: 'zh', keywords: [], saysNothing: false, taxonomy: [], ...rest });

describe('the decision about a text', () => {
  it.each([
    ['negative from its point on, though positive is likelier', [0.46, 0.04, 0.5], 'negative'],
    ['what is likelier of the others below it', [0.44, 0.05, 0.51], 'positive'],
    ['neutral where the two are equal', [0.2, 0.4, 0.4], 'neutral'],
    ['negative below its point where nothing is likelier', [0.4, 0.3, 0.3], 'negative'],
    ['negative below its point where it is as likely as another', [0.4, 0.2, 0.4], 'negative'],
  ] as const)('is %s', (_, sentiment, expected) => {
    expect(decide({ sentiment: [...sentiment] }).sentiment).toBe(expected);
  });

  it.each([
    ['is negative where a customer leaves with polite words', [0.1, 0.3, 0.6], 0.5, 0.2, 'negative', true],
    ['is left alone without a hint of a complaint', [0.1, 0.3, 0.6], 0.9, 0.19, 'positive', false],
    ['is left alone where it is plainly neutral', [0.1, 0.81, 0.09], 0.9, 0.9, 'neutral', false],
    ['is left alone below the point of implicit negatives', [0.1, 0.3, 0.6], 0.49, 0.9, 'positive', false],
  ] as const)('%s', (_, sentiment, implicit, complaint, expected, isImplicit) => {
    expect(decide({ sentiment: [...sentiment], implicit, complaint })).toMatchObject({ sentiment: expected, implicit: isImplicit });
  });

  it('asks for no hint of a complaint where the points ask for none', () => {
    expect(decide({ sentiment: [0.1, 0.3, 0.6], implicit: 0.5 }, { points: { ...POINTS, complaintHint: 0 } })).toMatchObject({ sentiment: 'negative', implicit: true });
  });

  it('never takes praise for a complaint', () => {
    expect(decide({ sentiment: [0.2, 0.1, 0.7], complaint: 0.99 })).toMatchObject({ sentiment: 'positive', complaint: false, severity: 'none' });
  });

  it('takes no calm question for a complaint, and a doubtful one for one', () => {
    expect(decide({ sentiment: [0.15, 0.84, 0.01], complaint: 0.5 })).toMatchObject({ sentiment: 'neutral', complaint: false, severity: 'none' });
    expect(decide({ sentiment: [0.4, 0.55, 0.05], complaint: 0.5 })).toMatchObject({ sentiment: 'neutral', complaint: true, severity: 'mild' });
  });

  it('gives a complaint at least a mild severity and all else none', () => {
    expect(decide({ sentiment: [0.9, 0.1, 0], complaint: 0.9, severity: [0.97, 0.02, 0.01, 0] })).toMatchObject({ complaint: true, severity: 'mild' });
    expect(decide({ sentiment: [0.1, 0.9, 0], complaint: 0.1, severity: [0, 0, 0, 1] })).toMatchObject({ complaint: false, severity: 'none' });
    expect(decide({ sentiment: [0.9, 0.1, 0], complaint: 0.9, severity: [0, 0.2, 0.3, 0.5] }).severity).toBe('severe');
  });

  it('names every category that reaches its point, likeliest first, and the likeliest where none does', () => {
    expect(decide({ sentiment: [1, 0, 0], categories: { logistics: 0.6, 'app.crash': 0.8, 'product.price': 0.4 } }).categories.map(({ id }) => id)).toEqual(['app.crash', 'logistics']);
    expect(decide({ sentiment: [1, 0, 0], categories: { logistics: 0.2, other: 0.3 } }).categories.map(({ id }) => id)).toEqual(['other']);
  });

  it('says of each category whether the model or the taxonomy decided', () => {
    const taxonomy = [{ id: 'gift-card', probability: 1, decidedBy: 'taxonomy' as const }];
    expect(decide({ sentiment: [1, 0, 0], categories: { logistics: 0.6 } }, { taxonomy }).categories.map(({ id, decidedBy }) => [id, decidedBy])).toEqual([['gift-card', 'taxonomy'], ['logistics', 'model']]);
  });

  it('flags a rating that contradicts the text and lets the text stand', () => {
    expect(decide({ sentiment: [0.9, 0.05, 0.05], complaint: 0.9 }, { rating: 5 })).toMatchObject({ sentiment: 'negative', complaint: true, ratingConflict: true });
    expect(decide({ sentiment: [0.9, 0.05, 0.05] }, { rating: 1 }).ratingConflict).toBeUndefined();
  });

  it('keeps five digits of a probability and takes the decision before', () => {
    const score = decide({ sentiment: [0.4499999, 0.1, 0.4500001] });
    expect(score).toMatchObject({ sentiment: 'positive', probabilities: { negative: 0.45 } });
  });

  it('of silence is neutral', () => {
    expect(decideScore({ probabilities: SILENT_PROBABILITIES, points: POINTS, language: 'other', keywords: [], saysNothing: true, taxonomy: [] })).toMatchObject({ sentiment: 'neutral', complaint: false, stars: 3 });
  });

  it.each([[1, 'negative'], [2, 'negative'], [3, 'neutral'], [4, 'positive'], [5, 'positive']])('of silence with a rating of %i is %s and no complaint', (rating, sentiment) => {
    expect(decideScore({ probabilities: SILENT_PROBABILITIES, points: POINTS, language: 'other', keywords: [], saysNothing: true, taxonomy: [], rating })).toMatchObject({ sentiment, complaint: false, implicit: false, stars: rating });
  });
});

describe('calibrated probabilities', () => {
  it('are shares in heads that exclude each other and answers of their own elsewhere', () => {
    const ones = new Array<number>(OUTPUT_SIZE).fill(1);
    const out = calibrate(Float32Array.from({ length: OUTPUT_SIZE + 2 }, (_, at) => at - 9), 2, { scale: ones, shift: ones });
    expect([...out].every((each) => each >= 0 && each <= 1)).toBe(true);
    for (const { from, size } of [HEADS.sentiment, HEADS.stars, HEADS.severity]) expect(out.slice(from, from + size).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    expect(out[HEADS.complaint.from]).toBeCloseTo(1 / (1 + Math.exp(-(8 + 2 - 9 + 1))), 5);
  });
});
