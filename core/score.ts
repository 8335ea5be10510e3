export const SENTIMENTS = ['negative', 'neutral', 'positive'] as const;
export type Sentiment = (typeof SENTIMENTS)[number];

export const SEVERITIES = ['none', 'mild', 'moderate', 'severe'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const LANGUAGES = ['zh', 'en', 'other'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What a category was decided by: the model, or the editable taxonomy's words and patterns. */
export type CategorySource = 'model' | 'taxonomy';

export interface CategoryScore {
  /** Two levels joined by a dot, such as `product.quality`; see core/category.ts. */
  id: string;
  /** Calibrated, 0 to 1. */
  probability: number;
  decidedBy: CategorySource;
}

/** What the model says of one text. Probabilities are calibrated, 0 to 1. */
export interface Score {
  sentiment: Sentiment;
  /** Sums to 1. */
  probabilities: { negative: number; neutral: number; positive: number };
  /** Most likely star, 1 to 5. */
  stars: number;
  /** For 1 to 5 stars, in this order; sums to 1. */
  starProbabilities: [number, number, number, number, number];
  complaint: boolean;
  complaintProbability: number;
  severity: Severity;
  /** Best first; at least one entry, `other` when nothing else fits. */
  categories: CategoryScore[];
  /** Polite words, a lost customer: negative though no negative word is said. */
  implicit: boolean;
  /** Parts of the text that moved the decision, strongest first. */
  keywords: string[];
  language: Language;
  /** True when the customer's rating says one thing and the text the other; the text's reading stands. */
  ratingConflict?: boolean;
}
