import type { StoredItem } from '../../core/stored-item.ts';

/** Terms whose items are counted; more candidates cost time and find nothing more. */
const CANDIDATES_MAX = 80;
const TERM_UNITS_MAX = 24;
const HAN_UNITS_MIN = 2;

/** Versions, order-free numbers with a dot, names in Latin letters. */
const LATIN = /[a-z][a-z0-9_-]{2,23}|\d{1,4}(?:\.\d{1,4}){1,3}/gu;
/** Too common to be a cause. */
const STOP = new Set(('the and for you your was were not are this that with have has had but they them very what when from just been did does about would there their will can cannot after before again '
  + 'still please order ordered app email phone').split(' '));

/** Words that stand in at least `itemsMin` items, the most frequent first: what moved the model, names and versions. */
export function candidateTerms(items: readonly StoredItem[], itemsMin: number): string[] {
  const counts = new Map<string, number>();
  for (const item of items) for (const term of termsOf(item)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return [...counts].filter(([, count]) => count >= itemsMin).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, CANDIDATES_MAX).map(([term]) => term);
}

function termsOf({ item, score }: StoredItem): Set<string> {
  const words = score.keywords.map((word) => word.trim().toLowerCase()).filter((word) => word.length >= HAN_UNITS_MIN && word.length <= TERM_UNITS_MAX && !/^\d*$/u.test(word));
  const latin = item.text.toLowerCase().match(LATIN) ?? [];
  // What is masked is no word.
  return new Set([...words, ...latin].filter((term) => !STOP.has(term) && !term.includes('*')));
}

export function mentions({ item }: StoredItem, term: string): boolean {
  return item.text.toLowerCase().includes(term);
}

/** Terms that stand in several items and in no earlier one. */
export function newTerms(items: readonly StoredItem[], baseline: readonly StoredItem[], { itemsMin, most }: { itemsMin: number; most: number }): string[] {
  const found: string[] = [];
  for (const term of candidateTerms(items, itemsMin)) {
    if (found.length === most) break;
    if (baseline.some((item) => mentions(item, term))) continue;
    // A part of a longer one that is new as well says nothing more.
    if (!found.some((other) => other.includes(term) || term.includes(other))) found.push(term);
  }
  return found;
}
