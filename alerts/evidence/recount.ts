import type { LocalText } from '../../core/rule.ts';
import type { EvidenceQuestion } from './evidence-question.ts';

/**
 * Why a number comes out as it does: `lower-bound`: the alert said "at least". `past-keeping-time`: items of the window are so old that the store no longer keeps
 * them, so nothing can be said. `erased`: customers were erased since, which takes no more from the number than they had in it. `fewer`: changed. `more`: the store was changed after the alert.
 */
export type RecountReason = 'as-said' | 'lower-bound' | 'past-keeping-time' | 'erased' | 'fewer' | 'more';

export interface Recount {
  outcome: 'equal' | 'differs';
  reason: RecountReason;
  claimed: number;
  /** From the store, of what stood on the log up to the item that fired. */
  counted: number;
  /** Feedback of that window which came later: it was not there to be counted. */
  cameLater: number;
  /** Of these the items that belong to the moment that was told of, and came late; the others are growth. */
  cameLate: number;
  /** The number of the moment that was told of, with what came late and as people labelled it, without what has grown since. */
  countedAsOf: number;
  /** The number that the window comes to now, with what came later and as people labelled it. */
  countedNow: number;
  counts: EvidenceQuestion['counts'];
  why: LocalText;
}
