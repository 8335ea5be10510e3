import { describe, expect, it } from 'vitest';
import type { Score } from '../../core/score.ts';
import type { ScorerInput } from '../scorer.ts';
import type { LabelledItem } from './labelled-sample.ts';
import { judgeRatingConflicts } from './rating-conflicts.ts';

const item = (text: string, sentiment: LabelledItem['sentiment']): LabelledItem => ({ text, sentiment }) as LabelledItem;
const items = [item('bad one', 'negative'), item('bad two', 'negative'), item('so so', 'neutral'), item('fine', 'positive')];

describe('ratings that contradict their text', () => {
  it('are asked for with one star and five, of opinions alone, and counted by what is flagged', async () => {
    const asked: ScorerInput[] = [];
    // Sees through one of the two bad texts, and doubts the fine one whatever its rating.
    const score = async (inputs: readonly ScorerInput[]): Promise<Score[]> => inputs.map((input) => {
      asked.push(input);
      return (input.text === 'bad one' && input.rating === 5) || input.text === 'fine' ? ({ ratingConflict: true }) as Score : ({}) as Score;
    });
    expect(await judgeRatingConflicts({ score }, items)).toMatchObject({ support: 3, precision: 2 / 3, recall: 2 / 3 });
    expect(asked.map(({ text, rating }) => `${text} ${rating}`)).toEqual(['bad one 1', 'bad two 1', 'fine 5', 'bad one 5', 'bad two 5', 'fine 1']);
  });
});
