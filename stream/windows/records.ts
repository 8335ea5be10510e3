import type { ByteReader, ByteWriter } from './bytes.ts';

/**
 * Words of a key's record; `WINDOWS` starts four words for each window that is counted as it slides.
 * The first is the key's number in KeyNames.
 */
export const KEY = 0;
/** Next key in the queue of checks, or next free record; 0 ends a list, so it holds slot + 1. */
export const LINK = 1;
/** Second of stream time at which the key is looked at next. */
export const CHECK_AT = 2;
export const HEAD = 3;
export const TAIL = 4;
/** Items held, the not yet reclaimed ones included. */
export const SIZE = 5;
/** First valid place in the head chunk. */
export const START = 6;
export const WINDOWS = 7;

/** Fixed-size records of 32-bit words in one typed array: all that one key costs, but for its name and items. */
export class Records {
  words: Uint32Array;
  readonly stride: number;
  #used = 0;
  #freeLink = 0;
  #live = 0;

  constructor(windows: number, capacity = 16) {
    this.stride = WINDOWS + 4 * windows;
    this.words = new Uint32Array(capacity * this.stride);
  }

  get live(): number {
    return this.#live;
  }

  /** One more than the highest slot ever given out. */
  get slotsUsed(): number {
    return this.#used;
  }

  /** A slot whose record is all zero. */
  allocate(): number {
    this.#live++;
    if (this.#freeLink !== 0) {
      const slot = this.#freeLink - 1;
      const at = slot * this.stride;
      this.#freeLink = this.words[at + LINK]!;
      this.words.fill(0, at, at + this.stride);
      return slot;
    }
    const slot = this.#used++;
    if (this.#used * this.stride > this.words.length) {
      const grown = new Uint32Array(Math.ceil(this.#used * 1.5) * this.stride);
      grown.set(this.words);
      this.words = grown;
    }
    return slot;
  }

  release(slot: number): void {
    this.words[slot * this.stride + LINK] = this.#freeLink;
    this.#freeLink = slot + 1;
    this.#live--;
  }

  /** The same keys with room for another number of windows; those start at zero. */
  withWindows(windows: number): Records {
    const next = new Records(windows, Math.max(16, this.#used));
    for (let slot = 0; slot < this.#used; slot++) {
      next.words.set(this.words.subarray(slot * this.stride, slot * this.stride + WINDOWS), slot * next.stride);
    }
    next.#used = this.#used;
    next.#freeLink = this.#freeLink;
    next.#live = this.#live;
    return next;
  }

  encode(out: ByteWriter): void {
    out.number((this.stride - WINDOWS) / 4);
    out.number(this.#used);
    out.number(this.#freeLink);
    out.number(this.#live);
    out.words(this.words.subarray(0, this.#used * this.stride));
  }

  static decode(from: ByteReader): Records {
    const windows = from.number();
    const used = from.number();
    const records = new Records(windows, Math.max(16, used));
    records.#used = used;
    records.#freeLink = from.number();
    records.#live = from.number();
    from.wordsInto(records.words);
    return records;
  }
}
