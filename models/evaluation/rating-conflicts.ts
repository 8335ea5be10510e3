import type { Scorer } from '../scorer.ts';
import type { LabelledItem } from './labelled-sample.ts';
import { yesNo } from './labelled-tables.ts';
import type { YesNo } from './labelled-tables.ts';

const RATINGS = { fits: { negative: 1, positive: 5 }, contradicts: { negative: 5, positive: 1 } } as const;

/**
 * How often a rating that contradicts its text is flagged, and what share of the flags is right: each item with an opinion
 * is scored twice, with one star and with five.
 */
export async function judgeRatingConflicts(scorer: Pick<Scorer, 'score'>, items: readonly LabelledItem[]): Promise<YesNo> {
  const truth: boolean[] = [];
  const guess: boolean[] = [];
  for (const kind of ['fits', 'contradicts'] as const) {
    const inputs = items.flatMap(({ text, sentiment }) => (sentiment === 'neutral' ? [] : [{ text, rating: RATINGS[kind][sentiment] }]));
    for (const { ratingConflict } of await scorer.score(inputs)) {
      truth.push(kind === 'contradicts');
      guess.push(ratingConflict === true);
    }
  }
  return yesNo(truth, guess);
}
