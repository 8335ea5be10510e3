import { unitAt } from '../../core/unit-at.ts';

const SCALE = 100_000;
const GROWTH = 2;
/** A character takes at most six bytes, as `\u0000` does. */
const BYTES_PER_UNIT_MAX = 6;
/** Room for what is written between two looks at the length: separators and numbers. */
const SPARE_BYTES = 64;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SHORT_ESCAPES: Readonly<Record<number, string>> = { 0x08: '\\b', 0x09: '\\t', 0x0a: '\\n', 0x0c: '\\f', 0x0d: '\\r', [QUOTE]: '\\"', [BACKSLASH]: '\\\\' };

/** By hundred-thousandths, of which a model's probabilities are whole numbers: to find a fraction's digits costs a tenth of making them. */
const FRACTIONS = new Array<string | undefined>(SCALE + 1);

/**
 * JSON as UTF-8, written byte by byte: of many short values that takes a fraction of the time in which strings are joined, flattened and encoded.
 * The bytes are those of `JSON.stringify`, but for a surrogate without its partner, which becomes U+FFFD.
 */
export class JsonBytes {
  #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: number) {
    this.#bytes = new Uint8Array(bytes + SPARE_BYTES);
  }

  /** What was written; nothing is written after that. */
  bytes(): Buffer {
    return Buffer.from(this.#bytes.buffer, 0, this.#at);
  }

  /** ASCII as it is: separators, numbers, words that are known to need no escape. */
  plain(text: string): this {
    this.#need(text.length);
    const bytes = this.#bytes;
    let at = this.#at;
    const { length } = text;
    for (let place = 0; place < length; place++) bytes[at++] = unitAt(text, place);
    this.#at = at;
    return this;
  }

  text(value: string): this {
    this.#need(value.length * BYTES_PER_UNIT_MAX);
    const bytes = this.#bytes;
    let at = this.#at;
    bytes[at++] = QUOTE;
    const { length } = value;
    for (let place = 0; place < length; place++) {
      const unit = unitAt(value, place);
      if (unit < 0x80) {
        if (unit >= 0x20 && unit !== QUOTE && unit !== BACKSLASH) bytes[at++] = unit;
        else at = escape(bytes, at, unit);
      } else if (unit < 0x800) {
        bytes[at++] = 0xc0 | (unit >> 6);
        bytes[at++] = 0x80 | (unit & 0x3f);
      } else {
        const isPair = unit >= 0xd800 && unit < 0xdc00 && isLow(value.charCodeAt(place + 1));
        if (isPair) at = fourBytes(bytes, at, value.codePointAt(place++)!);
        else at = threeBytes(bytes, at, unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit);
      }
    }
    bytes[at++] = QUOTE;
    this.#at = at;
    return this;
  }

  /** A finite number. */
  number(value: number): this {
    const place = Math.round(value * SCALE);
    if (place < 0 || place > SCALE || place / SCALE !== value) return this.plain(JSON.stringify(value));
    return this.plain(FRACTIONS[place] ??= String(place / SCALE));
  }

  #need(bytes: number): void {
    const length = this.#at + bytes + SPARE_BYTES;
    if (length <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(length, this.#bytes.length * GROWTH));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
  }
}

function escape(bytes: Uint8Array, from: number, unit: number): number {
  const text = SHORT_ESCAPES[unit] ?? `\\u${unit.toString(16).padStart(4, '0')}`;
  for (let place = 0; place < text.length; place++) bytes[from + place] = unitAt(text, place);
  return from + text.length;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

function threeBytes(bytes: Uint8Array, from: number, unit: number): number {
  bytes[from] = 0xe0 | (unit >> 12);
  bytes[from + 1] = 0x80 | ((unit >> 6) & 0x3f);
  bytes[from + 2] = 0x80 | (unit & 0x3f);
  return from + 3;
}

function fourBytes(bytes: Uint8Array, from: number, point: number): number {
  bytes[from] = 0xf0 | (point >> 18);
  bytes[from + 1] = 0x80 | ((point >> 12) & 0x3f);
  bytes[from + 2] = 0x80 | ((point >> 6) & 0x3f);
  bytes[from + 3] = 0x80 | (point & 0x3f);
  return from + 4;
}
