import type { TouchedItems } from '../../alerts/corrections/correction-watch.ts';
import type { StoredItem } from '../../core/stored-item.ts';

/** An item that came so long after it was said is late: the window that it belongs to may have been told of. */
const LATE_MS = 10_000;

/** Event times of those that came late, by workspace. Pure. */
export function lateItemsOf(rows: readonly StoredItem[]): TouchedItems[] {
  const late = new Map<string, number[]>();
  for (const { item, createdAtMs } of rows) {
    if (item.receivedAtMs - createdAtMs < LATE_MS) continue;
    const times = late.get(item.workspace);
    if (times === undefined) late.set(item.workspace, [createdAtMs]);
    else times.push(createdAtMs);
  }
  return [...late].map(([workspace, createdAtMs]) => ({ workspace, createdAtMs }));
}
