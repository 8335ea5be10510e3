import { BLOCK_CLASS_MAX, BLOCK_CLASS_MIN, REF_SEGMENT_SHIFT, REF_UNIT_MASK, REF_UNIT_SHIFT } from './arena.ts';
import type { Arena } from './arena.ts';

/**
 * A chunk is an arena block: four words of header, then its items' times, then their customers, both `capacity` long.
 * A time is `high · 2^32 + low` milliseconds since the epoch. All items of a chunk share `high` (a block of 49.7 days),
 * so an item costs 4 bytes of time and 4 of customer whatever the window's length.
 */
export const NEXT = 0;
export const PREVIOUS = 1;
export const COUNT = 2;
/** Block class · 2^16 + `high`. */
export const META = 3;
export const ITEMS = 4;

export const HIGH_MASK = 0xffff;
export const HIGH_UNIT_MS = 2 ** 32;

/** Items that a chunk of a block class holds. */
export const CAPACITY = Uint16Array.from({ length: BLOCK_CLASS_MAX + 1 }, (_, blockClass) => (1 << blockClass) / 2 - 2);

/**
 * Chunks near √n items keep both the empty room at the ends and the walk over chunks small: for n items about √n each.
 * The room that the headers take and the room left empty are equal near capacity = √(2n).
 */
export function chunkClassFor(items: number): number {
  const quarters = (32 - Math.clz32(items >>> 5)) >>> 1;
  return Math.min(BLOCK_CLASS_MIN + quarters, BLOCK_CLASS_MAX);
}

/** A key with one chunk grows it up to this class before it takes a second one. */
export const SINGLE_CHUNK_CLASS_MAX = 6;

/** Below this a loop is faster than a call into the runtime. */
const COPY_BY_HAND_MAX = 64;

/** Reads and writes chunks by reference. A place is 0 … count − 1. */
export class Chunks {
  readonly arena: Arena;

  constructor(arena: Arena) {
    this.arena = arena;
  }

  allocate(blockClass: number, high: number): number {
    const ref = this.arena.allocate(blockClass);
    const segment = this.arena.segments[ref >>> REF_SEGMENT_SHIFT]!;
    const chunk = (ref & REF_UNIT_MASK) << REF_UNIT_SHIFT;
    segment[chunk + NEXT] = 0;
    segment[chunk + PREVIOUS] = 0;
    segment[chunk + COUNT] = 0;
    segment[chunk + META] = (blockClass << 16) | high;
    return ref;
  }

  /** `count` items from one place to another, within a chunk or between two. */
  move(from: number, fromPlace: number, to: number, toPlace: number, count: number): void {
    const source = this.arena.segments[from >>> REF_SEGMENT_SHIFT]!;
    const target = this.arena.segments[to >>> REF_SEGMENT_SHIFT]!;
    const read = ((from & REF_UNIT_MASK) << REF_UNIT_SHIFT) + ITEMS + fromPlace;
    const write = ((to & REF_UNIT_MASK) << REF_UNIT_SHIFT) + ITEMS + toPlace;
    const customersRead = read + this.capacity(from);
    const customersWrite = write + this.capacity(to);
    if (source !== target || count > COPY_BY_HAND_MAX) {
      copyWords(source, read, target, write, count);
      copyWords(source, customersRead, target, customersWrite, count);
    } else if (write < read) {
      for (let index = 0; index < count; index++) {
        source[write + index] = source[read + index]!;
        source[customersWrite + index] = source[customersRead + index]!;
      }
    } else {
      for (let index = count - 1; index >= 0; index--) {
        source[write + index] = source[read + index]!;
        source[customersWrite + index] = source[customersRead + index]!;
      }
    }
  }

  write(ref: number, place: number, low: number, customer: number): void {
    const segment = this.arena.segments[ref >>> REF_SEGMENT_SHIFT]!;
    const first = ((ref & REF_UNIT_MASK) << REF_UNIT_SHIFT) + ITEMS + place;
    segment[first] = low;
    segment[first + this.capacity(ref)] = customer;
  }

  set(ref: number, field: number, value: number): void {
    this.arena.segments[ref >>> REF_SEGMENT_SHIFT]![((ref & REF_UNIT_MASK) << REF_UNIT_SHIFT) + field] = value;
  }

  capacity(ref: number): number {
    return CAPACITY[this.get(ref, META) >>> 16]!;
  }

  /** A header word of a chunk. */
  get(ref: number, field: number): number {
    return this.arena.segments[ref >>> REF_SEGMENT_SHIFT]![((ref & REF_UNIT_MASK) << REF_UNIT_SHIFT) + field]!;
  }

  /** Event time of the item at a place in a chunk, milliseconds since the epoch. */
  timeAt(ref: number, place: number): number {
    const segment = this.arena.segments[ref >>> REF_SEGMENT_SHIFT]!;
    const chunk = (ref & REF_UNIT_MASK) << REF_UNIT_SHIFT;
    return (segment[chunk + META]! & HIGH_MASK) * HIGH_UNIT_MS + segment[chunk + ITEMS + place]!;
  }

  customerAt(ref: number, place: number): number {
    const segment = this.arena.segments[ref >>> REF_SEGMENT_SHIFT]!;
    const chunk = (ref & REF_UNIT_MASK) << REF_UNIT_SHIFT;
    return segment[chunk + ITEMS + CAPACITY[segment[chunk + META]! >>> 16]! + place]!;
  }

  /** First place in a chunk whose item is later than the time; the chunk's count where none is. Dropped items count as earlier. */
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

function copyWords(source: Uint32Array, read: number, target: Uint32Array, write: number, count: number): void {
  if (source === target) source.copyWithin(write, read, read + count);
  else target.set(source.subarray(read, read + count), write);
}
