import { describe, expect, it } from 'vitest';
import type { Score } from '../core/score.ts';
import { compareModels } from './compare-models.ts';
import type { Scorer } from './scorer.ts';

function scoreOf(complaint: boolean, category: string): Score {
  return {
    sentiment: complaint ? 'negative' : 'positive', probabilities: { negative: 0, neutral: 0, positive: 1 }, stars: 5, starProbabilities: [0, 0, 0, 0, 1],
    complaint, complaintProbability: complaint ? 0.9 : 0.1, severity: complaint ? 'mild' : 'none', categories: [{ id: category, probability: 1, decidedBy: 'model' }],
    implicit: false, keywords: [], language: 'zh',
  };
}

const scorerOf = (version: string, decide: (text: string) => Score): Scorer => ({
  version, backend: 'none', textsMax: 256, score: (inputs) => Promise.resolve(inputs.map(({ text }) => decide(text))), dispose: () => undefined,
});

describe('a comparison of two models', () => {
  const before = scorerOf('old', (text) => scoreOf(text.startsWith('bad'), 'logistics'));
  const after = scorerOf('new', (text) => scoreOf(text.startsWith('bad') || text === 'good 3', text === 'bad 1' ? 'product.price' : 'logistics'));
  const inputs = Array.from({ length: 1_200 }, (_, at) => ({ text: `${at % 2 === 1 ? 'bad' : 'good'} ${at}` })).concat([{ text: 'good 3' }]);

  it('counts what would change, by category', async () => {
    const comparison = await compareModels(before, after, inputs);
    expect(comparison).toMatchObject({ before: 'old', after: 'new', texts: 1_201, complaintsBefore: 600, complaintsAfter: 601, changed: { sentiment: 1, complaint: 1, severity: 1, categories: 1 } });
    expect(comparison.categories.filter((each) => each.complaintsBefore !== each.complaintsAfter)).toEqual([
      { category: 'product.price', complaintsBefore: 0, complaintsAfter: 1 },
    ]);
    expect(comparison.examples).toEqual([{ text: 'good 3', complaintBefore: 0.1, complaintAfter: 0.9 }]);
  });

  it('finds no change between a model and itself', async () => {
    expect((await compareModels(before, before, inputs)).changed).toEqual({ sentiment: 0, complaint: 0, severity: 0, categories: 0 });
  });
});
