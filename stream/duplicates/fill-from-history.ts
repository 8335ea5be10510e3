import type { FeedbackItem } from '../../core/feedback.ts';
import { FILLED_FIELDS } from '../../core/stored-item.ts';
import type { FilledField } from '../../core/stored-item.ts';
import type { FieldValues } from './history.ts';
import { advanceDuplicates } from './state.ts';
import type { DuplicateState } from './state.ts';

/** What an item lacks and its customer is known by. `filled` names the keys of `fields`. */
export interface Filled {
  fields: FieldValues;
  filled: readonly FilledField[];
}

const NOTHING: Filled = Object.freeze({ fields: Object.freeze({}), filled: Object.freeze([]) });

/**
 * Remembers the customer's tier, group, region and product from this item, and says those that it lacks, from what the same
 * customer of the same workspace said within `historyDays` of stream time; the latest value wins. An item without a region of
 * its own takes the customer's, where the item names that. Items without a customer are left alone. Order of the items: the log's.
 */
export function fillFromHistory(state: DuplicateState, item: FeedbackItem, nowMs: number): Filled {
  advanceDuplicates(state, nowMs);
  if (item.customer !== undefined) state.keys.read(item);
  return fillLinked(state, item);
}

/** As `fillFromHistory`, right after `link` of the same item, which has read who sent it. */
export function fillLinked(state: DuplicateState, item: FeedbackItem): Filled {
  const { keys, said, known } = state;
  const { customer } = item;
  if (customer === undefined) return NOTHING;
  if (keys.kind !== 'customer') return NOTHING;
  said[0] = customer.tier ?? '';
  said[1] = customer.group ?? '';
  said[2] = item.region || customer.region || '';
  said[3] = item.product ?? '';
  state.history.see(keys, said, known, state.nowMs);
  if ((item.region ?? '') === '') known[2] = said[2] !== '' ? said[2]! : known[2]!;
  let filled: Filled | null = null;
  for (let field = 0; field < FILLED_FIELDS.length; field++) {
    if (known[field] === '') continue;
    filled ??= { fields: {}, filled: [] };
    const name = FILLED_FIELDS[field]!;
    filled.fields[name] = known[field]!;
    (filled.filled as FilledField[]).push(name);
  }
  return filled ?? NOTHING;
}
