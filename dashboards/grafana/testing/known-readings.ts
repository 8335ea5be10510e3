import { CATEGORY_IDS, type CategoryId } from '../../../core/category.ts';
import type { LabelRecord, Labels } from '../../../core/label.ts';
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

/** Labels of some items, one or two each, of some of the fields; the same for the same seed. */
export function knownLabels(items: readonly StoredItem[], seed: number): LabelRecord[] {
  const random = mulberry(seed + 12);
  return items.flatMap(({ item, score, createdAtMs }): LabelRecord[] => (random() > 0.1 ? [] : Array.from({ length: random() < 0.3 ? 2 : 1 }, (_, at) => {
    const labels: Labels = {
      ...(random() < 0.8 ? { complaint: random() < 0.7 ? score.complaint : !score.complaint } : {}),
      ...(random() < 0.5 ? { sentiment: random() < 0.7 ? score.sentiment : 'neutral' } : {}),
      ...(random() < 0.5 ? { categories: random() < 0.7 ? score.categories.map(({ id }) => id as CategoryId).reverse() : ['other' as const] } : {}),
    };
    return { id: `label-${item.id}-${at}`, workspace: item.workspace, feedbackId: item.id, text: item.text, by: 'u1', atMs: createdAtMs + at * 1_000, labels };
  })));
}
