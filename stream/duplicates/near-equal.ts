import { SKETCH_BITS, SKETCH_WORDS } from './sketch.ts';

/** Shingles set in a text whose sketch has so many bits, by linear counting: −m ln(1 − bits/m). A full sketch reads as one bit less. */
function makeShingleCounts(): Float64Array {
  const counts = new Float64Array(SKETCH_BITS + 1);
  for (let bits = 0; bits < counts.length; bits++) counts[bits] = -SKETCH_BITS * Math.log(1 - Math.min(bits, SKETCH_BITS - 0.5) / SKETCH_BITS);
  return counts;
}

/** What two sketches have in common; numbers of shingles are estimates. */
export interface Overlap {
  fewer: number;
  more: number;
  shared: number;
}

/** Compares 256-bit sketches; fills and returns one object that is used again. */
export class SketchCompare {
  readonly #counts = makeShingleCounts();
  readonly #overlap: Overlap = { fewer: 0, more: 0, shared: 0 };

  overlap(a: ArrayLike<number>, b: ArrayLike<number>, bFrom: number): Overlap {
    let inA = 0;
    let inB = 0;
    let inEither = 0;
    for (let word = 0; word < SKETCH_WORDS; word++) {
      const wordA = a[word]! | 0;
      const wordB = b[bFrom + word]! | 0;
      inA += bitsIn(wordA);
      inB += bitsIn(wordB);
      inEither += bitsIn(wordA | wordB);
    }
    const a1 = this.#counts[inA]!;
    const b1 = this.#counts[inB]!;
    const overlap = this.#overlap;
    overlap.fewer = Math.min(a1, b1);
    overlap.more = Math.max(a1, b1);
    overlap.shared = Math.max(0, a1 + b1 - this.#counts[inEither]!);
    return overlap;
  }
}

/** Ones of a 32-bit word (Warren, "Hacker's Delight", 5-1). */
function bitsIn(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Fewer shingles than this say too little: such texts are the same only where all their letters are. */
const SHINGLES_MIN = 5;
/** A text with this many shingles is long; between the two the threshold falls evenly. */
const LONG_SHINGLES = 24;
const SHORT_JACCARD = 0.6;
const LONG_JACCARD = 0.55;
/** A shortened text stands nearly whole in the longer one, and is this share of it at least. */
const CONTAINED = 0.86;
const CONTAINED_SHARE = 0.3;
const CONTAINED_SHINGLES_MIN = 9;
/** Texts of different customers are one campaign's only where they are this much alike. */
const CAMPAIGN_JACCARD = 0.7;

/** Whether one customer said the same thing twice. The thresholds are measured: docs/duplicates.md. */
export function isNearEqual({ fewer, more, shared }: Overlap): boolean {
  if (fewer < SHINGLES_MIN) return false;
  const length = Math.min(1, (fewer - SHINGLES_MIN) / (LONG_SHINGLES - SHINGLES_MIN));
  const jaccard = shared / (fewer + more - shared);
  if (jaccard >= SHORT_JACCARD + (LONG_JACCARD - SHORT_JACCARD) * length) return true;
  return fewer >= CONTAINED_SHINGLES_MIN && fewer >= CONTAINED_SHARE * more && shared >= CONTAINED * fewer;
}

/** Whether two customers copied one text. */
export function isSameCampaign({ fewer, more, shared }: Overlap): boolean {
  return fewer >= SHINGLES_MIN && shared >= CAMPAIGN_JACCARD * (fewer + more - shared);
}

/** Order numbers, amounts and days: one text's must all stand in the other, else they speak of different things. */
export function digitsAgree(a: number, b: number): boolean {
  return (a & b) === a || (a & b) === (b | 0);
}
