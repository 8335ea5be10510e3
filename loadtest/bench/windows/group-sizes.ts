import { Arena } from '../../../stream/windows/arena.ts';
import { Grouping } from '../../../stream/windows/grouping.ts';
import { TextHash } from '../../../stream/windows/hash.ts';

/**
 * Bytes that an item is held in, by the number of items of its group: `node dist/loadtest/bench/windows/group-sizes.js`.
 *
 * 10,000 groups of ten conditions over a window of a day; items come up to three seconds out of order. It counts bytes and takes no time.
 */

const SIZES = [1, 2, 4, 5, 8, 10, 12, 16, 24, 32, 48, 64, 100, 200, 400];
const GROUPS = 10_000;
const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 2, 1);
const MARKS = Array.from({ length: 10 }, (_, mark) => mark);

for (const items of SIZES) {
  const { chunkBytes, keyBytes } = bytesOf(items);
  const each = (bytes: number): string => (bytes / items / GROUPS).toFixed(1).padStart(6);
  process.stdout.write(`${String(items).padStart(4)} items a group: ${each(chunkBytes)} bytes an item in chunks, ${each(keyBytes)} for the group, ${each(chunkBytes + keyBytes)} together\n`);
}

function bytesOf(items: number): { chunkBytes: number; keyBytes: number } {
  const arena = new Arena();
  const shape = { width: 2, keepMs: DAY_MS, markCount: MARKS.length, windows: [{ windowMs: DAY_MS, marks: MARKS, leaves: 'each-item' as const }], keysMax: GROUPS, kindsMax: 1_000 };
  const grouping = new Grouping(arena, shape);
  grouping.setNow(NOW_MS);
  const hash = new TextHash();
  for (let item = 0; item < items; item++) {
    for (let group = 0; group < GROUPS; group++) {
      const texts = ['default', `product-${group}`];
      const ms = NOW_MS - DAY_MS / 2 + item * 1_000 + ((item * GROUPS + group) * 7_919) % 3_001;
      grouping.add(grouping.keyOf(hash.all(texts), texts), ms, { customer: 1, kind: 0 });
    }
  }
  return { chunkBytes: arena.usedBytes(), keyBytes: grouping.keyBytes() };
}
