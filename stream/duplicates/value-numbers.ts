import { TextHash } from '../windows/hash.ts';

const SLOTS_MIN = 128;
/** Number (0 for an empty place), two lanes, and one left free: an entry stands in one line of the cache. */
const WORDS = 4;

/**
 * Numbers 1, 2, 3 … for texts, by their 64-bit hashes alone: a text that is known is found without a look at any text. Two different
 * ones are taken for one with probability n² / 2^65, 1e-10 for 65,535 texts.
 */
export class ValueNumbers {
  readonly #hash = new TextHash();
  readonly #texts: string[] = [''];
  /** Open addressing, at most half full. */
  #slots = new Int32Array(SLOTS_MIN * WORDS);

  /** The number of a text, the next one where it has none; 0 where there is room for no other. */
  take(text: string, numbersMax: number): number {
    const { low, high } = this.#hash.start('').text(text).finish();
    const at = placeOf(this.#slots, low, high);
    const known = this.#slots[at]!;
    if (known !== 0) return known;
    if (this.#texts.length > numbersMax) return 0;
    const number = this.#texts.push(text) - 1;
    this.#slots[at] = number;
    this.#slots[at + 1] = low;
    this.#slots[at + 2] = high;
    if (number * 2 * WORDS === this.#slots.length) this.#grow();
    return number;
  }

  text(number: number): string {
    return this.#texts[number]!;
  }

  /** By number, from 0 on. */
  list(): string[] {
    return this.#texts.slice();
  }

  /** The typed array, and a guess of 80 bytes for each text. */
  bytes(): number {
    return this.#slots.byteLength + this.#texts.length * 80;
  }

  #grow(): void {
    const slots = this.#slots;
    const grown = new Int32Array(slots.length * 2);
    for (let from = 0; from < slots.length; from += WORDS) {
      if (slots[from] === 0) continue;
      const to = placeOf(grown, slots[from + 1]!, slots[from + 2]!);
      for (let word = 0; word < WORDS; word++) grown[to + word] = slots[from + word]!;
    }
    this.#slots = grown;
  }
}

/** Where a hash stands, or the empty place where it belongs. */
function placeOf(slots: Int32Array, low: number, high: number): number {
  const mask = slots.length / WORDS - 1;
  for (let slot = low & mask; ; slot = (slot + 1) & mask) {
    const at = slot * WORDS;
    if (slots[at] === 0 || (slots[at + 1] === low && slots[at + 2] === high)) return at;
  }
}
