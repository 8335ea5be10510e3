import type { Channel, FeedbackItem } from '../../../core/feedback.ts';
import type { StoredItem } from '../../../core/stored-item.ts';

/** A stored complaint with the fields that a test cares for. */
export function stored({ keywords = [], ...item }: Partial<FeedbackItem> & { id: string; text: string; keywords?: string[] }): StoredItem {
  const createdAtMs = item.createdAtMs ?? 0;
  return {
    sequence: 1, index: 0, model: 'fast-1', createdAtMs,
    item: { idGiven: true, workspace: 'default', channel: 'app' satisfies Channel, receivedAtMs: createdAtMs, ...item, createdAtMs },
    score: {
      sentiment: 'negative', probabilities: { negative: 1, neutral: 0, positive: 0 }, stars: 1, starProbabilities: [1, 0, 0, 0, 0], complaint: true, complaintProbability: 0.9, severity: 'moderate',
      categories: [{ id: 'app', probability: 0.9, decidedBy: 'model' }], implicit: false, keywords, language: 'zh',
    },
  };
}
