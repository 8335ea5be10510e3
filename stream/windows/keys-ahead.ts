import { REF_SEGMENT_SHIFT, REF_UNIT_MASK, REF_UNIT_SHIFT } from './arena.ts';
import { CAPACITY, ITEMS } from './chunks.ts';
import type { Grouping } from './grouping.ts';
import { TAIL, TAIL_META } from './records.ts';

/** What fewer keys have is near anyway. */
const TOUCHED_KEYS_MIN = 256;

/**
 * The keys of the next items, found for many of them at once: a look at a time for all, so that the looks wait for memory together.
 * What `add` will look at is brought nearer as well: records, the place of the next item and of the oldest one in each window.
 * Keys that are found stand until the grouping is swept.
 */
export class KeysAhead {
  readonly #width: number;
  /** Of the items by their places: texts of the key, and their hash. */
  readonly #texts: string[];
  readonly #hashes: Int32Array;
  /** The key that has the texts, −1 for none. */
  readonly #keys: Int32Array;
  readonly #new: string[];

  /** `width`: texts of a key. */
  constructor(places: number, width: number) {
    this.#width = width;
    this.#texts = new Array<string>(places * width).fill('');
    this.#hashes = new Int32Array(places);
    this.#keys = new Int32Array(places);
    this.#new = new Array<string>(width).fill('');
  }

  /** Notes the texts of an item's key. */
  note(place: number, texts: readonly string[], hash: number): void {
    for (let index = 0; index < this.#width; index++) this.#texts[place * this.#width + index] = texts[index]!;
    this.#hashes[place] = hash;
  }

  /** Looks the first `count` up, which have been noted; the answer means nothing. */
  find(grouping: Grouping, count: number): number {
    const { names, times, counts } = grouping;
    const { words, stride } = times.records;
    const hashes = this.#hashes;
    const keys = this.#keys;
    let touched = 0;
    for (let index = 0; index < count; index++) touched ^= names.touch(hashes[index]!);
    for (let index = 0; index < count; index++) {
      const key = names.guess(hashes[index]!);
      keys[index] = key;
      if (key >= 0) touched ^= words[key * stride]! ^ words[key * stride + stride - 1]! ^ names.text(key, names.width - 1).length;
    }
    for (let index = 0; index < count; index++) if (keys[index]! >= 0 && !names.isNamed(keys[index]!, this.#texts, index * this.#width)) keys[index] = -1;
    if (names.live < TOUCHED_KEYS_MIN) return touched;
    for (let index = 0; index < count; index++) {
      if (keys[index]! < 0) continue;
      const at = keys[index]! * stride;
      const tail = words[at + TAIL]!;
      if (tail !== 0) touched ^= touchNext(grouping, tail, words[at + TAIL_META]!);
      touched ^= counts.touchOldest(at);
    }
    return touched;
  }

  /** The key of the item at a place; a new one where there was none. */
  keyAt(place: number, grouping: Grouping): number {
    const key = this.#keys[place]!;
    if (key >= 0) return key;
    for (let index = 0; index < this.#width; index++) this.#new[index] = this.#texts[place * this.#width + index]!;
    return grouping.keyOf(this.#hashes[place]!, this.#new);
  }
}

function touchNext({ times }: Grouping, tail: number, tailMeta: number): number {
  const count = tailMeta & 0xfff;
  const capacity = CAPACITY[(tailMeta >>> 12) & 0xf]!;
  const { arena } = times.chunks;
  const segment = arena.segments[tail >>> REF_SEGMENT_SHIFT]!;
  const first = ((tail & REF_UNIT_MASK) << REF_UNIT_SHIFT) + ITEMS;
  return segment[first - ITEMS]! ^ segment[first + count - 1]! ^ segment[first + capacity + count - 1]! ^ arena.halves[tail >>> REF_SEGMENT_SHIFT]![(first + 2 * capacity) * 2 + count - 1]!;
}
