export interface RatingInput {
  /** Negative, neutral, positive, from the text. */
  sentiment: [number, number, number];
  stars: [number, number, number, number, number];
  /** 1 to 5, when the item carries one. */
  rating?: number | undefined;
  /** How sure the text must be for a rating of the other side to be a contradiction. */
  conflictAt: number;
}

export interface RatingOutput {
  sentiment: [number, number, number];
  stars: [number, number, number, number, number];
  /** The rating says one thing and the text the other; the text's reading stands. */
  conflict: boolean;
}

/** How much likelier a rating is under negative, neutral, positive; from stars beside sentiments in app reviews, smoothed. */
const RATING_LIKELIHOOD: readonly (readonly [number, number, number])[] = [
  [0.62, 0.12, 0.02],
  [0.2, 0.18, 0.03],
  [0.12, 0.44, 0.08],
  [0.03, 0.16, 0.22],
  [0.03, 0.1, 0.65],
];
/** Share of the text's star reading that a rating leaves. */
const STARS_KEPT = 0.15;

/**
 * Joins the customer's rating with the text's reading by Bayes' rule, taking both as independent given the sentiment.
 * Where they contradict each other the text stands alone and the contradiction is flagged: a five-star rating on an
 * angry text is a slip or a hostage, and averaging would hide the anger.
 */
export function fuseRating(input: RatingInput): RatingOutput {
  const { sentiment, stars, rating } = input;
  if (rating === undefined) return { sentiment, stars, conflict: false };
  const star = Math.min(5, Math.max(1, Math.round(rating)));
  const conflict = (star >= 4 && sentiment[0] >= input.conflictAt) || (star <= 2 && sentiment[2] >= input.conflictAt);
  if (conflict) return { sentiment, stars, conflict };
  const likelihood = RATING_LIKELIHOOD[star - 1] ?? [1, 1, 1];
  const joint = sentiment.map((probability, at) => Math.max(probability, 1e-4) * (likelihood[at] ?? 1));
  const sum = joint.reduce((a, b) => a + b, 0);
  const fusedStars = stars.map((probability, at) => probability * STARS_KEPT + (at === star - 1 ? 1 - STARS_KEPT : 0));
  return {
    sentiment: [(joint[0] ?? 0) / sum, (joint[1] ?? 0) / sum, (joint[2] ?? 0) / sum],
    stars: fusedStars as RatingOutput['stars'],
    conflict,
  };
}
