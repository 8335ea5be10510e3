import type { Arena } from './arena.ts';
import type { LargePart, StateWriter } from './bytes.ts';

export interface ArenaShape {
  arena: Arena;
  /** Pages carved so far. The last segment is carved from its start, so what no page has reached yet is left out. */
  pages: number;
  pageWords: number;
  pagesPerSegment: number;
}

/**
 * The content of an arena's pages, a segment a piece. While it is held, a page that is about to be changed and was not
 * written yet is put aside first: 32 KiB at a time, so that no single entry of the log pays for more than it touches.
 */
export class ArenaPart implements LargePart {
  readonly pieces: number;
  readonly #shape: ArenaShape;
  readonly #aside = new Map<number, Uint32Array>();
  #isHeld = false;

  constructor(shape: ArenaShape) {
    this.#shape = shape;
    this.pieces = shape.arena.segments.length;
  }

  hold(): void {
    const { arena, pages } = this.#shape;
    arena.holdFor(this);
    this.#isHeld = true;
    arena.unsaved.fill(1, 0, pages);
  }

  save(page: number): void {
    this.#aside.set(page, this.#live(page).slice());
    this.#shape.arena.unsaved[page] = 0;
  }

  write(piece: number, out: StateWriter): void {
    const { arena, pages, pageWords, pagesPerSegment } = this.#shape;
    const first = piece * pagesPerSegment;
    const end = Math.min(pages, first + pagesPerSegment);
    const segment = arena.segments[piece]!.subarray(0, (end - first) * pageWords);
    out.words(this.#aside.size === 0 ? segment : this.#asHeld(segment, first));
    if (this.#isHeld) arena.unsaved.fill(0, first, end);
  }

  letGo(): void {
    const { arena, pages } = this.#shape;
    arena.unsaved.fill(0, 0, pages);
    arena.holdFor(null);
    this.#isHeld = false;
    this.#aside.clear();
  }

  #asHeld(segment: Uint32Array, firstPage: number): Uint32Array {
    const words = segment.slice();
    const { pageWords } = this.#shape;
    for (let page = firstPage; page < firstPage + words.length / pageWords; page++) {
      const aside = this.#aside.get(page);
      if (aside === undefined) continue;
      words.set(aside, (page - firstPage) * pageWords);
      this.#aside.delete(page);
    }
    return words;
  }

  #live(page: number): Uint32Array {
    const { arena, pageWords, pagesPerSegment } = this.#shape;
    const from = (page % pagesPerSegment) * pageWords;
    return arena.segments[Math.floor(page / pagesPerSegment)]!.subarray(from, from + pageWords);
  }
}
