import { REF_SEGMENT_SHIFT, REF_UNIT_MASK, REF_UNIT_SHIFT } from './arena.ts';
import { ChunkList } from './chunk-list.ts';
import type { ListListener, NewItem } from './chunk-list.ts';
import { CAPACITY, COUNT, HIGH_UNIT_MS, ITEMS, NEXT, PREVIOUS } from './chunks.ts';
import type { Chunks } from './chunks.ts';
import { LateInserts } from './late-inserts.ts';
import { HEAD, NEWEST_LOW, SIZE, START, TAIL, TAIL_META } from './records.ts';
import type { Records } from './records.ts';

/** An item that belongs this near to the newest one is put there without a search. */
const NEAR_TAIL_ITEMS = 64;

/**
 * For each key its items in order of event time, as a doubly linked list of chunks. In-order items are appended; late ones
 * are inserted where they belong, equal times after each other; old ones leave from the head.
 * Appending is O(1); an item that belongs n items back is found from a mark and moves a part of one chunk: O(log n) and 408 items at most.
 */
export class Timelines {
  readonly chunks: Chunks;
  readonly records: Records;
  readonly #list: ChunkList;
  readonly #late: LateInserts;

  constructor(chunks: Chunks, records: Records, listener: ListListener) {
    this.chunks = chunks;
    this.records = records;
    this.#list = new ChunkList(chunks, records, listener);
    this.#late = new LateInserts(this.#list);
  }

  /** Adds an item; answers the chunk that holds it now. `keepAfterMs`: items at or before it may be dropped on the way. */
  insert(at: number, ms: number, item: { customer: number; kind: number }, keepAfterMs: number): number {
    const words = this.records.words;
    const low = ms >>> 0;
    const high = (ms - low) / HIGH_UNIT_MS;
    const { customer, kind } = item;
    const tail = words[at + TAIL]!;
    const tailMeta = words[at + TAIL_META]!;
    const count = tailMeta & 0xfff;
    const capacity = CAPACITY[(tailMeta >>> 12) & 0xf]!;
    words[at + SIZE] = words[at + SIZE]! + 1;
    if (count >= capacity || tailMeta >>> 16 !== high) return this.#insertSlowly(at, { high, low, customer, kind, keepAfterMs });

    const segment = this.chunks.arena.segments[tail >>> REF_SEGMENT_SHIFT]!;
    const halves = this.chunks.arena.halves[tail >>> REF_SEGMENT_SHIFT]!;
    const times = ((tail & REF_UNIT_MASK) << REF_UNIT_SHIFT) + ITEMS;
    const customers = times + capacity;
    const kinds = (customers + capacity) * 2;
    let place = count;
    if (words[at + NEWEST_LOW]! > low) {
      const nearest = count > NEAR_TAIL_ITEMS ? count - NEAR_TAIL_ITEMS : 0;
      if (segment[times + nearest]! > low) return this.#insertSlowly(at, { high, low, customer, kind, keepAfterMs });
      this.chunks.beforeWrite(tail);
      // A little late: the few later ones move up by one.
      for (; segment[times + place - 1]! > low; place--) {
        segment[times + place] = segment[times + place - 1]!;
        segment[customers + place] = segment[customers + place - 1]!;
        halves[kinds + place] = halves[kinds + place - 1]!;
      }
    } else {
      this.chunks.beforeWrite(tail);
      words[at + NEWEST_LOW] = low;
    }
    segment[times + place] = low;
    segment[customers + place] = customer;
    halves[kinds + place] = kind;
    segment[times - ITEMS + COUNT] = count + 1;
    words[at + TAIL_META] = tailMeta + 1;
    return tail;
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
      if (next === 0) {
        words[at + TAIL] = 0;
        this.#late.forget(at);
      } else this.chunks.set(next, PREVIOUS, 0);
      this.#list.listener.chunkMoved(at, ref, next);
      this.#late.released(at, ref);
      this.chunks.arena.release(ref);
    }
    this.#list.noteTail(at);
  }

  /** Closes the gap that dropped items left at the start of the head chunk. */
  settle(at: number): void {
    this.#list.settle(at);
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
    this.#late.forget(at);
    this.#list.noteTail(at);
  }

  #insertSlowly(at: number, item: NewItem): number {
    const tail = this.records.words[at + TAIL]!;
    const ref = tail === 0 ? this.#only(at, item) : this.#place(at, tail, item);
    this.#list.noteTail(at);
    return ref;
  }

  #place(at: number, tail: number, item: NewItem): number {
    const ref = this.#late.chunkFor(at, tail, item);
    const place = this.chunks.upperBound(ref, item.high, item.low);
    const isNewest = ref === tail && place === this.chunks.get(ref, COUNT);
    return isNewest ? this.#append(at, ref, item) : this.#late.insert(at, ref, place, item);
  }

  /** The item is the newest, and the tail is full or of another block of 49.7 days. */
  #append(at: number, tail: number, item: NewItem): number {
    const words = this.records.words;
    const mayGrow = this.chunks.high(tail) === item.high && this.#list.mayGrow(tail);
    // Of several chunks the first one is left alone, and far, until another one follows.
    if (mayGrow && words[at + HEAD] !== tail) return this.#appendGrown(at, tail, item);
    this.#list.listener.beforeReclaim(at);
    this.reclaim(at, item.keepAfterMs);
    if (words[at + TAIL] === 0) return this.#only(at, item);
    const sameHigh = this.chunks.high(tail) === item.high;
    if (sameHigh && words[at + HEAD] === tail && words[at + START]! * 4 >= this.chunks.capacity(tail)) {
      this.settle(at);
      return this.#list.shiftIn(tail, this.chunks.get(tail, COUNT), item);
    }
    if (mayGrow) return this.#appendGrown(at, tail, item);
    return this.#list.linkAfter(at, tail, this.#list.single(words[at + SIZE]!, item));
  }

  #appendGrown(at: number, tail: number, item: NewItem): number {
    const larger = this.#late.growTail(at, tail);
    return this.#list.shiftIn(larger, this.chunks.get(larger, COUNT), item);
  }

  #only(at: number, item: NewItem): number {
    const words = this.records.words;
    const ref = this.#list.single(1, item);
    words[at + HEAD] = ref;
    words[at + TAIL] = ref;
    words[at + START] = 0;
    return ref;
  }
}
