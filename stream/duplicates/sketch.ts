import { unitAt } from '../../core/unit-at.ts';
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

/** Work space while a text is read; nothing of it is kept from one text to the next. Constants of the module, since the compiler then knows where they stand. */
const LETTERS = new Uint16Array(HEAD_UNITS_MAX + TAIL_UNITS_MAX);
const BITS = new Int32Array(SKETCH_WORDS);
const LEAST_HASHES = new Int32Array(LEAST);
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
  readonly #fold = foldTable();
  readonly #boilerplate = boilerplate();
  /** The text proper, without boilerplate, stands in LETTERS from here to there. */
  #from = 0;
  #to = 0;

  /** Reads a text of any length; cost grows with its length up to a fixed limit. */
  read(text: string): void {
    this.#readLetters(text);
    this.low = 0x2f0b4c47;
    this.high = 0x6a09e667;
    this.weight = 0;
    this.digits = 0;
    // By hand: for so few words a call out of the compiled code costs more.
    for (let word = 0; word < SKETCH_WORDS; word++) BITS[word] = 0;
    for (let part = 0; part < LEAST; part++) LEAST_HASHES[part] = NONE;
    if (this.#to === 0) this.#hashMarks(text);
    else this.#hashLetters();
    for (let word = 0; word < SKETCH_WORDS; word++) this.bits[word] = BITS[word]!;
    this.low = mix32(this.low ^ (this.high >>> 15));
    this.high = mix32(this.high ^ this.low);
    this.#makeBands();
  }

  /** The letters that were compared, until another text is read: folded, without marks and boilerplate. */
  letters(): string {
    return String.fromCharCode(...LETTERS.subarray(this.#from, this.#to));
  }

  #readLetters(text: string): void {
    const letters = LETTERS;
    const fold = this.#fold;
    const units = text.length;
    const headEnd = units <= letters.length ? units : HEAD_UNITS_MAX;
    let count = 0;
    for (let at = 0; at < headEnd; at++) {
      const letter = fold[unitAt(text, at)]!;
      letters[count] = letter;
      // One more where it is not 0, without a branch that marks between words make hard to foretell.
      count += (letter + 0xffff) >>> 16;
    }
    for (let at = headEnd === units ? units : units - TAIL_UNITS_MAX; at < units; at++) {
      const letter = fold[unitAt(text, at)]!;
      letters[count] = letter;
      count += (letter + 0xffff) >>> 16;
    }
    this.#from = count === 0 ? 0 : this.#boilerplate.start(letters, 0, count);
    this.#to = count === 0 ? 0 : this.#boilerplate.end(letters, this.#from, count);
  }

  #hashLetters(): void {
    const from = this.#from;
    const to = this.#to;
    let { low, high } = this;
    let ideographs = 0;
    let run = 0;
    for (let at = from; at < to; at++) {
      const letter = LETTERS[at]!;
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
    }
    if (run !== 0) this.digits |= digitBits(run);
    this.low = low;
    this.high = high;
    this.weight = Math.min(to - from + ideographs, WEIGHT_MAX);
    if (to - from > HEAD_LETTERS_MAX + TAIL_LETTERS_MAX) {
      addShingles(from, from + 1, from + HEAD_LETTERS_MAX);
      addShingles(from, to - TAIL_LETTERS_MAX, to);
    } else addShingles(from, from + 1, to);
  }

  /** A text of marks and emoji alone is compared unit by unit: nothing else is left of it. */
  #hashMarks(text: string): void {
    const units = Math.min(text.length, HEAD_UNITS_MAX);
    for (let at = 0; at < units; at++) {
      this.low = Math.imul(this.low ^ unitAt(text, at), 0xcc9e2d51);
      this.low = (this.low << 15) | (this.low >>> 17);
      this.high = (Math.imul(this.high ^ unitAt(text, at), 0xc2b2ae35) + this.low) | 0;
    }
  }

  #makeBands(): void {
    for (let band = 0; band < BANDS; band++) {
      const a = LEAST_HASHES[band * 2]!;
      const b = LEAST_HASHES[band * 2 + 1]!;
      if (a === NONE && b === NONE) {
        this.bands[band] = 0;
        continue;
      }
      const key = mix32(Math.imul(a + band, 0x9e3779b1) ^ b);
      this.bands[band] = key === 0 ? 1 : key;
    }
  }
}

/** The shingles that end with one of these letters of a text, which begins at `start`, before the first of them. */
function addShingles(start: number, from: number, to: number): void {
  let last = LETTERS[from - 1]!;
  for (let at = from; at < to; at++) {
    const letter = LETTERS[at]!;
    let hash = (last << 16) | letter;
    if (letter < FIRST_IDEOGRAPH && last < FIRST_IDEOGRAPH) {
      // The second letter of a text ends no triple.
      if (at === start + 1) {
        last = letter;
        continue;
      }
      hash ^= Math.imul(LETTERS[at - 2]!, 0x9e3779b1);
    }
    last = letter;
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    BITS[hash >>> 29] = BITS[hash >>> 29]! | (1 << ((hash >>> 24) & 31));
    // The low bits choose the part, the high ones the order within it.
    const part = (hash >>> PART_SHIFT) & (LEAST - 1);
    const value = (hash ^ (hash >>> 16)) & NONE;
    // The lesser of both, without a branch: which one it is cannot be foretold.
    const before = LEAST_HASHES[part]!;
    const apart = value - before;
    LEAST_HASHES[part] = before + (apart & (apart >> 31));
  }
}

/** Three of 32 bits, as a Bloom filter has them: with one bit each, every 32nd number would stand in every other text. */
function digitBits(run: number): number {
  const hash = mix32(run);
  return (1 << (hash & 31)) | (1 << ((hash >>> 5) & 31)) | (1 << ((hash >>> 10) & 31));
}
