import { REF_SEGMENT_SHIFT, REF_UNIT_MASK, REF_UNIT_SHIFT } from './arena.ts';
import type { ChunkList, NewItem } from './chunk-list.ts';
import { COUNT, HIGH_MASK, HIGH_UNIT_MS, ITEMS, META, NEXT, PREVIOUS } from './chunks.ts';
import type { Chunks } from './chunks.ts';
import { HEAD, SIZE, START } from './records.ts';

/** An item that belongs further back than this many chunks is looked for by marks. */
const WALK_MAX = 8;

/** Chunks of one key as they stood some time ago, oldest first, each with the time of its first item then. */
interface Marks {
  /** 0 where the chunk has left the list. */
  refs: Uint32Array;
  firstMs: Float64Array;
  /** Chunks walked over since. */
  walked: number;
}

/**
 * Puts items that are not the newest where their event time belongs: a walk back over a few chunks, or from a mark near by,
 * then a shift within one. A full chunk grows where it is a small last one, else gives an item to a neighbour with room, else it is cut in two.
 */
export class LateInserts {
  readonly #list: ChunkList;
  readonly #chunks: Chunks;
  /** By record, of keys with many chunks; what they lead to depends on the items alone, so they are not saved. */
  readonly #marks = new Map<number, Marks>();

  constructor(list: ChunkList) {
    this.#list = list;
    this.#chunks = list.chunks;
  }

  /** The last chunk whose first item is not later than the item; the first one where there is none. */
  chunkFor(at: number, tail: number, item: NewItem): number {
    let ref = tail;
    for (let steps = 0; this.#isLater(ref, item); steps++) {
      const previous = this.#chunks.get(ref, PREVIOUS);
      if (previous === 0) return ref;
      ref = previous;
      if (steps === WALK_MAX) return this.#farBack(at, item);
    }
    return ref;
  }

  /** A chunk leaves its key's list. */
  released(at: number, ref: number): void {
    const refs = this.#marks.size === 0 ? undefined : this.#marks.get(at)?.refs;
    const index = refs === undefined ? -1 : refs.indexOf(ref);
    if (index >= 0) refs![index] = 0;
  }

  /** Makes room in a tail that may grow; answers the chunk in its place. */
  growTail(at: number, tail: number): number {
    const larger = this.#list.grow(at, tail);
    this.released(at, tail);
    this.#chunks.arena.release(tail);
    return larger;
  }

  /** All of a key's chunks leave. */
  forget(at: number): void {
    if (this.#marks.size > 0) this.#marks.delete(at);
  }

  /** As `chunkFor`, for a key of many chunks: from the nearest mark on. Marks are set anew when as many chunks have been walked over as there are. */
  #farBack(at: number, item: NewItem): number {
    let marks = this.#marks.get(at);
    if (marks === undefined) this.#marks.set(at, (marks = { refs: new Uint32Array(0), firstMs: new Float64Array(0), walked: 0 }));
    let ref = markBefore(marks, item.high * HIGH_UNIT_MS + item.low) || this.#list.records.words[at + HEAD]!;
    for (let next = this.#chunks.get(ref, NEXT); next !== 0 && !this.#isLater(next, item); next = this.#chunks.get(ref, NEXT)) {
      ref = next;
      marks.walked++;
    }
    for (let previous = this.#chunks.get(ref, PREVIOUS); previous !== 0 && this.#isLater(ref, item); previous = this.#chunks.get(ref, PREVIOUS)) {
      ref = previous;
      marks.walked++;
    }
    if (marks.walked > marks.refs.length) this.#mark(at);
    return ref;
  }

  #mark(at: number): void {
    const refs: number[] = [];
    for (let ref = this.#list.records.words[at + HEAD]!; ref !== 0; ref = this.#chunks.get(ref, NEXT)) refs.push(ref);
    this.#marks.set(at, { refs: Uint32Array.from(refs), firstMs: Float64Array.from(refs, (ref) => this.#chunks.timeAt(ref, 0)), walked: 0 });
  }

  /** Whether all of a chunk is later than the item. */
  #isLater(ref: number, { high, low }: NewItem): boolean {
    const segment = this.#chunks.arena.segments[ref >>> REF_SEGMENT_SHIFT]!;
    const chunk = (ref & REF_UNIT_MASK) << REF_UNIT_SHIFT;
    const chunkHigh = segment[chunk + META]! & HIGH_MASK;
    return chunkHigh > high || (chunkHigh === high && segment[chunk + ITEMS]! > low);
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
      if (this.#list.mayGrow(ref)) return this.#list.shiftIn(this.growTail(at, ref), place, item);
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

/** The last marked chunk that is in its list still and whose first item was not later than a time; 0 where none is. */
function markBefore({ refs, firstMs }: Marks, ms: number): number {
  let from = 0;
  let to = refs.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (firstMs[middle]! <= ms) from = middle + 1;
    else to = middle;
  }
  while (from > 0 && refs[from - 1] === 0) from--;
  return from > 0 ? refs[from - 1]! : 0;
}
