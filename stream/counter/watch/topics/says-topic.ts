import type { TopicBasis } from '../../../../core/alert.ts';
import type { ScoredItem } from '../../../../core/frame.ts';
import { termsOf } from './terms.ts';

const NO_WORDS: ReadonlySet<string> = new Set();

/** True of an item that says a topic. Stop words leave other terms as they are, so the rule's need not be known. */
export function saysTopic({ item, score }: Pick<ScoredItem, 'item' | 'score'>, { term, of }: Pick<TopicBasis, 'term' | 'of'>): boolean {
  return of === 'keywords' ? score.keywords.some((word) => word.toLowerCase() === term) : termsOf(item.text, score.language, NO_WORDS).includes(term);
}
