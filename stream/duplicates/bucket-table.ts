import type { ByteReader, StateWriter } from '../windows/bytes.ts';
import { HeldArrays } from '../windows/held-arrays.ts';

const SHARDS = 64;
const SHARD_SHIFT = 26;
/** Hash, value. */
const WORDS = 2;
/** One cache line of 64 bytes. */
const BUCKET_SHIFT = 4;
const BUCKET_WORDS = 1 << BUCKET_SHIFT;
const BUCKETS_MIN = 2;

/** Numbers that are in use: the `size` ones from `first` on, modulo 2^32. */
export interface LiveNumbers {
  readonly first: number;
  readonly size: number;
}

/**
 * 32-bit hashes, each with the number of the latest record that had it. Every hash has one bucket of eight places, so a look-up
 * reads one cache line. Numbers of records that are gone are overwritten, never deleted. Where a bucket is full of live ones its
 * shard doubles, up to a fixed size; from there on the oldest of the bucket is forgotten. Shards double one by one, so no single
 * step pays for moving millions of entries. Two hashes of 64 bits may share their 32: whoever asks checks the record.
 */
export class BucketTable {
  readonly #live: LiveNumbers;
  readonly #bucketsMax: number;
  readonly #shards: Uint32Array[];
  readonly #held = new HeldArrays(() => this.#shards);
  /** Live entries that were forgotten because their bucket could not grow. */
  evicted = 0;

  /** `entriesMax`: live entries to have room for; a bucket is then half full on average. */
  constructor(live: LiveNumbers, entriesMax: number) {
    this.#live = live;
    let bucketsMax = BUCKETS_MIN;
    while (bucketsMax * SHARDS * (BUCKET_WORDS / WORDS) < entriesMax * 2) bucketsMax *= 2;
    this.#bucketsMax = bucketsMax;
    this.#shards = Array.from({ length: SHARDS }, () => new Uint32Array(BUCKETS_MIN * BUCKET_WORDS));
  }

  /** The live number of a hash (any 32-bit integer, signed or not), or 0. */
  get(hash: number): number {
    const shard = this.#shards[hash >>> SHARD_SHIFT]!;
    const from = bucketOf(shard, hash);
    const { first, size } = this.#live;
    const wanted = hash >>> 0;
    for (let at = from; at < from + BUCKET_WORDS; at += WORDS) {
      if (shard[at] !== wanted) continue;
      const value = shard[at + 1]!;
      if (value !== 0 && (value - first) >>> 0 < size) return value;
    }
    return 0;
  }

  /** Brings what `get` and `exchange` will look at for the first `count` hashes nearer, many looks at once; the answer means nothing. */
  touch(hashes: Int32Array, count: number): number {
    const shards = this.#shards;
    let touched = 0;
    for (let index = 0; index < count; index++) {
      const hash = hashes[index]!;
      const shard = shards[hash >>> SHARD_SHIFT]!;
      touched ^= shard[bucketOf(shard, hash)]!;
    }
    return touched;
  }

  /** Gives a hash another number (not 0) and returns the live one that it had, or 0. */
  exchange(hash: number, value: number): number {
    const index = hash >>> SHARD_SHIFT;
    let shard = this.#shards[index]!;
    let from = bucketOf(shard, hash);
    const { first, size } = this.#live;
    const wanted = hash >>> 0;
    let free = -1;
    this.#held.beforeWrite(index, shard);
    for (let at = from; at < from + BUCKET_WORDS; at += WORDS) {
      const held = shard[at + 1]!;
      const isLive = held !== 0 && (held - first) >>> 0 < size;
      if (shard[at] === wanted && held !== 0) {
        shard[at + 1] = value;
        return isLive ? held : 0;
      }
      if (!isLive && free < 0) free = at;
    }
    if (free < 0 && shard.length < this.#bucketsMax * BUCKET_WORDS) {
      shard = this.#shards[index] = this.#doubled(shard);
      from = bucketOf(shard, hash);
      free = this.#freeIn(shard, from);
    }
    if (free < 0) {
      this.evicted++;
      free = this.#oldestIn(shard, from);
    }
    shard[free] = wanted;
    shard[free + 1] = value;
    return 0;
  }

  bytes(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.byteLength, 0);
  }

  encode(out: StateWriter): void {
    out.number(this.evicted);
    out.large(this.#held.part());
  }

  static decode(from: ByteReader, live: LiveNumbers, entriesMax: number): BucketTable {
    const table = new BucketTable(live, entriesMax);
    table.evicted = from.number();
    for (let index = 0; index < SHARDS; index++) table.#shards[index] = new Uint32Array(from.bytes().buffer);
    return table;
  }

  /** Both halves take what the hash's next bit says; only live numbers move. */
  #doubled(shard: Uint32Array): Uint32Array {
    const next = new Uint32Array(shard.length * 2);
    const { first, size } = this.#live;
    for (let at = 0; at < shard.length; at += WORDS) {
      const value = shard[at + 1]!;
      if (value === 0 || (value - first) >>> 0 >= size) continue;
      const to = this.#freeIn(next, bucketOf(next, shard[at]!));
      next[to] = shard[at]!;
      next[to + 1] = value;
    }
    return next;
  }

  #freeIn(shard: Uint32Array, from: number): number {
    const { first, size } = this.#live;
    for (let at = from; at < from + BUCKET_WORDS; at += WORDS) {
      const held = shard[at + 1]!;
      if (held === 0 || (held - first) >>> 0 >= size) return at;
    }
    return -1;
  }

  #oldestIn(shard: Uint32Array, from: number): number {
    const { first } = this.#live;
    let oldest = from;
    for (let at = from; at < from + BUCKET_WORDS; at += WORDS) {
      if ((shard[at + 1]! - first) >>> 0 < (shard[oldest + 1]! - first) >>> 0) oldest = at;
    }
    return oldest;
  }
}

/** Where the bucket of a hash starts. */
function bucketOf(shard: Uint32Array, hash: number): number {
  return (hash & ((shard.length >>> BUCKET_SHIFT) - 1)) << BUCKET_SHIFT;
}
