import type { ByteReader, StateWriter } from './bytes.ts';

/** Words of a key's record. Next key in the queue of checks, as key + 1; 0 ends it. */
export const LINK = 0;
/** Second of stream time at which the key is looked at next. */
export const CHECK_AT = 1;
export const HEAD = 2;
export const TAIL = 3;
/** Items held, the not yet reclaimed ones included. */
export const SIZE = 4;
/** First valid place in the head chunk. */
export const START = 5;
/** Of the tail chunk, so that an item in order is written without a look at it: `high` · 2^16 + block class · 2^12 + items. */
export const TAIL_META = 6;
/** Low word of the newest item's time. */
export const NEWEST_LOW = 7;
/** From here on: what WindowCounts keeps. */
export const WINDOWS = 8;

/** Each record is copied four times on average while their number grows, and a fifth of the room is empty at most. */
export const GROWTH = 1.25;

/** One record of `stride` 32-bit words for each key, in one typed array. A key's record starts at `key · stride`. */
export class Records {
  words: Uint32Array;
  readonly stride: number;

  constructor(stride: number, words = new Uint32Array(16 * stride)) {
    this.stride = stride;
    this.words = words;
  }

  /** Makes the record of a key all zero. */
  clear(key: number): void {
    const end = (key + 1) * this.stride;
    if (end > this.words.length) {
      const grown = new Uint32Array(Math.ceil((key + 1) * GROWTH) * this.stride);
      grown.set(this.words);
      this.words = grown;
    }
    this.words.fill(0, end - this.stride, end);
  }

  /** The same keys with another stride; what is beyond `WINDOWS` starts at zero. */
  withStride(stride: number): Records {
    const keys = Math.floor(this.words.length / this.stride);
    const next = new Records(stride, new Uint32Array(keys * stride));
    for (let key = 0; key < keys; key++) next.words.set(this.words.subarray(key * this.stride, key * this.stride + WINDOWS), key * stride);
    return next;
  }

  encode(out: StateWriter): void {
    out.number(this.stride);
    out.words(this.words);
  }

  static decode(from: ByteReader): Records {
    const stride = from.number();
    return new Records(stride, new Uint32Array(from.bytes().buffer));
  }
}
