import type { ByteReader, StateWriter } from '../windows/bytes.ts';
import { HeldArrays } from '../windows/held-arrays.ts';
import { ValueNumbers } from './value-numbers.ts';

const SHARDS = 64;
const SHARD_SHIFT = 26;
const SLOTS_MIN = 16;
export const FIELDS = 4;
/** Low hash, high hash, then one word for each field: value number in the low half, day in the high one; 0 for an unknown field. */
const WORDS = 2 + FIELDS;

/**
 * Field values by customer: open addressing over 64-bit hashes, in shards that grow one by one. The texts of values stand
 * here once each.
 */
export class HistoryTable {
  readonly #shards: Uint32Array[] = Array.from({ length: SHARDS }, () => new Uint32Array(0));
  readonly #counts = new Uint32Array(SHARDS);
  readonly #held = new HeldArrays(() => this.#shards);
  /** Numbers of the texts that fields have. */
  readonly values = new ValueNumbers();
  size = 0;
  /** The words of the shard that `find` or `open` looked into last. */
  words: Uint32Array = new Uint32Array(0);

  /** Where a customer's fields start in `words`, −1 where the customer is not here. The caller may change them. Lanes are signed. */
  find(low: number, high: number): number {
    const shard = this.#shards[high >>> SHARD_SHIFT]!;
    this.words = shard;
    if (shard.length === 0) return -1;
    const at = placeOf(shard, low, high);
    if (shard[at] === 0) return -1;
    this.#held.beforeWrite(high >>> SHARD_SHIFT, shard);
    return at + 2;
  }

  /** Brings what `find` will look at for the first `count` customers nearer, many looks at once; the answer means nothing. */
  touch(low: Int32Array, high: Int32Array, count: number): number {
    const shards = this.#shards;
    let touched = 0;
    for (let index = 0; index < count; index++) {
      const shard = shards[high[index]! >>> SHARD_SHIFT]!;
      if (shard.length !== 0) touched ^= shard[(low[index]! & maskOf(shard)) * WORDS]!;
    }
    return touched;
  }

  /** Adds a customer that is not here; `low` is not 0. */
  open(low: number, high: number): number {
    const index = high >>> SHARD_SHIFT;
    const count = this.#counts[index]! + 1;
    let shard = this.#shards[index]!;
    if (count * WORDS * 4 > shard.length * 3) shard = this.#shards[index] = grown(shard);
    this.#held.beforeWrite(index, shard);
    this.#counts[index] = count;
    this.size++;
    this.words = shard;
    const at = placeOf(shard, low, high);
    shard[at] = low;
    shard[at + 1] = high;
    return at + 2;
  }

  bytes(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.byteLength, 0) + this.values.bytes();
  }

  encode(out: StateWriter): void {
    out.list(this.values.list());
    out.words(this.#counts);
    out.large(this.#held.part());
  }

  static decode(from: ByteReader): HistoryTable {
    const table = new HistoryTable();
    for (const value of (from.list() as string[]).slice(1)) table.values.take(value, Infinity);
    from.wordsInto(table.#counts);
    for (let index = 0; index < SHARDS; index++) table.#shards[index] = new Uint32Array(from.bytes().buffer);
    for (const count of table.#counts) table.size += count;
    return table;
  }
}

/** Slots are a power of two, and words 1.5 · 2^n. */
function maskOf(shard: Uint32Array): number {
  return (1 << (29 - Math.clz32(shard.length))) - 1;
}

function placeOf(shard: Uint32Array, low: number, high: number): number {
  const mask = maskOf(shard);
  for (let slot = low & mask; ; slot = (slot + 1) & mask) {
    const at = slot * WORDS;
    if (shard[at] === 0 || ((shard[at]! | 0) === low && (shard[at + 1]! | 0) === high)) return at;
  }
}

function grown(shard: Uint32Array): Uint32Array {
  const next = new Uint32Array(Math.max(SLOTS_MIN * WORDS, shard.length * 2));
  for (let from = 0; from < shard.length; from += WORDS) {
    if (shard[from] === 0) continue;
    const to = placeOf(next, shard[from]! | 0, shard[from + 1]! | 0);
    for (let word = 0; word < WORDS; word++) next[to + word] = shard[from + word]!;
  }
  return next;
}
