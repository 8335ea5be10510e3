import type { TouchedItems } from '../../alerts/corrections/correction-watch.ts';
import { isLate } from '../../alerts/corrections/late.ts';
import type { StoredItem } from '../../core/stored-item.ts';

/** Event times of those that came late, by workspace. Pure. */
export function lateItemsOf(rows: readonly StoredItem[]): TouchedItems[] {
  const late = new Map<string, number[]>();
  for (const stored of rows) {
    if (!isLate(stored)) continue;
    const { item: { workspace }, createdAtMs } = stored;
    const times = late.get(workspace);
    if (times === undefined) late.set(workspace, [createdAtMs]);
    else times.push(createdAtMs);
  }
  return [...late].map(([workspace, createdAtMs]) => ({ workspace, createdAtMs, sequence: rows.at(-1)?.sequence ?? 0 }));
}
