import { CATEGORY_IDS } from '../../../core/category.ts';
import { SENTIMENTS, type Score } from '../../../core/score.ts';
import type { StoredItem } from '../../../core/stored-item.ts';
import { mulberry } from './known-items.ts';

/** What another model says of an item. */
export interface KnownReading {
  model: string;
  stored: StoredItem;
  score: Score;
}

/** Readings of a third of the items by one or two other models, most of them equal to what was counted; the same for the same seed. */
export function knownReadings(items: readonly StoredItem[], seed: number): KnownReading[] {
  const random = mulberry(seed + 11);
  return items.flatMap((stored): KnownReading[] => {
    if (random() > 0.35) return [];
    return ['other-1', ...(random() < 0.4 ? ['other-2'] : [])].map((model) => ({ model, stored, score: reading(stored.score, random) }));
  });
}

function reading(score: Score, random: () => number): Score {
  const categories = random() < 0.2 ? [...score.categories, { id: CATEGORY_IDS[Math.floor(random() * CATEGORY_IDS.length)]!, probability: 0.25, decidedBy: 'model' as const }] : score.categories.toReversed();
  return {
    ...score,
    categories: categories.filter(({ id }, at) => categories.findIndex((one) => one.id === id) === at),
    sentiment: random() < 0.8 ? score.sentiment : SENTIMENTS[Math.floor(random() * SENTIMENTS.length)]!,
    complaint: random() < 0.85 ? score.complaint : !score.complaint,
    complaintProbability: Math.fround(random()),
  };
}
