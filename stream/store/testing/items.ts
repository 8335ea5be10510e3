import type { FeedbackItem } from '../../../core/feedback.ts';
import type { Score } from '../../../core/score.ts';
import type { StoredItem } from '../../../core/stored-item.ts';

export const SOME_TIME_MS = Date.UTC(2026, 2, 1, 12, 0, 0);

export const SCORE: Score = {
  sentiment: 'negative',
  probabilities: { negative: 0.75, neutral: 0.125, positive: 0.125 },
  stars: 1,
  starProbabilities: [0.5, 0.25, 0.125, 0.0625, 0.0625],
  complaint: true,
  complaintProbability: 0.875,
  severity: 'moderate',
  categories: [{ id: 'logistics', probability: 0.75, decidedBy: 'model' }],
  implicit: false,
  keywords: ['太慢'],
  language: 'zh',
};

export function feedbackItem(changes: Partial<FeedbackItem> = {}): FeedbackItem {
  return {
    id: 'item-1',
    idGiven: false,
    workspace: 'default',
    text: '快递太慢了',
    channel: 'app',
    createdAtMs: SOME_TIME_MS,
    receivedAtMs: SOME_TIME_MS,
    ...changes,
  };
}

export interface StoredItemChanges {
  sequence?: number;
  index?: number;
  duplicateOf?: string;
  item?: Partial<FeedbackItem>;
  score?: Partial<Score>;
}

/** A stored item whose id names its place, unless told otherwise. */
export function storedItem({ sequence = 1, index = 0, duplicateOf, item = {}, score = {} }: StoredItemChanges = {}): StoredItem {
  const feedback = feedbackItem({ id: `item-${sequence}-${index}`, ...item });
  const stored: StoredItem = {
    sequence,
    index,
    item: feedback,
    score: { ...SCORE, ...score },
    model: 'test-1',
    createdAtMs: feedback.createdAtMs,
  };
  return duplicateOf === undefined ? stored : { ...stored, duplicateOf };
}

/** `count` items of one log entry. */
export function entryRows(sequence: number, count: number, changes: Omit<StoredItemChanges, 'sequence' | 'index'> = {}): StoredItem[] {
  return Array.from({ length: count }, (_, index) => storedItem({ ...changes, sequence, index }));
}
