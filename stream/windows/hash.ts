import { unitAt } from '../../core/unit-at.ts';

/**
 * 64-bit hash of a few texts, as two 32-bit lanes: each lane multiplies and rotates every UTF-16 unit in, with constants and
 * finaliser of MurmurHash3 (Austin Appleby, public domain). Not keyed and not cryptographic.
 * Of n different inputs, two share all 64 bits with probability about n² / 2^65: 3e-8 for a million, 3e-6 for ten million.
 *
 * One object is used again and again; it remembers the lanes of the last first text, which in a stream is nearly always the
 * same workspace. Lanes are signed 32-bit integers.
 */
export class TextHash {
  low = 0;
  high = 0;
  #first = '';
  #firstLow = 0;
  #firstHigh = 0;

  constructor() {
    this.#begin('');
  }

  start(first: string): this {
    if (first !== this.#first) this.#begin(first);
    this.low = this.#firstLow;
    this.high = this.#firstHigh;
    return this;
  }

  /** Texts are delimited: ("ab", "c") and ("a", "bc") differ. */
  text(value: string): this {
    let low = this.low;
    let high = this.high;
    const length = value.length;
    for (let index = 0; index < length; index++) {
      const unit = unitAt(value, index);
      low = Math.imul(low ^ unit, 0xcc9e2d51);
      low = (low << 15) | (low >>> 17);
      high = (Math.imul(high ^ unit, 0x85ebca6b) + low) | 0;
      high = (high << 13) | (high >>> 19);
    }
    this.low = Math.imul(low ^ length, 0x1b873593);
    this.high = Math.imul(high ^ (length + 0x10000), 0xc2b2ae35);
    return this;
  }

  finish(): this {
    const low = mix32(this.low ^ (this.high >>> 15));
    this.high = mix32(this.high ^ low);
    this.low = mix32(low ^ this.high);
    return this;
  }

  /** Hash of a key's texts, as KeyNames wants it. */
  all(texts: readonly string[]): number {
    this.start(texts[0]!);
    for (let index = 1; index < texts.length; index++) this.text(texts[index]!);
    return this.finish().low;
  }

  #begin(first: string): void {
    this.low = 0x1747b28c;
    this.high = 0x3c6ef372;
    this.text(first);
    this.#first = first;
    this.#firstLow = this.low;
    this.#firstHigh = this.high;
  }
}

/** MurmurHash3's finaliser: a bijection of signed 32-bit integers. */
export function mix32(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** 32 hexadecimal digits that depend on every part and on their order. */
export function hexId(parts: readonly (string | number)[]): string {
  let id = '';
  for (const lane of ['a', 'b']) {
    const hash = new TextHash().start(lane);
    for (const part of parts) hash.text(String(part));
    hash.finish();
    for (const half of [hash.high, hash.low]) id += (half >>> 0).toString(16).padStart(8, '0');
  }
  return id;
}
