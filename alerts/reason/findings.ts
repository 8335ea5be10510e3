import type { LowerBoundReason } from '../../core/live.ts';
import type { GroupField, LocalText } from '../../core/rule.ts';

/** Where items differ from what is usual: `attribute`: a field of the sender's own; `term`: a word in the texts. */
export interface Facet {
  kind: 'field' | 'attribute' | 'term';
  /** Name of the field or attribute; empty for a term. */
  field: GroupField | string;
  value: string;
  /** Items that have it, among those looked at. */
  count: number;
  of: number;
  /** Share of earlier items that have it, 0 to 1; null where there are too few to say. */
  usualShare: number | null;
}

export interface FoundQuote {
  id: string;
  text: string;
  channel: string;
  createdAtMs: number;
  /** Items that say nearly the same, itself included. */
  alike: number;
}

/** What the items of an alert's window have in common. */
export interface Findings {
  /** Items looked at, and the count of the alert: not all may be stored yet, and of many the newest are looked at. */
  items: number;
  count: number;
  /** Earlier items that they were held against. */
  baseline: number;
  /** Strongest first, at most `FACETS_MAX`. */
  facets: Facet[];
  /** Words, no facets themselves, that stand in several items and in none of the earlier ones, at most `NEW_TERMS_MAX`. */
  newTerms: string[];
  /** At most three, as different as they can be. */
  quotes: FoundQuote[];
  /** Items that repeat nearly what another one says. */
  nearDuplicates: number;
  /** Items in each part of the window, oldest first. */
  trend: { bucketMs: number; counts: number[] };
  /** Items of the latest part of the window and of the part before it, of the same length: a twelfth of it, or the shortest of 1, 5, 15 and 60 minutes that holds half of the items. */
  pace: { spanMs: number; latest: number; before: number };
  /** Versions of the model that scored them, the most used first. */
  models: string[];
}

/** Why a page has no findings. */
export type NoFindings = 'too-slow' | 'store-unavailable' | 'too-many-at-once' | 'nothing-stored-yet';

/** How far the numbers of a page can be trusted. */
export interface Trust {
  exact: boolean;
  /** Why they are lower bounds. `unknown`: no counter has said anything lately. */
  lowerBound: (LowerBoundReason | 'unknown')[];
  lagMs: number | null;
  deadLetters: number | null;
}

export const FACETS_MAX = 4;
export const NEW_TERMS_MAX = 5;

export const NO_FINDINGS_WORDS: Record<NoFindings, LocalText> = {
  'too-slow': { zh: '原因分析：存储响应慢，本条未附', en: 'Likely cause: the store was too slow, left out of this page' },
  'store-unavailable': { zh: '原因分析：存储不可用，本条未附', en: 'Likely cause: the store is away, left out of this page' },
  'too-many-at-once': { zh: '原因分析：同时告警过多，本条未附', en: 'Likely cause: too many alerts at once, left out of this page' },
  'nothing-stored-yet': { zh: '原因分析：反馈尚未入库，本条未附', en: 'Likely cause: nothing of it is stored yet, left out of this page' },
};
