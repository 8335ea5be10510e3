import { REF_PAGE_SHIFT, REF_SEGMENT_SHIFT, REF_UNIT_MASK, REF_UNIT_SHIFT } from './arena.ts';
import { CAPACITY, COUNT, HIGH_MASK, HIGH_UNIT_MS, ITEMS, META, NEXT, PREVIOUS, SINGLE_CHUNK_CLASS_MAX, chunkClassFor } from './chunks.ts';
import type { Chunks } from './chunks.ts';
import { HEAD, SIZE, START, TAIL } from './records.ts';
import type { Records } from './records.ts';

/** An item that belongs this near to the newest one is put there without a search. */
const NEAR_TAIL_ITEMS = 64;

/** Told when chunk `from` of the key whose record is at `at` is gone and `to` (0: none) stands in its place. */
export type ChunkMoved = (at: number, from: number, to: number) => void;

/**
 * For each key its items in order of event time, as a doubly linked list of chunks. In-order items are appended; late ones
 * are inserted where they belong, equal times after each other; old ones leave from the head.
 * Appending is O(1); inserting n items back costs a walk over chunks and a shift within one, O(√n) at worst.
 */
export class Timelines {
  readonly chunks: Chunks;
  records: Records;
  readonly #moved: ChunkMoved;

  constructor(chunks: Chunks, records: Records, moved: ChunkMoved) {
    this.chunks = chunks;
    this.records = records;
    this.#moved = moved;
  }

  /** Adds an item; answers the chunk that holds it now. `keepAfterMs`: items at or before it may be dropped on the way. */
  insert(at: number, ms: number, item: { customer: number; kind: number }, keepAfterMs: number): number {
    const words = this.records.words;
    const low = ms >>> 0;
    const high = (ms - low) / HIGH_UNIT_MS;
    const { customer, kind } = item;
    const tail = words[at + TAIL]!;
    words[at + SIZE] = words[at + SIZE]! + 1;
    if (tail === 0) return this.#only(at, { high, low, customer, kind, keepAfterMs });
    const segment = this.chunks.arena.segments[tail >>> REF_SEGMENT_SHIFT]!;
    const chunk = (tail & REF_UNIT_MASK) << REF_UNIT_SHIFT;
    const count = segment[chunk + COUNT]!;
    const meta = segment[chunk + META]!;
    const capacity = CAPACITY[meta >>> 16]!;
    const times = chunk + ITEMS;
    const nearest = count > NEAR_TAIL_ITEMS ? count - NEAR_TAIL_ITEMS : 0;
    if (count < capacity && (meta & HIGH_MASK) === high && segment[times + nearest]! <= low) {
      this.chunks.beforeWrite(tail);
      if (this.chunks.arena.unsaved[tail >>> REF_PAGE_SHIFT] === 1) this.chunks.arena.save(tail);
      // In order, or a little late: the few later ones move up by one.
      const halves = this.chunks.arena.halves[tail >>> REF_SEGMENT_SHIFT]!;
      const customers = times + capacity;
      const kinds = (customers + capacity) * 2;
      let place = count;
      for (; segment[times + place - 1]! > low; place--) {
        segment[times + place] = segment[times + place - 1]!;
        segment[customers + place] = segment[customers + place - 1]!;
        halves[kinds + place] = halves[kinds + place - 1]!;
      }
      segment[times + place] = low;
      segment[customers + place] = customer;
      halves[kinds + place] = kind;
      segment[chunk + COUNT] = count + 1;
      return tail;
    }
    return this.#insertSlowly(at, { high, low, customer, kind, keepAfterMs });
  }

  /** Items of a key, the not yet reclaimed ones included. */
  held(at: number): number {
    return this.records.words[at + SIZE]!;
  }

  /** Drops items at or before `cutoffMs`; empties the list where nothing newer is left. */
  reclaim(at: number, cutoffMs: number): void {
    const words = this.records.words;
    const low = cutoffMs >>> 0;
    const high = (cutoffMs - low) / HIGH_UNIT_MS;
    for (let ref = words[at + HEAD]!; ref !== 0; ref = words[at + HEAD]!) {
      const segment = this.chunks.arena.segments[ref >>> REF_SEGMENT_SHIFT]!;
      const chunk = (ref & REF_UNIT_MASK) << REF_UNIT_SHIFT;
      const kept = this.chunks.upperBound(ref, high, low);
      const start = words[at + START]!;
      const count = segment[chunk + COUNT]!;
      if (kept < count) {
        if (kept > start) {
          words[at + SIZE] = words[at + SIZE]! - (kept - start);
          words[at + START] = kept;
        }
        return;
      }
      const next = segment[chunk + NEXT]!;
      words[at + SIZE] = words[at + SIZE]! - (count - start);
      words[at + HEAD] = next;
      words[at + START] = 0;
      if (next === 0) words[at + TAIL] = 0;
      else this.chunks.set(next, PREVIOUS, 0);
      this.#moved(at, ref, next);
      this.chunks.arena.release(ref);
    }
  }

  /** Gives every chunk of a key back. */
  clear(at: number): void {
    const words = this.records.words;
    for (let ref = words[at + HEAD]!; ref !== 0; ) {
      const next = this.chunks.get(ref, NEXT);
      this.chunks.arena.release(ref);
      ref = next;
    }
    words[at + HEAD] = 0;
    words[at + TAIL] = 0;
    words[at + SIZE] = 0;
    words[at + START] = 0;
  }

  #only(at: number, item: NewItem): number {
    const words = this.records.words;
    const ref = this.#single(1, item);
    words[at + HEAD] = ref;
    words[at + TAIL] = ref;
    words[at + START] = 0;
    return ref;
  }

  #insertSlowly(at: number, item: NewItem): number {
    const words = this.records.words;
    let ref = words[at + TAIL]!;
    let place = this.chunks.upperBound(ref, item.high, item.low);
    if (place === this.chunks.get(ref, COUNT)) return this.#append(at, ref, item);
    while (place === 0 && this.chunks.get(ref, PREVIOUS) !== 0) {
      ref = this.chunks.get(ref, PREVIOUS);
      place = this.chunks.upperBound(ref, item.high, item.low);
    }
    const start = ref === words[at + HEAD] ? words[at + START]! : 0;
    const count = this.chunks.get(ref, COUNT);
    // Items of a chunk share `high`, so one of another `high` lies before or after all of them, never between.
    if (this.chunks.high(ref) === item.high) {
      if (count < this.chunks.capacity(ref)) return this.#shiftIn(ref, place, item);
      if (start > 0) return this.#shiftBack(at, ref, place, item);
      if (place > 0 && place < count) return this.#hasRoom(this.chunks.get(ref, NEXT), item.high) ? this.#passOn(ref, place, item) : this.#split(at, ref, place, item);
    }
    if (place === start) return this.#linkBefore(at, ref, this.#single(words[at + SIZE]!, item));
    const next = this.chunks.get(ref, NEXT);
    if (this.#hasRoom(next, item.high)) return this.#shiftIn(next, 0, item);
    return this.#linkAfter(at, ref, this.#single(words[at + SIZE]!, item));
  }

  #hasRoom(ref: number, high: number): boolean {
    return ref !== 0 && this.chunks.high(ref) === high && this.chunks.get(ref, COUNT) < this.chunks.capacity(ref);
  }

  /** Room in a full chunk by giving its last item to the next one, which has some: chunks stay fuller than by halving. */
  #passOn(ref: number, place: number, item: NewItem): number {
    const next = this.chunks.get(ref, NEXT);
    const last = this.chunks.get(ref, COUNT) - 1;
    this.chunks.move(next, 0, next, 1, this.chunks.get(next, COUNT));
    this.chunks.move(ref, last, next, 0, 1);
    this.chunks.set(next, COUNT, this.chunks.get(next, COUNT) + 1);
    this.chunks.set(ref, COUNT, last);
    return this.#shiftIn(ref, place, item);
  }

  /** The item is the newest, and the tail is full or of another block of 49.7 days. */
  #append(at: number, tail: number, item: NewItem): number {
    const words = this.records.words;
    this.reclaim(at, item.keepAfterMs);
    if (words[at + TAIL] === 0) return this.#only(at, item);
    const sameHigh = this.chunks.high(tail) === item.high;
    if (sameHigh && words[at + HEAD] === tail) {
      const blockClass = this.chunks.get(tail, META) >>> 16;
      if (words[at + START]! * 4 >= this.chunks.capacity(tail)) {
        this.settle(at);
        return this.#shiftIn(tail, this.chunks.get(tail, COUNT), item);
      }
      if (blockClass < SINGLE_CHUNK_CLASS_MAX) {
        const larger = this.#enlarge(at, tail, blockClass + 1);
        return this.#shiftIn(larger, this.chunks.get(larger, COUNT), item);
      }
    }
    return this.#linkAfter(at, tail, this.#single(words[at + SIZE]!, item));
  }

  /** A larger chunk in place of the only one. */
  #enlarge(at: number, ref: number, blockClass: number): number {
    const words = this.records.words;
    const start = words[at + START]!;
    const kept = this.chunks.get(ref, COUNT) - start;
    const larger = this.chunks.allocate(blockClass, this.chunks.high(ref));
    this.chunks.move(ref, start, larger, 0, kept);
    this.chunks.set(larger, COUNT, kept);
    words[at + HEAD] = larger;
    words[at + TAIL] = larger;
    words[at + START] = 0;
    this.#moved(at, ref, larger);
    this.chunks.arena.release(ref);
    return larger;
  }

  #shiftIn(ref: number, place: number, item: NewItem): number {
    const count = this.chunks.get(ref, COUNT);
    if (place < count) this.chunks.move(ref, place, ref, place + 1, count - place);
    this.chunks.write(ref, place, item);
    this.chunks.set(ref, COUNT, count + 1);
    return ref;
  }

  /** Uses the room that dropped items left at the start of a full head chunk. */
  #shiftBack(at: number, ref: number, place: number, item: NewItem): number {
    const words = this.records.words;
    const start = words[at + START]!;
    this.chunks.move(ref, start, ref, start - 1, place - start);
    this.chunks.write(ref, place - 1, item);
    words[at + START] = start - 1;
    return ref;
  }

  #split(at: number, ref: number, place: number, item: NewItem): number {
    const count = this.chunks.get(ref, COUNT);
    const meta = this.chunks.get(ref, META);
    // Slightly late items keep coming to the tail: cut there where this one goes, so that what is left behind stays nearly full.
    const half = (count + 1) >>> 1;
    const middle = this.chunks.get(ref, NEXT) === 0 ? Math.max(place, half) : half;
    const upper = this.chunks.allocate(meta >>> 16, meta & HIGH_MASK);
    this.chunks.move(ref, middle, upper, 0, count - middle);
    this.chunks.set(upper, COUNT, count - middle);
    this.chunks.set(ref, COUNT, middle);
    this.#linkAfter(at, ref, upper);
    return place <= middle ? this.#shiftIn(ref, place, item) : this.#shiftIn(upper, place - middle, item);
  }

  #single(items: number, item: NewItem): number {
    const ref = this.chunks.allocate(chunkClassFor(items), item.high);
    this.chunks.write(ref, 0, item);
    this.chunks.set(ref, COUNT, 1);
    return ref;
  }

  #linkAfter(at: number, ref: number, added: number): number {
    const next = this.chunks.get(ref, NEXT);
    this.chunks.set(added, PREVIOUS, ref);
    this.chunks.set(added, NEXT, next);
    this.chunks.set(ref, NEXT, added);
    if (next === 0) this.records.words[at + TAIL] = added;
    else this.chunks.set(next, PREVIOUS, added);
    return added;
  }

  #linkBefore(at: number, head: number, added: number): number {
    this.settle(at);
    this.chunks.set(added, PREVIOUS, 0);
    this.chunks.set(added, NEXT, head);
    this.chunks.set(head, PREVIOUS, added);
    this.records.words[at + HEAD] = added;
    return added;
  }

  /** Closes the gap that dropped items left at the start of the head chunk. */
  settle(at: number): void {
    const words = this.records.words;
    const head = words[at + HEAD]!;
    const start = words[at + START]!;
    if (head === 0 || start === 0) return;
    const kept = this.chunks.get(head, COUNT) - start;
    this.chunks.move(head, start, head, 0, kept);
    this.chunks.set(head, COUNT, kept);
    words[at + START] = 0;
  }

}

interface NewItem {
  high: number;
  low: number;
  customer: number;
  kind: number;
  keepAfterMs: number;
}
