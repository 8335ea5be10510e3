import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuseRating } from './fuse-rating.ts';
import type { RatingInput } from './fuse-rating.ts';

const flat: RatingInput['stars'] = [0.2, 0.2, 0.2, 0.2, 0.2];
const fuse = (sentiment: RatingInput['sentiment'], rating?: number): ReturnType<typeof fuseRating> => fuseRating({ sentiment, stars: flat, rating, conflictAt: 0.7 });

describe('a rating beside a text', () => {
  it('changes nothing when there is none', () => {
    expect(fuse([0.5, 0.3, 0.2])).toEqual({ sentiment: [0.5, 0.3, 0.2], stars: flat, conflict: false });
  });

  it('decides where the text does not', () => {
    expect(fuse([0.34, 0.33, 0.33], 1).sentiment[0]).toBeGreaterThan(0.75);
    expect(fuse([0.34, 0.33, 0.33], 5).sentiment[2]).toBeGreaterThan(0.75);
    expect(fuse([0.34, 0.33, 0.33], 3).sentiment[1]).toBeGreaterThan(0.5);
  });

  it('of five stars on an angry text is flagged and not averaged away', () => {
    expect(fuse([0.9, 0.05, 0.05], 5)).toEqual({ sentiment: [0.9, 0.05, 0.05], stars: flat, conflict: true });
  });

  it('of one star on a happy text is flagged as well', () => {
    expect(fuse([0.05, 0.05, 0.9], 1).conflict).toBe(true);
  });

  it('gives the stars to the rating when both agree', () => {
    const { stars, conflict } = fuse([0.9, 0.05, 0.05], 2);
    expect(conflict).toBe(false);
    expect(stars.indexOf(Math.max(...stars))).toBe(1);
  });

  it('leaves probabilities that sum to 1, for any text and rating', () => {
    fc.assert(fc.property(fc.tuple(fc.float({ min: 0, max: 1, noNaN: true }), fc.float({ min: 0, max: 1, noNaN: true }), fc.float({ min: 0, max: 1, noNaN: true })), fc.double({ min: 0, max: 6, noNaN: true }), (raw, rating) => {
      const sum = raw[0] + raw[1] + raw[2] + 0.03;
      const { sentiment, stars } = fuse([(raw[0] + 0.01) / sum, (raw[1] + 0.01) / sum, (raw[2] + 0.01) / sum], rating);
      expect(sentiment.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
      expect(stars.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    }));
  });
});
