import type { StoredItem } from '../../core/stored-item.ts';
import { belongsTo } from './evidence.ts';
import type { EvidenceQuestion } from './evidence-question.ts';

/** Which items of an alert are those of others as well. A composite is asked about by the questions of its members. */
export interface SharedQuestion {
  of: readonly EvidenceQuestion[];
  /** One entry for each of the others. */
  others: readonly (readonly EvidenceQuestion[])[];
}

/** An item's place on the scored log, then the others that it belongs to, by their index in `SharedQuestion.others`. */
export type SharedItem = readonly [sequence: number, index: number, ...others: number[]];

/** What an item is to the question; null where it is no item of the alert. Throws `invalid_rule` for a condition that cannot be read. Pure. */
export function sharedItem({ of, others }: SharedQuestion): (stored: StoredItem) => SharedItem | null {
  const isOf = anyOf(of);
  const isOfOther = others.map(anyOf);
  return (stored) => (isOf(stored) ? [stored.sequence, stored.index, ...isOfOther.flatMap((belongs, at) => (belongs(stored) ? [at] : []))] : null);
}

function anyOf(questions: readonly EvidenceQuestion[]): (stored: StoredItem) => boolean {
  const each = questions.map(belongsTo);
  return (stored) => each.some((belongs) => belongs(stored));
}
