import type { GroupKey } from '../../core/alert.ts';
import type { PageOrder } from '../../core/page-order.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { inGroup } from '../../stream/counter/group-keys.ts';
import { saysTopic } from '../../stream/counter/watch/topics/says-topic.ts';
import { compileWhere } from '../rules/compile-where.ts';
import { ITEMS_MIN } from './find-facets.ts';

type Matches = (stored: StoredItem) => boolean;
type WhereOf = (ruleId: string) => string | null | undefined;

/** Which stored items an alert is about. */
export interface CountedItems {
  /** What the store can be asked for. */
  group: GroupKey;
  /** CEL that every item which the alert counted meets, and others may; empty: every item. */
  where: string;
  /** The window's end. */
  toMs: number;
  /** True of an item that the alert counted. */
  counts: Matches;
  /** True of one that is held against it: of an earlier time, and for a new topic whatever it says. */
  isLike: Matches;
}

/**
 * What to look at for a page; null where there is nothing to look at: of a silence, of items too few to have anything in common, and of a composite
 * over rules that count everything. `whereOf`: a rule's condition as it is now; null where it has none, undefined for a rule that is gone.
 */
export function countedItems({ event }: Pick<PageOrder, 'event'>, whereOf: WhereOf): CountedItems | null {
  const { measure, basis, group, count, atMs } = event;
  // Of a measure's number nothing is known about how many items are behind it.
  if (measure === undefined ? count < ITEMS_MIN : measure.kind === 'absence') return null;
  const toMs = basis?.windowEndMs ?? atMs;
  if (measure?.kind === 'composite') {
    const members = measure.members.flatMap(({ ruleId, group: of }) => {
      const where = whereOf(ruleId) ?? '';
      return where === '' && Object.keys(of).length === 0 ? [] : [both(matching(where), inGroup(of))];
    });
    const counts: Matches = (stored) => members.some((matches) => matches(stored));
    return members.length === 0 ? null : { group, where: '', toMs, counts, isLike: counts };
  }
  // The condition at that time, where the event says it.
  const where = basis === undefined ? (whereOf(event.ruleId) ?? '') : (basis.where ?? '');
  const matches = matching(where);
  if (measure?.kind !== 'newTopic') return { group, where, toMs, counts: matches, isLike: matches };
  const topic = basis?.topic ?? { term: measure.term.toLowerCase(), of: 'text' as const };
  return { group: {}, where, toMs, counts: both(matches, (stored) => saysTopic(stored, topic)), isLike: matches };
}

function matching(where: string): Matches {
  return where === '' ? () => true : compileWhere(where);
}

function both(first: Matches, second: Matches): Matches {
  return (stored) => first(stored) && second(stored);
}
