/** What people are offered instead of a number of stars. Compared in lower case, without white space at both ends. */
export const RATING_WORDS: Readonly<Record<string, number>> = {
  '非常满意': 5, '很满意': 5, '满意': 4, '一般': 3, '不满意': 2, '极差': 1, '非常不满意': 1, '很不满意': 1,
  'very satisfied': 5, 'excellent': 5, 'satisfied': 4, 'good': 4, 'neutral': 3, 'average': 3,
  'dissatisfied': 2, 'unsatisfied': 2, 'poor': 2, 'very dissatisfied': 1, 'very unsatisfied': 1, 'terrible': 1,
};

/** 1 (worst) to 5 (best), or null for a word that is none of {@link RATING_WORDS}. */
export function ratingOfWord(word: string): number | null {
  const known = word.trim().toLowerCase();
  return Object.hasOwn(RATING_WORDS, known) ? RATING_WORDS[known] ?? null : null;
}
