import type { StoredItem } from '../../core/stored-item.ts';

/** An item that came so long after it was said is late: the window that it belongs to may have been told of. */
export const LATE_MS = 10_000;

/** Pure. */
export function isLate({ item, createdAtMs }: Pick<StoredItem, 'item' | 'createdAtMs'>): boolean {
  return item.receivedAtMs - createdAtMs >= LATE_MS;
}
