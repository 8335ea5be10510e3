import { TocsinError } from '../../core/errors.ts';
import type { ByteReader, LargePart, StateWriter } from './bytes.ts';

const SHARDS = 64;
const SHARD_SHIFT = 26;
const SLOTS_MIN = 16;
/** Low hash, high hash, value. */
const WORDS = 3;
/** Of every shard that nothing was put into. */
const EMPTY = new Uint32Array(0);

/** Shards as they stood when a part was held. An entry is only ever added, so what came after can be taken out of a copy again. */
interface HeldShards {
  shards: (Uint32Array | null)[];
  counts: Uint32Array;
  /** Per shard: places filled since. */
  added: number[][];
}

/**
 * Open addressing over 64-bit hashes with a 32-bit value each. Split by the hash's top bits into shards that grow one by
 * one, so that no single step pays for moving millions of entries.
 */
class HashTable {
  readonly #shards = new Array<Uint32Array>(SHARDS).fill(EMPTY);
  readonly #counts = new Uint32Array(SHARDS);
  #held: HeldShards | null = null;
  size = 0;

  /** The value, or 0 where the hash is not there. */
  get(low: number, high: number): number {
    const shard = this.#shards[high >>> SHARD_SHIFT]!;
    if (shard.length === 0) return 0;
    return shard[placeOf(shard, low, high) + 2]!;
  }

  /** Brings what `getOrAdd` will look at for the first `count` hashes nearer; the answer means nothing. */
  touch(low: Int32Array, high: Int32Array, count: number): number {
    const shards = this.#shards;
    let touched = 0;
    for (let index = 0; index < count; index++) {
      const shard = shards[high[index]! >>> SHARD_SHIFT]!;
      if (shard.length !== 0) touched ^= shard[(low[index]! & maskOf(shard)) * WORDS]!;
    }
    return touched;
  }

  /** The value of a hash. Where it has none it gets the one that `older` has, or else `next`; neither is 0. */
  getOrAdd(low: number, high: number, older: HashTable, next: number): number {
    const index = high >>> SHARD_SHIFT;
    const count = this.#counts[index]! + 1;
    let shard = this.#shards[index]!;
    if (count * WORDS * 4 > shard.length * 3) shard = this.#shards[index] = grown(shard);
    const at = placeOf(shard, low, high);
    const known = shard[at + 2]!;
    if (known !== 0) return known;
    const value = older.get(low, high) || next;
    shard[at] = low;
    shard[at + 1] = high;
    shard[at + 2] = value;
    this.#counts[index] = count;
    this.size++;
    if (this.#held !== null && this.#held.shards[index] === shard) this.#held.added[index]!.push(at);
    return value;
  }

  bytes(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.byteLength, 0);
  }

  hold(): HeldShards {
    this.#held = { shards: [...this.#shards], counts: this.#counts.slice(), added: this.#shards.map(() => []) };
    return this.#held;
  }

  letGo(): void {
    this.#held = null;
  }

  writeShard(index: number, out: StateWriter): void {
    writePacked(this.#shards[index]!, this.#counts[index]!, out);
  }

  static decode(from: ByteReader): HashTable {
    const table = new HashTable();
    for (let index = 0; index < SHARDS; index++) {
      const { shard, count } = readPacked(from);
      table.#shards[index] = shard;
      table.#counts[index] = count;
      table.size += count;
    }
    return table;
  }
}

/** Where a hash stands, or the empty place where it belongs; lanes are signed, which numbers handed from call to call are cheaper as. An entry's value is never 0. */
function placeOf(shard: Uint32Array, low: number, high: number): number {
  const mask = maskOf(shard);
  for (let slot = low & mask; ; slot = (slot + 1) & mask) {
    const at = slot * WORDS;
    if (shard[at + 2] === 0 || ((shard[at]! | 0) === low && (shard[at + 1]! | 0) === high)) return at;
  }
}

/** Slots are a power of two, and words 3 · 2^n. */
function maskOf(shard: Uint32Array): number {
  return (1 << (30 - Math.clz32(shard.length))) - 1;
}

function grown(shard: Uint32Array): Uint32Array {
  const next = new Uint32Array(Math.max(SLOTS_MIN * WORDS, shard.length * 2));
  for (let from = 0; from < shard.length; from += WORDS) {
    if (shard[from + 2] === 0) continue;
    const to = placeOf(next, shard[from]! | 0, shard[from + 1]! | 0);
    next[to] = shard[from]!;
    next[to + 1] = shard[from + 1]!;
    next[to + 2] = shard[from + 2]!;
  }
  return next;
}

/**
 * Remembers 64-bit hashes, each with a number, for at least a horizon after they were last seen and at most for two. Two
 * generations: what is found in the older one moves to the newer one, and when the newer one is a horizon old the
 * older one is dropped whole. Two different things share a hash with probability n² / 2^65: 3e-6 for ten million.
 */
export class RotatingTable {
  #current = new HashTable();
  #older = new HashTable();
  #currentSinceMs: number | null = null;
  #lastNumber = 0;
  /** Generations closed because they were full before the horizon had passed: what was seen is forgotten sooner than it says. */
  closedEarly = 0;

  /**
   * The number of a hash, 1 … 2^32 − 1; where the hash is new it gets the next number, and the answer is that number negated.
   * Numbers start again after 2^32 − 1; by then the first ones are long forgotten.
   */
  see(lanes: { low: number; high: number }): number {
    const low = lanes.low | 0;
    const high = lanes.high | 0;
    const next = this.#lastNumber === 0xffffffff ? 1 : this.#lastNumber + 1;
    const number = this.#current.getOrAdd(low, high, this.#older, next);
    if (number !== next) return number;
    this.#lastNumber = next;
    return -next;
  }

  /** Brings what `see` will look at for the first `count` hashes nearer, many looks at once; the answer means nothing. */
  touch(low: Int32Array, high: Int32Array, count: number): number {
    return (this.#current.size === 0 ? 0 : this.#current.touch(low, high, count)) ^ (this.#older.size === 0 ? 0 : this.#older.touch(low, high, count));
  }

  /** Starts a new generation where it is time to. Call it before `see`, with the stream's now. */
  turn(nowMs: number, horizonMs: number, entriesMax: number): void {
    if (this.#currentSinceMs === null) this.#currentSinceMs = nowMs;
    const isFull = this.#current.size >= entriesMax;
    if (!isFull && nowMs - this.#currentSinceMs < horizonMs) return;
    if (isFull) this.closedEarly++;
    // After a silence of two horizons nothing of either generation is younger than one.
    this.#older = nowMs - this.#currentSinceMs < 2 * horizonMs ? this.#current : new HashTable();
    this.#current = new HashTable();
    this.#currentSinceMs = nowMs;
  }

  get size(): number {
    return this.#current.size + this.#older.size;
  }

  /**
   * From now on the horizon is this one, and it was longer before: a generation that is older than it has gone on under the longer one, which
   * is no silence, so what it holds may have been seen just now.
   */
  shorten(nowMs: number, horizonMs: number): void {
    if (this.#currentSinceMs === null || nowMs - this.#currentSinceMs < horizonMs) return;
    this.#older = this.#current;
    this.#current = new HashTable();
    this.#currentSinceMs = nowMs;
  }

  bytes(): number {
    return this.#current.bytes() + this.#older.bytes();
  }

  encode(out: StateWriter): void {
    out.number(this.#currentSinceMs ?? -1);
    out.number(this.#lastNumber);
    out.number(this.closedEarly);
    out.large(shardsPart([this.#current, this.#older]));
  }

  static decode(from: ByteReader): RotatingTable {
    const table = new RotatingTable();
    const since = from.number();
    table.#currentSinceMs = since < 0 ? null : since;
    table.#lastNumber = from.number();
    table.closedEarly = from.number();
    table.#current = HashTable.decode(from);
    table.#older = HashTable.decode(from);
    return table;
  }
}

function shardsPart(tables: readonly HashTable[]): LargePart {
  let held: HeldShards[] | null = null;
  return {
    pieces: tables.length * SHARDS,
    hold() {
      held = tables.map((table) => table.hold());
    },
    write(piece, out) {
      const table = Math.floor(piece / SHARDS);
      const index = piece % SHARDS;
      if (held === null) tables[table]!.writeShard(index, out);
      else writeHeld(held[table]!, index, out);
    },
    letGo: () => tables.forEach((table) => table.letGo()),
  };
}

function writeHeld(held: HeldShards, index: number, out: StateWriter): void {
  const shard = held.added[index]!.length === 0 ? held.shards[index]! : held.shards[index]!.slice();
  for (const at of held.added[index]!) shard.fill(0, at, at + WORDS);
  writePacked(shard, held.counts[index]!, out);
  held.shards[index] = null;
  held.added[index] = [];
}

/** Which slots are filled, a bit each, then the filled ones: a table is a third to two thirds empty. */
function writePacked(shard: Uint32Array, count: number, out: StateWriter): void {
  const slots = shard.length / WORDS;
  const filled = slots === 0 ? EMPTY : new Uint32Array(Math.ceil(slots / 32));
  const entries = count === 0 ? EMPTY : new Uint32Array(count * WORDS);
  for (let slot = 0, from = 0, to = 0; slot < slots; slot++, from += WORDS) {
    if (shard[from + 2] === 0) continue;
    filled[slot >>> 5] = filled[slot >>> 5]! | (1 << (slot & 31));
    entries[to++] = shard[from]!;
    entries[to++] = shard[from + 1]!;
    entries[to++] = shard[from + 2]!;
  }
  out.number(slots);
  out.words(filled);
  out.words(entries);
}

function readPacked(from: ByteReader): { shard: Uint32Array; count: number } {
  const slots = from.number();
  const filled = new Uint32Array(from.bytes().buffer);
  const entries = new Uint32Array(from.bytes().buffer);
  if (filled.length !== Math.ceil(slots / 32)) throw new TocsinError('frame_corrupt', 'The saved state is damaged: a table does not fit its size.');
  const shard = slots === 0 ? EMPTY : new Uint32Array(slots * WORDS);
  let at = 0;
  for (let word = 0; word < filled.length; word++) {
    for (let left = filled[word]!; left !== 0; left &= left - 1) {
      const to = (word * 32 + 31 - Math.clz32(left & -left)) * WORDS;
      shard[to] = entries[at++]!;
      shard[to + 1] = entries[at++]!;
      shard[to + 2] = entries[at++]!;
    }
  }
  return { shard, count: at / WORDS };
}
