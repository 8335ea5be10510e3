import { mix32 } from '../windows/hash.ts';
import { Boilerplate } from './boilerplate.ts';
import { FIRST_IDEOGRAPH, foldTable } from './fold.ts';

/** UTF-16 units read of a longer text: its start and its end. */
const HEAD_UNITS_MAX = 3_072;
const TAIL_UNITS_MAX = 1_024;
/** Letters whose shingles are sketched, of a text with more: 256 bits tell that many apart. */
const HEAD_LETTERS_MAX = 384;
const TAIL_LETTERS_MAX = 128;

const LAST_DIGIT = 0x39;
const WEIGHT_MAX = 0xffff;

export const SKETCH_WORDS = 8;
export const SKETCH_BITS = SKETCH_WORDS * 32;
/** Least hashes of the shingles, one for each of these parts of the hash space ("one permutation hashing", Li, Owen, Zhang 2012). */
const LEAST = 4;
const PART_SHIFT = 14;
const NONE = 0x7fffffff;
/** Pairs of them; texts that share a pair may be near-equal. */
export const BANDS = LEAST / 2;

/** Work space while a text is read; nothing of it is kept from one text to the next. */
const LETTERS = new Uint16Array(HEAD_UNITS_MAX + TAIL_UNITS_MAX);
let phrases: Boilerplate | null = null;

function boilerplate(): Boilerplate {
  return (phrases ??= new Boilerplate());
}

/**
 * What is remembered of a text to tell whether another is nearly the same. One object is used again and again.
 *
 * Shingles are pairs of neighbouring letters in Han, kana and Hangul and triples elsewhere; each sets one of 256 bits. From the
 * bits alone the number of shingles that two texts share can be estimated (linear counting, Whang, Vander-Zanden, Taylor 1990).
 */
export class TextSketch {
  /** 64-bit hash of all letters that were read, as two signed lanes. */
  low = 0;
  high = 0;
  /** How much the text says: 2 for each ideograph, 1 for each other letter or digit; at most 65,535. */
  weight = 0;
  /** Three of 32 bits for each run of digits: order numbers, amounts, days. */
  digits = 0;
  readonly bits = new Int32Array(SKETCH_WORDS);
  /** Keys of the bands, signed; 0 for a band that this text has no shingle in. */
  readonly bands = new Int32Array(BANDS);
  readonly #least = new Int32Array(LEAST);
  readonly #letters = LETTERS;
  readonly #fold = foldTable();
  readonly #boilerplate = boilerplate();
  /** The text proper, without boilerplate, stands in `#letters` from here to there. */
  #from = 0;
  #to = 0;

  /** Reads a text of any length; cost grows with its length up to a fixed limit. */
  read(text: string): void {
    this.#readLetters(text);
    this.low = 0x2f0b4c47;
    this.high = 0x6a09e667;
    this.weight = 0;
    this.digits = 0;
    this.bits.fill(0);
    this.#least.fill(NONE);
    if (this.#to === 0) this.#hashMarks(text);
    else this.#hashLetters();
    this.low = mix32(this.low ^ (this.high >>> 15));
    this.high = mix32(this.high ^ this.low);
    this.#makeBands();
  }

  /** The letters that were compared, until another text is read: folded, without marks and boilerplate. */
  letters(): string {
    return String.fromCharCode(...this.#letters.subarray(this.#from, this.#to));
  }

  #readLetters(text: string): void {
    const letters = this.#letters;
    const fold = this.#fold;
    const units = text.length;
    const headEnd = units <= letters.length ? units : HEAD_UNITS_MAX;
    let count = 0;
    for (let at = 0; at < headEnd; at++) {
      const letter = fold[text.charCodeAt(at)]!;
      letters[count] = letter;
      // One more where it is not 0, without a branch that marks between words make hard to foretell.
      count += (letter + 0xffff) >>> 16;
    }
    for (let at = headEnd === units ? units : units - TAIL_UNITS_MAX; at < units; at++) {
      const letter = fold[text.charCodeAt(at)]!;
      letters[count] = letter;
      count += (letter + 0xffff) >>> 16;
    }
    this.#from = count === 0 ? 0 : this.#boilerplate.start(letters, 0, count);
    this.#to = count === 0 ? 0 : this.#boilerplate.end(letters, this.#from, count);
  }

  #hashLetters(): void {
    const letters = this.#letters;
    const bits = this.bits;
    const least = this.#least;
    const to = this.#to;
    const isLong = to - this.#from > HEAD_LETTERS_MAX + TAIL_LETTERS_MAX;
    const headEnd = isLong ? this.#from + HEAD_LETTERS_MAX : to;
    const tailFrom = isLong ? to - TAIL_LETTERS_MAX : to;
    let { low, high } = this;
    let ideographs = 0;
    let run = 0;
    let beforeLast = 0;
    let last = 0;
    for (let at = this.#from; at < to; at++) {
      const letter = letters[at]!;
      low = Math.imul(low ^ letter, 0xcc9e2d51);
      low = (low << 15) | (low >>> 17);
      high = (Math.imul(high ^ letter, 0x85ebca6b) + low) | 0;
      if (letter >= FIRST_IDEOGRAPH) ideographs++;
      if (letter <= LAST_DIGIT) {
        run = Math.imul(run ^ letter, 0x9e3779b1);
      } else if (run !== 0) {
        this.digits |= digitBits(run);
        run = 0;
      }
      const isPair = letter >= FIRST_IDEOGRAPH || last >= FIRST_IDEOGRAPH;
      if (last !== 0 && (isPair || beforeLast !== 0) && (at < headEnd || at >= tailFrom)) {
        let hash = (last << 16) | letter;
        if (!isPair) hash ^= Math.imul(beforeLast, 0x9e3779b1);
        hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
        hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
        bits[hash >>> 29] = bits[hash >>> 29]! | (1 << ((hash >>> 24) & 31));
        // The low bits choose the part, the high ones the order within it.
        const part = (hash >>> PART_SHIFT) & (LEAST - 1);
        const value = (hash ^ (hash >>> 16)) & NONE;
        // The lesser of both; which one it is cannot be foretold either.
        const before = least[part]!;
        const apart = value - before;
        least[part] = before + (apart & (apart >> 31));
      }
      beforeLast = last;
      last = letter;
    }
    if (run !== 0) this.digits |= digitBits(run);
    this.low = low;
    this.high = high;
    this.weight = Math.min(to - this.#from + ideographs, WEIGHT_MAX);
  }

  /** A text of marks and emoji alone is compared unit by unit: nothing else is left of it. */
  #hashMarks(text: string): void {
    const units = Math.min(text.length, HEAD_UNITS_MAX);
    for (let at = 0; at < units; at++) {
      this.low = Math.imul(this.low ^ text.charCodeAt(at), 0xcc9e2d51);
      this.low = (this.low << 15) | (this.low >>> 17);
      this.high = (Math.imul(this.high ^ text.charCodeAt(at), 0xc2b2ae35) + this.low) | 0;
    }
  }

  #makeBands(): void {
    const least = this.#least;
    for (let band = 0; band < BANDS; band++) {
      const a = least[band * 2]!;
      const b = least[band * 2 + 1]!;
      if (a === NONE && b === NONE) {
        this.bands[band] = 0;
        continue;
      }
      const key = mix32(Math.imul(a + band, 0x9e3779b1) ^ b);
      this.bands[band] = key === 0 ? 1 : key;
    }
  }
}

/** Three of 32 bits, as a Bloom filter has them: with one bit each, every 32nd number would stand in every other text. */
function digitBits(run: number): number {
  const hash = mix32(run);
  return (1 << (hash & 31)) | (1 << ((hash >>> 5) & 31)) | (1 << ((hash >>> 10) & 31));
}
