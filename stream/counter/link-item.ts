import type { FeedbackItem } from '../../core/feedback.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { fillLinked } from '../duplicates/fill-from-history.ts';
import type { Filled } from '../duplicates/fill-from-history.ts';
import { linkRead } from '../duplicates/link.ts';
import type { DuplicateState } from '../duplicates/state.ts';

/**
 * Says on a row which earlier item it repeats or which copied text it is one of, and fills what its customer is known by.
 * Answers false for a repeat, which is stored and not counted. The item must have been read ahead and be the present one.
 */
export function linkRow(duplicates: DuplicateState, row: StoredItem, nowMs: number): boolean {
  const found = linkRead(duplicates, row.item, nowMs);
  const { fields, filled } = fillLinked(duplicates, row.item);
  if (filled.length > 0) {
    row.item = withFields(row.item, fields);
    row.filled = [...filled];
  }
  switch (found.kind) {
    case 'repeat':
      row.duplicateOf = found.of;
      return false;
    case 'campaign':
      row.campaignOf = found.of;
      return true;
    case 'original':
      return true;
  }
}

/** A copy: the frame itself stays as it came off the log. */
function withFields(item: FeedbackItem, { product, region, customerTier, customerGroup }: Filled['fields']): FeedbackItem {
  const filled = { ...item };
  if (product !== undefined) filled.product = product;
  if (region !== undefined) filled.region = region;
  if (customerTier !== undefined) filled.customer = { ...filled.customer, tier: customerTier };
  if (customerGroup !== undefined) filled.customer = { ...filled.customer, group: customerGroup };
  return filled;
}
