import { COUNT, GROWING_CLASS_MAX, HIGH_MASK, ITEMS, META, NEXT, PREVIOUS, chunkClassFor } from './chunks.ts';
import type { Chunks } from './chunks.ts';
import { HEAD, NEWEST_LOW, START, TAIL, TAIL_META } from './records.ts';
import type { Records } from './records.ts';

/** An item on its way into a list. */
export interface NewItem {
  high: number;
  low: number;
  customer: number;
  kind: number;
  keepAfterMs: number;
}

/** Told of what happens to the chunks of the key whose record is at `at`. */
export interface ListListener {
  /** What stood in chunk `from` stands from `to` on now (0: nowhere). */
  chunkMoved(at: number, from: number, to: number): void;
  /** Old items are about to be dropped. */
  beforeReclaim(at: number): void;
}

/** The chunks of each key as a doubly linked list between the head and the tail that its record names. */
export class ChunkList {
  readonly chunks: Chunks;
  readonly records: Records;
  readonly listener: ListListener;

  constructor(chunks: Chunks, records: Records, listener: ListListener) {
    this.chunks = chunks;
    this.records = records;
    this.listener = listener;
  }

  /** Writes into the record what it says of the tail; after every change that is not an append in order. */
  noteTail(at: number): void {
    const words = this.records.words;
    const tail = words[at + TAIL]!;
    words[at + TAIL_META] = 0;
    if (tail === 0) return;
    const count = this.chunks.get(tail, COUNT);
    const meta = this.chunks.get(tail, META);
    words[at + TAIL_META] = ((meta & HIGH_MASK) << 16) | ((meta >>> 16) << 12) | count;
    words[at + NEWEST_LOW] = this.chunks.get(tail, ITEMS + count - 1);
  }

  /** A chunk of the item alone, of the size that suits a key with so many items. */
  single(items: number, item: NewItem): number {
    const ref = this.chunks.allocate(chunkClassFor(items), item.high);
    this.chunks.write(ref, 0, item);
    this.chunks.set(ref, COUNT, 1);
    return ref;
  }

  /** Puts an item into a chunk that has room. */
  shiftIn(ref: number, place: number, item: NewItem): number {
    const count = this.chunks.get(ref, COUNT);
    if (place < count) this.chunks.move(ref, place, ref, place + 1, count - place);
    this.chunks.write(ref, place, item);
    this.chunks.set(ref, COUNT, count + 1);
    return ref;
  }

  /** Whether the tail, which is full, is one that `grow` makes room in. */
  mayGrow(ref: number): boolean {
    return this.chunks.get(ref, NEXT) === 0 && this.chunks.get(ref, META) >>> 16 < GROWING_CLASS_MAX;
  }

  /** A chunk of the next class in place of the tail, with its items that are not dropped. */
  grow(at: number, tail: number): number {
    const words = this.records.words;
    const meta = this.chunks.get(tail, META);
    const previous = this.chunks.get(tail, PREVIOUS);
    const start = previous === 0 ? words[at + START]! : 0;
    const kept = this.chunks.get(tail, COUNT) - start;
    const larger = this.chunks.allocate((meta >>> 16) + 1, meta & HIGH_MASK);
    this.chunks.move(tail, start, larger, 0, kept);
    this.chunks.set(larger, COUNT, kept);
    this.chunks.set(larger, PREVIOUS, previous);
    if (previous === 0) {
      words[at + HEAD] = larger;
      words[at + START] = 0;
    } else this.chunks.set(previous, NEXT, larger);
    words[at + TAIL] = larger;
    this.listener.chunkMoved(at, tail, larger);
    return larger;
  }

  hasRoom(ref: number, high: number): boolean {
    return ref !== 0 && this.chunks.high(ref) === high && this.chunks.get(ref, COUNT) < this.chunks.capacity(ref);
  }

  linkAfter(at: number, ref: number, added: number): number {
    const next = this.chunks.get(ref, NEXT);
    this.chunks.set(added, PREVIOUS, ref);
    this.chunks.set(added, NEXT, next);
    this.chunks.set(ref, NEXT, added);
    if (next === 0) this.records.words[at + TAIL] = added;
    else this.chunks.set(next, PREVIOUS, added);
    return added;
  }

  linkBefore(at: number, head: number, added: number): number {
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
    this.noteTail(at);
  }
}
