import type { StoredItem } from '../../core/stored-item.ts';
import { chooseQuotes } from './choose-quotes.ts';
import { findFacets } from './find-facets.ts';
import { NEW_TERMS_MAX } from './findings.ts';
import type { Findings } from './findings.ts';
import { newTerms } from './terms.ts';

export interface ReasonQuestion {
  /** Items of the window, newest first. */
  items: readonly StoredItem[];
  /** Items before it. */
  baseline: readonly StoredItem[];
  /** `(fromMs, toMs]`. */
  window: { fromMs: number; toMs: number };
  /** The alert's own count. */
  count: number;
  /** Fields that the rule groups by. */
  groupFields: readonly string[];
}

const BUCKETS = 12;
/** Spans in which a burst is told, the shortest that holds half of the items. */
const BURST_SPANS_MS = [60_000, 5 * 60_000, 15 * 60_000, 60 * 60_000];
const NEW_TERM_ITEMS_MIN = 3;
const MODELS_MAX = 3;

/** What the items of a window have in common, and how they came. Pure; a second for some thousands of items at most. */
export function findReason({ items, baseline, window, count, groupFields }: ReasonQuestion): Findings {
  const { quotes, nearDuplicates } = chooseQuotes(items);
  const facets = findFacets(items, baseline, groupFields);
  const bucketMs = Math.max(1, (window.toMs - window.fromMs) / BUCKETS);
  const counts = Array.from({ length: BUCKETS }, () => 0);
  for (const { createdAtMs } of items) {
    const bucket = Math.ceil((createdAtMs - window.fromMs) / bucketMs) - 1;
    if (bucket >= 0 && bucket < BUCKETS) counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return {
    items: items.length, count, baseline: baseline.length,
    facets,
    newTerms: baseline.length === 0 ? [] : newTerms(items, baseline, { itemsMin: NEW_TERM_ITEMS_MIN, most: NEW_TERMS_MAX }).filter((term) => !facets.some(({ kind, value }) => kind === 'term' && value === term)),
    quotes, nearDuplicates,
    trend: { bucketMs, counts },
    pace: paceOf(items, window.toMs, bucketMs),
    models: modelsOf(items),
  };
}

function paceOf(items: readonly StoredItem[], toMs: number, bucketMs: number): Findings['pace'] {
  const since = (fromMs: number): number => items.filter(({ createdAtMs }) => createdAtMs > fromMs && createdAtMs <= toMs).length;
  const spanMs = BURST_SPANS_MS.find((burstMs) => burstMs < bucketMs && since(toMs - burstMs) * 2 >= items.length) ?? bucketMs;
  const latest = since(toMs - spanMs);
  return { spanMs, latest, before: since(toMs - 2 * spanMs) - latest };
}

function modelsOf(items: readonly StoredItem[]): string[] {
  const counts = new Map<string, number>();
  for (const { model } of items) counts.set(model, (counts.get(model) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, MODELS_MAX).map(([model]) => model);
}
