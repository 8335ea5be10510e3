import { ArenaPart } from './arena-part.ts';
import type { ByteReader, StateWriter } from './bytes.ts';

/**
 * Blocks of 2^k words (k = 4 … 13) from a few large Uint32Arrays, so that ten million items are forty typed arrays and no
 * objects. A page of 8,192 words belongs to one block size while any block of it is in use and to none after: what a burst
 * of small groups took, one large group can use later.
 *
 * A reference is a positive 32-bit number: its high bits pick the segment, its low bits the place in units of 16 words.
 */
const UNIT_SHIFT = 4;
const PAGE_SHIFT = 13;
const SEGMENT_SHIFT = 18;
const UNITS_PER_PAGE_SHIFT = PAGE_SHIFT - UNIT_SHIFT;
const PAGES_PER_SEGMENT = 1 << (SEGMENT_SHIFT - PAGE_SHIFT);
const SEGMENT_WORDS = 1 << SEGMENT_SHIFT;

/** `segments[ref >>> REF_SEGMENT_SHIFT]` holds the block, from word `(ref & REF_UNIT_MASK) << REF_UNIT_SHIFT`. */
export const REF_SEGMENT_SHIFT = SEGMENT_SHIFT - UNIT_SHIFT;
export const REF_UNIT_MASK = (1 << REF_SEGMENT_SHIFT) - 1;
export const REF_UNIT_SHIFT = UNIT_SHIFT;

/** `unsaved[ref >>> REF_PAGE_SHIFT]` is the flag of the block's page. */
export const REF_PAGE_SHIFT = UNITS_PER_PAGE_SHIFT;

export const BLOCK_CLASS_MIN = UNIT_SHIFT;
export const BLOCK_CLASS_MAX = PAGE_SHIFT;

/** No page: page 0 is never handed out, so that reference 0 can mean "none". */
const NONE = 0;

export class Arena {
  readonly segments: Uint32Array[] = [];
  /**
   * Per page: 1 while its content is to be saved and is not yet. Whoever writes into a block looks here first and calls
   * `save` where it is 1; the array is another one after each `allocate`.
   */
  unsaved = new Uint8Array(PAGES_PER_SEGMENT);
  #part: ArenaPart | null = null;
  /** The same memory as 16-bit numbers. */
  readonly halves: Uint16Array[] = [];
  #pages = 1;
  #freePage = NONE;
  #usedWords = 0;
  /** Per page: block class (0: free), blocks in use, blocks ever carved, first free block + 1, neighbours in its list. */
  #class = new Uint8Array(PAGES_PER_SEGMENT);
  #live = new Uint16Array(PAGES_PER_SEGMENT);
  #carved = new Uint16Array(PAGES_PER_SEGMENT);
  #free = new Uint16Array(PAGES_PER_SEGMENT);
  #next = new Uint32Array(PAGES_PER_SEGMENT);
  #previous = new Uint32Array(PAGES_PER_SEGMENT);
  /** Per class: a page with room. */
  readonly #withRoom = new Uint32Array(BLOCK_CLASS_MAX + 1);

  /** A block of 2^blockClass words, `BLOCK_CLASS_MIN` … `BLOCK_CLASS_MAX`; its content is whatever was there before. */
  allocate(blockClass: number): number {
    let page = this.#withRoom[blockClass]!;
    if (page === NONE) page = this.#openPage(blockClass);
    let block: number;
    const free = this.#free[page]!;
    if (free !== 0) {
      block = free - 1;
      this.#free[page] = this.#wordOf(page, block, blockClass);
    } else {
      block = this.#carved[page]!;
      this.#carved[page] = block + 1;
    }
    const live = this.#live[page]! + 1;
    this.#live[page] = live;
    if (live === 1 << (PAGE_SHIFT - blockClass)) this.#unlink(page, blockClass);
    this.#usedWords += 1 << blockClass;
    return (page << UNITS_PER_PAGE_SHIFT) | (block << (blockClass - UNIT_SHIFT));
  }

  release(ref: number): void {
    const page = ref >>> UNITS_PER_PAGE_SHIFT;
    if (this.unsaved[page] === 1) this.save(ref);
    const blockClass = this.#class[page]!;
    const block = (ref & ((1 << UNITS_PER_PAGE_SHIFT) - 1)) >>> (blockClass - UNIT_SHIFT);
    this.segments[ref >>> REF_SEGMENT_SHIFT]![(ref & REF_UNIT_MASK) << REF_UNIT_SHIFT] = this.#free[page]!;
    this.#free[page] = block + 1;
    const live = this.#live[page]!;
    if (live === 1 << (PAGE_SHIFT - blockClass)) this.#link(page, blockClass);
    this.#live[page] = live - 1;
    this.#usedWords -= 1 << blockClass;
    if (live === 1) {
      this.#unlink(page, blockClass);
      this.#class[page] = 0;
      this.#next[page] = this.#freePage;
      this.#freePage = page;
    }
  }

  /** Bytes of the blocks in use. */
  usedBytes(): number {
    return this.#usedWords * 4;
  }

  /** Bytes held from the runtime, in use or not. */
  heldBytes(): number {
    return this.segments.length * SEGMENT_WORDS * 4 + this.#class.length * 16;
  }

  /** Puts a page aside before a block of it is changed. */
  save(ref: number): void {
    this.#part!.save(ref >>> UNITS_PER_PAGE_SHIFT);
  }

  encode(out: StateWriter): void {
    out.number(this.#pages);
    out.number(this.#freePage);
    out.number(this.#usedWords);
    for (const column of [this.#class, this.#live, this.#carved, this.#free, this.#next, this.#previous, this.#withRoom]) {
      out.bytes(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
    }
    out.number(this.segments.length);
    out.large(new ArenaPart({ arena: this, pages: this.#pages, pageWords: 1 << PAGE_SHIFT, pagesPerSegment: PAGES_PER_SEGMENT }));
  }

  /** Pages are put aside for this part from now on; null: for none. Throws where another one still needs them. */
  holdFor(part: ArenaPart | null): void {
    if (part !== null && this.#part !== null) throw new Error('the arena is held already');
    this.#part = part;
  }

  static decode(from: ByteReader): Arena {
    const arena = new Arena();
    arena.#pages = from.number();
    arena.#freePage = from.number();
    arena.#usedWords = from.number();
    arena.#class = from.bytes();
    arena.#live = new Uint16Array(from.bytes().buffer);
    arena.#carved = new Uint16Array(from.bytes().buffer);
    arena.#free = new Uint16Array(from.bytes().buffer);
    arena.#next = new Uint32Array(from.bytes().buffer);
    arena.#previous = new Uint32Array(from.bytes().buffer);
    arena.#withRoom.set(new Uint32Array(from.bytes().buffer));
    arena.unsaved = new Uint8Array(arena.#class.length);
    const segments = from.number();
    for (let index = 0; index < segments; index++) {
      from.wordsInto(arena.#addSegment());
    }
    return arena;
  }

  #wordOf(page: number, block: number, blockClass: number): number {
    const ref = (page << UNITS_PER_PAGE_SHIFT) | (block << (blockClass - UNIT_SHIFT));
    return this.segments[ref >>> REF_SEGMENT_SHIFT]![(ref & REF_UNIT_MASK) << REF_UNIT_SHIFT]!;
  }

  #addSegment(): Uint32Array {
    const segment = new Uint32Array(SEGMENT_WORDS);
    this.segments.push(segment);
    this.halves.push(new Uint16Array(segment.buffer));
    return segment;
  }

  #openPage(blockClass: number): number {
    let page = this.#freePage;
    if (page !== NONE) this.#freePage = this.#next[page]!;
    else {
      page = this.#pages++;
      while (page >= this.segments.length * PAGES_PER_SEGMENT) this.#addSegment();
      if (page >= this.#class.length) this.#growColumns();
    }
    this.#class[page] = blockClass;
    this.#live[page] = 0;
    this.#carved[page] = 0;
    this.#free[page] = 0;
    this.#link(page, blockClass);
    return page;
  }

  #link(page: number, blockClass: number): void {
    const first = this.#withRoom[blockClass]!;
    this.#next[page] = first;
    this.#previous[page] = NONE;
    if (first !== NONE) this.#previous[first] = page;
    this.#withRoom[blockClass] = page;
  }

  #unlink(page: number, blockClass: number): void {
    const next = this.#next[page]!;
    const previous = this.#previous[page]!;
    if (next !== NONE) this.#previous[next] = previous;
    if (previous !== NONE) this.#next[previous] = next;
    else this.#withRoom[blockClass] = next;
  }

  #growColumns(): void {
    const length = this.#class.length * 2;
    const grown = <T extends Uint8Array | Uint16Array | Uint32Array>(to: T, from: T): T => (to.set(from), to);
    this.unsaved = grown(new Uint8Array(length), this.unsaved);
    this.#class = grown(new Uint8Array(length), this.#class);
    this.#live = grown(new Uint16Array(length), this.#live);
    this.#carved = grown(new Uint16Array(length), this.#carved);
    this.#free = grown(new Uint16Array(length), this.#free);
    this.#next = grown(new Uint32Array(length), this.#next);
    this.#previous = grown(new Uint32Array(length), this.#previous);
  }
}
