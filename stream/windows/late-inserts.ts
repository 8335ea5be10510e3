import { REF_SEGMENT_SHIFT, REF_UNIT_MASK, REF_UNIT_SHIFT } from './arena.ts';
import type { ChunkList, NewItem } from './chunk-list.ts';
import { COUNT, HIGH_MASK, ITEMS, META, NEXT, PREVIOUS } from './chunks.ts';
import type { Chunks } from './chunks.ts';
import { HEAD, SIZE, START } from './records.ts';

/**
 * Puts items that are not the newest where their event time belongs: a walk back over chunks, then a shift within one. A full
 * chunk gives an item to a neighbour with room, else it is cut in two.
 */
export class LateInserts {
  readonly #list: ChunkList;
  readonly #chunks: Chunks;

  constructor(list: ChunkList) {
    this.#list = list;
    this.#chunks = list.chunks;
  }

  /** The last chunk whose first item is not later than a time; the first one where there is none. */
  chunkFor(tail: number, high: number, low: number): number {
    let ref = tail;
    for (;;) {
      const segment = this.#chunks.arena.segments[ref >>> REF_SEGMENT_SHIFT]!;
      const chunk = (ref & REF_UNIT_MASK) << REF_UNIT_SHIFT;
      const chunkHigh = segment[chunk + META]! & HIGH_MASK;
      if (chunkHigh < high || (chunkHigh === high && segment[chunk + ITEMS]! <= low)) return ref;
      const previous = segment[chunk + PREVIOUS]!;
      if (previous === 0) return ref;
      ref = previous;
    }
  }

  /** Inserts at a place of the chunk that `chunkFor` gave, not after the tail's last item. Answers the chunk that holds it. */
  insert(at: number, ref: number, place: number, item: NewItem): number {
    const words = this.#list.records.words;
    const start = ref === words[at + HEAD] ? words[at + START]! : 0;
    const count = this.#chunks.get(ref, COUNT);
    // Items of a chunk share `high`, so one of another `high` lies before or after all of them, never between.
    if (this.#chunks.high(ref) === item.high) {
      if (count < this.#chunks.capacity(ref)) return this.#list.shiftIn(ref, place, item);
      if (start > 0) return this.#shiftBack(at, ref, place, item);
      if (place > 0 && place < count) return this.#insertIntoFull(at, ref, place, item);
    }
    if (place === start) return this.#list.linkBefore(at, ref, this.#list.single(words[at + SIZE]!, item));
    const next = this.#chunks.get(ref, NEXT);
    if (this.#list.hasRoom(next, item.high)) return this.#list.shiftIn(next, 0, item);
    return this.#list.linkAfter(at, ref, this.#list.single(words[at + SIZE]!, item));
  }

  /** Chunks stay fuller if a neighbour with room takes an item than by halving. */
  #insertIntoFull(at: number, ref: number, place: number, item: NewItem): number {
    if (this.#list.hasRoom(this.#chunks.get(ref, NEXT), item.high)) return this.#passOn(ref, place, item);
    if (this.#list.hasRoom(this.#chunks.get(ref, PREVIOUS), item.high)) return this.#passBack(at, ref, place, item);
    return this.#split(at, ref, place, item);
  }

  /** Gives the last item of a full chunk to the next one. */
  #passOn(ref: number, place: number, item: NewItem): number {
    const next = this.#chunks.get(ref, NEXT);
    const last = this.#chunks.get(ref, COUNT) - 1;
    this.#chunks.move(next, 0, next, 1, this.#chunks.get(next, COUNT));
    this.#chunks.move(ref, last, next, 0, 1);
    this.#chunks.set(next, COUNT, this.#chunks.get(next, COUNT) + 1);
    this.#chunks.set(ref, COUNT, last);
    return this.#list.shiftIn(ref, place, item);
  }

  /** Gives the first item of a full chunk to the previous one. */
  #passBack(at: number, ref: number, place: number, item: NewItem): number {
    const previous = this.#chunks.get(ref, PREVIOUS);
    const count = this.#chunks.get(previous, COUNT);
    this.#chunks.move(ref, 0, previous, count, 1);
    this.#chunks.set(previous, COUNT, count + 1);
    // Whoever notes this chunk as where its first item stands must look in the one before as well.
    this.#list.listener.chunkMoved(at, ref, previous);
    this.#chunks.move(ref, 1, ref, 0, place - 1);
    this.#chunks.write(ref, place - 1, item);
    return ref;
  }

  /** Uses the room that dropped items left at the start of a full head chunk. */
  #shiftBack(at: number, ref: number, place: number, item: NewItem): number {
    const words = this.#list.records.words;
    const start = words[at + START]!;
    this.#chunks.move(ref, start, ref, start - 1, place - start);
    this.#chunks.write(ref, place - 1, item);
    words[at + START] = start - 1;
    return ref;
  }

  #split(at: number, ref: number, place: number, item: NewItem): number {
    const count = this.#chunks.get(ref, COUNT);
    const meta = this.#chunks.get(ref, META);
    // Slightly late items keep coming to the tail: cut there where this one goes, so that what is left behind stays nearly full.
    const half = (count + 1) >>> 1;
    const middle = this.#chunks.get(ref, NEXT) === 0 ? Math.max(place, half) : half;
    const upper = this.#chunks.allocate(meta >>> 16, meta & HIGH_MASK);
    this.#chunks.move(ref, middle, upper, 0, count - middle);
    this.#chunks.set(upper, COUNT, count - middle);
    this.#chunks.set(ref, COUNT, middle);
    this.#list.linkAfter(at, ref, upper);
    return place <= middle ? this.#list.shiftIn(ref, place, item) : this.#list.shiftIn(upper, place - middle, item);
  }
}
