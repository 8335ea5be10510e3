import { TextHash } from '../windows/hash.ts';

const SIZE_MIN = 64;

/**
 * Numbers 1, 2, 3 … for texts, by their 64-bit hashes alone: a text that is known is found without a look at any text. Two different
 * ones are taken for one with probability n² / 2^65, 1e-10 for 65,535 texts.
 */
export class ValueNumbers {
  readonly #hash = new TextHash();
  readonly #texts: string[] = [''];
  /** Lanes by number. */
  #lanes = new Int32Array(SIZE_MIN * 2);
  /** Open addressing, at most half full; 0 for an empty place. */
  #table = new Uint32Array(SIZE_MIN * 2);

  /** Makes a text the present one, for `is` and `take`. */
  read(text: string): this {
    this.#hash.start('').text(text).finish();
    return this;
  }

  /** Whether the present text has this number. */
  is(number: number): boolean {
    return this.#lanes[number * 2] === this.#hash.low && this.#lanes[number * 2 + 1] === this.#hash.high;
  }

  /** The number of the present text; 0 where there is room for no other. */
  take(text: string, numbersMax: number): number {
    const mask = this.#table.length - 1;
    let slot = this.#hash.low & mask;
    for (let number = this.#table[slot]!; number !== 0; number = this.#table[slot]!) {
      if (this.is(number)) return number;
      slot = (slot + 1) & mask;
    }
    if (this.#texts.length > numbersMax) return 0;
    const number = this.#texts.push(text) - 1;
    this.#table[slot] = number;
    if (number * 2 === this.#lanes.length - 2) this.#grow();
    this.#lanes[number * 2] = this.#hash.low;
    this.#lanes[number * 2 + 1] = this.#hash.high;
    return number;
  }

  text(number: number): string {
    return this.#texts[number]!;
  }

  /** By number, from 0 on. */
  list(): string[] {
    return this.#texts.slice();
  }

  /** Typed arrays, and a guess of 80 bytes for each text. */
  bytes(): number {
    return this.#lanes.byteLength + this.#table.byteLength + this.#texts.length * 80;
  }

  #grow(): void {
    const lanes = new Int32Array(this.#lanes.length * 2);
    lanes.set(this.#lanes);
    this.#lanes = lanes;
    lanes[(this.#texts.length - 1) * 2] = this.#hash.low;
    const mask = this.#table.length * 2 - 1;
    this.#table = new Uint32Array(mask + 1);
    for (let number = 1; number < this.#texts.length; number++) {
      let slot = lanes[number * 2]! & mask;
      while (this.#table[slot] !== 0) slot = (slot + 1) & mask;
      this.#table[slot] = number;
    }
  }
}
