import { REF_SEGMENT_SHIFT, REF_UNIT_MASK, REF_UNIT_SHIFT } from './arena.ts';
import { CAPACITY, ITEMS } from './chunks.ts';
import type { Grouping } from './grouping.ts';
import { TAIL, TAIL_META } from './records.ts';

/**
 * Brings nearer what `add` will look at for the keys with these hashes: names, records, the place of the next item and of the oldest
 * one in each window. A look at a time for all keys, so that the looks wait for memory together. `keys`: work space, as long as
 * `hashes`. The answer means nothing.
 */
export function touchGroups(grouping: Grouping, hashes: Int32Array, keys: Int32Array, count: number): number {
  const { names, times, counts } = grouping;
  const { words, stride } = times.records;
  let touched = 0;
  for (let index = 0; index < count; index++) touched ^= names.touch(hashes[index]!);
  for (let index = 0; index < count; index++) {
    const key = names.guess(hashes[index]!);
    keys[index] = key;
    if (key >= 0) touched ^= words[key * stride]! ^ words[key * stride + stride - 1]! ^ names.text(key, names.width - 1).length;
  }
  for (let index = 0; index < count; index++) {
    if (keys[index]! < 0) continue;
    const at = keys[index]! * stride;
    const tail = words[at + TAIL]!;
    if (tail !== 0) touched ^= touchNext(grouping, tail, words[at + TAIL_META]!);
    touched ^= counts.touchOldest(at);
  }
  return touched;
}

function touchNext({ times }: Grouping, tail: number, tailMeta: number): number {
  const count = tailMeta & 0xfff;
  const capacity = CAPACITY[(tailMeta >>> 12) & 0xf]!;
  const { arena } = times.chunks;
  const segment = arena.segments[tail >>> REF_SEGMENT_SHIFT]!;
  const first = ((tail & REF_UNIT_MASK) << REF_UNIT_SHIFT) + ITEMS;
  return segment[first - ITEMS]! ^ segment[first + count - 1]! ^ segment[first + capacity + count - 1]! ^ arena.halves[tail >>> REF_SEGMENT_SHIFT]![(first + 2 * capacity) * 2 + count - 1]!;
}
