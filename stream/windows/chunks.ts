import { BLOCK_CLASS_MAX, BLOCK_CLASS_MIN, REF_PAGE_SHIFT, REF_SEGMENT_SHIFT, REF_UNIT_MASK, REF_UNIT_SHIFT } from './arena.ts';
import type { Arena } from './arena.ts';

/**
 * A chunk is an arena block: four words of header, then its items' times, their customers, and their kinds, each
 * `capacity` long: 4 + 4 + 2 bytes an item. A time is `high · 2^32 + low` milliseconds since the epoch; all items of a chunk
 * share `high` (a block of 49.7 days), so an item costs the same whatever the window's length.
 */
export const NEXT = 0;
export const PREVIOUS = 1;
export const COUNT = 2;
/** Block class · 2^16 + `high`. */
export const META = 3;
export const ITEMS = 4;

export const HIGH_MASK = 0xffff;
export const HIGH_UNIT_MS = 2 ** 32;
const ITEM_BYTES = 10;

/** Items that a chunk of a block class holds; even, so that customers and kinds start on a word. */
export const CAPACITY = Uint16Array.from({ length: BLOCK_CLASS_MAX + 1 }, (_, blockClass) => Math.max(0, Math.floor(((1 << blockClass) - ITEMS) * 4 / ITEM_BYTES / 2) * 2));

/** A key's last chunk grows up to this class, 24 items, before another one follows it: a key of few items begins with room for 4. */
export const GROWING_CLASS_MAX = 6;

/** Below this a loop is faster than a call into the runtime. */
const COPY_BY_HAND_MAX = 48;

/** No new chunk is larger: 408 items. An item that comes late moves half of a chunk's at most, however many there are and however late it is. */
const CHUNK_CLASS_MAX = 10;

/**
 * Class of the next chunk of a key with n items: the smallest one, which grows, below 64; then headers cost 16 bytes a chunk and about one chunk's room is empty; the sum
 * is smallest where a chunk has √(4 · n · words an item) words. Beyond `CHUNK_CLASS_MAX` headers are 0.4 % of the memory.
 */
export function chunkClassFor(items: number): number {
  const halvings = (32 - Math.clz32(items >>> 5)) >>> 1;
  return halvings === 0 ? BLOCK_CLASS_MIN : Math.min(BLOCK_CLASS_MIN + 1 + halvings, CHUNK_CLASS_MAX);
}

/** Reads and writes chunks by reference. A place is 0 … count − 1. */
export class Chunks {
  readonly arena: Arena;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  allocate(blockClass: number, high: number): number {
    const ref = this.arena.allocate(blockClass);
    this.beforeWrite(ref);
    const segment = this.arena.segments[ref >>> REF_SEGMENT_SHIFT]!;
    const chunk = (ref & REF_UNIT_MASK) << REF_UNIT_SHIFT;
    segment[chunk + NEXT] = 0;
    segment[chunk + PREVIOUS] = 0;
    segment[chunk + COUNT] = 0;
    segment[chunk + META] = (blockClass << 16) | high;
    return ref;
  }

  /** A header word. */
  get(ref: number, field: number): number {
    return this.arena.segments[ref >>> REF_SEGMENT_SHIFT]![((ref & REF_UNIT_MASK) << REF_UNIT_SHIFT) + field]!;
  }

  /** Every change of a chunk goes through here first: its page may be waiting to be saved as it stands. */
  beforeWrite(ref: number): void {
    if (this.arena.unsaved[ref >>> REF_PAGE_SHIFT] === 1) this.arena.save(ref);
  }

  set(ref: number, field: number, value: number): void {
    this.beforeWrite(ref);
    this.arena.segments[ref >>> REF_SEGMENT_SHIFT]![((ref & REF_UNIT_MASK) << REF_UNIT_SHIFT) + field] = value;
  }

  capacity(ref: number): number {
    return CAPACITY[this.get(ref, META) >>> 16]!;
  }

  high(ref: number): number {
    return this.get(ref, META) & HIGH_MASK;
  }

  /** Event time of the item at a place, milliseconds since the epoch. */
  timeAt(ref: number, place: number): number {
    const segment = this.arena.segments[ref >>> REF_SEGMENT_SHIFT]!;
    const chunk = (ref & REF_UNIT_MASK) << REF_UNIT_SHIFT;
    return (segment[chunk + META]! & HIGH_MASK) * HIGH_UNIT_MS + segment[chunk + ITEMS + place]!;
  }

  customerAt(ref: number, place: number): number {
    return this.get(ref, ITEMS + this.capacity(ref) + place);
  }

  kindAt(ref: number, place: number): number {
    return this.arena.halves[ref >>> REF_SEGMENT_SHIFT]![this.kindsStart(ref) + place]!;
  }

  /** The kinds of a chunk: where they stand and from which index on. */
  kindsOf(ref: number): { halves: Uint16Array; start: number } {
    return { halves: this.arena.halves[ref >>> REF_SEGMENT_SHIFT]!, start: this.kindsStart(ref) };
  }

  /** Where the kinds of a chunk start among the halves of its segment. */
  kindsStart(ref: number): number {
    return (((ref & REF_UNIT_MASK) << REF_UNIT_SHIFT) + ITEMS + 2 * this.capacity(ref)) * 2;
  }

  write(ref: number, place: number, item: { low: number; customer: number; kind: number }): void {
    this.beforeWrite(ref);
    const segment = this.arena.segments[ref >>> REF_SEGMENT_SHIFT]!;
    const first = ((ref & REF_UNIT_MASK) << REF_UNIT_SHIFT) + ITEMS + place;
    segment[first] = item.low;
    segment[first + this.capacity(ref)] = item.customer;
    this.arena.halves[ref >>> REF_SEGMENT_SHIFT]![this.kindsStart(ref) + place] = item.kind;
  }

  /** `count` items from one place to another, within a chunk or between two. */
  move(from: number, fromPlace: number, to: number, toPlace: number, count: number): void {
    this.beforeWrite(to);
    const source = this.arena.segments[from >>> REF_SEGMENT_SHIFT]!;
    const target = this.arena.segments[to >>> REF_SEGMENT_SHIFT]!;
    const read = ((from & REF_UNIT_MASK) << REF_UNIT_SHIFT) + ITEMS + fromPlace;
    const write = ((to & REF_UNIT_MASK) << REF_UNIT_SHIFT) + ITEMS + toPlace;
    copyWithin(source, read, target, write, count);
    copyWithin(source, read + this.capacity(from), target, write + this.capacity(to), count);
    const halvesFrom = this.arena.halves[from >>> REF_SEGMENT_SHIFT]!;
    const halvesTo = this.arena.halves[to >>> REF_SEGMENT_SHIFT]!;
    copyWithin(halvesFrom, this.kindsStart(from) + fromPlace, halvesTo, this.kindsStart(to) + toPlace, count);
  }

  /** First place whose item is later than the time; the count where none is. Dropped items count as earlier. */
  upperBound(ref: number, high: number, low: number): number {
    const segment = this.arena.segments[ref >>> REF_SEGMENT_SHIFT]!;
    const chunk = (ref & REF_UNIT_MASK) << REF_UNIT_SHIFT;
    const count = segment[chunk + COUNT]!;
    const chunkHigh = segment[chunk + META]! & HIGH_MASK;
    if (chunkHigh !== high) return chunkHigh < high ? count : 0;
    const times = chunk + ITEMS;
    if (segment[times + count - 1]! <= low) return count;
    let from = 0;
    let to = count - 1;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (segment[times + middle]! <= low) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** As `upperBound`, for a time in milliseconds. */
  firstAfter(ref: number, ms: number): number {
    const low = ms >>> 0;
    return this.upperBound(ref, (ms - low) / HIGH_UNIT_MS, low);
  }
}

/** Copies numbers between two arrays or, ranges overlapping or not, within one. */
function copyWithin<T extends Uint32Array | Uint16Array>(source: T, read: number, target: T, write: number, count: number): void {
  if (count > COPY_BY_HAND_MAX) {
    if (source === target) target.copyWithin(write, read, read + count);
    else target.set(source.subarray(read, read + count), write);
  } else if (write < read || source !== target) {
    for (let index = 0; index < count; index++) target[write + index] = source[read + index]!;
  } else {
    for (let index = count - 1; index >= 0; index--) target[write + index] = source[read + index]!;
  }
}
