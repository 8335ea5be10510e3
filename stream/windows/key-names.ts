import type { ByteReader, StateWriter } from './bytes.ts';
import { GROWTH } from './records.ts';

const SIZE_MIN = 32;

/**
 * Numbers for keys: a key is a fixed count of texts, and has a small number from `add` to `remove`.
 *
 * Open addressing, at most two thirds full; the hash is compared first, then the texts themselves, so two keys never mix.
 * Removing shifts later entries back, so no tombstones gather.
 */
export class KeyNames {
  readonly width: number;
  /** `width` texts for each key. */
  readonly #texts: string[] = [];
  #hashes = new Int32Array(SIZE_MIN);
  /** For an unused number the next unused one + 1. */
  #nextUnused = new Uint32Array(SIZE_MIN);
  /** Key + 1 each. */
  #table = new Uint32Array(SIZE_MIN);
  #numbers = 0;
  #unused = 0;
  #live = 0;

  constructor(width: number) {
    this.width = width;
  }

  get live(): number {
    return this.#live;
  }

  text(key: number, index: number): string {
    return this.#texts[key * this.width + index]!;
  }

  /** The number of the key with these texts; −1 where it has none. */
  find(hash: number, texts: readonly string[]): number {
    const table = this.#table;
    const mask = table.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const entry = table[at]!;
      if (entry === 0) return -1;
      if (this.#hashes[entry - 1] === hash && this.isNamed(entry - 1, texts)) return entry - 1;
    }
  }

  /** Whether a key, in use or not, has the texts from a place of a list on; one that is not in use has none. */
  isNamed(key: number, texts: readonly string[], from = 0): boolean {
    const first = key * this.width;
    for (let index = 0; index < this.width; index++) if (this.#texts[first + index] !== texts[from + index]) return false;
    return true;
  }

  /** Brings what `find` will look at nearer; the answer means nothing. */
  touch(hash: number): number {
    return this.#table[hash & (this.#table.length - 1)]!;
  }

  /** The first key with this hash, −1 for none: nearly always the one that `find` finds. */
  guess(hash: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const entry = table[at]!;
      if (entry === 0 || this.#hashes[entry - 1] === hash) return entry - 1;
    }
  }

  /** Gives a number to a key that `find` did not find. */
  add(hash: number, texts: readonly string[]): number {
    const key = this.#takeNumber();
    this.#hashes[key] = hash;
    for (let index = 0; index < this.width; index++) this.#texts[key * this.width + index] = texts[index]!;
    this.#live++;
    if (this.#live * 3 > this.#table.length * 2) this.#fill(this.#table.length * 2);
    else this.#place(key);
    return key;
  }

  remove(key: number): void {
    this.#takeOut(key);
    for (let index = 0; index < this.width; index++) this.#texts[key * this.width + index] = '';
    this.#nextUnused[key] = this.#unused;
    this.#unused = key + 1;
    this.#live--;
  }

  /** Typed arrays, and for each key's texts a guess of 40 bytes beside its references. */
  bytes(): number {
    return this.#hashes.byteLength * 2 + this.#table.byteLength + this.#texts.length * 8 + this.#live * 40;
  }

  encode(out: StateWriter): void {
    out.number(this.width);
    out.number(this.#numbers);
    out.number(this.#unused);
    out.number(this.#live);
    out.words(new Uint32Array(this.#hashes.buffer, 0, this.#numbers));
    out.words(this.#nextUnused.subarray(0, this.#numbers));
    out.list(this.#texts.slice());
  }

  static decode(from: ByteReader): KeyNames {
    const names = new KeyNames(from.number());
    names.#numbers = from.number();
    names.#unused = from.number();
    names.#live = from.number();
    const size = Math.max(SIZE_MIN, names.#numbers);
    names.#hashes = new Int32Array(size);
    names.#nextUnused = new Uint32Array(size);
    from.wordsInto(new Uint32Array(names.#hashes.buffer));
    from.wordsInto(names.#nextUnused);
    for (const text of from.list() as string[]) names.#texts.push(text);
    let tableSize = SIZE_MIN;
    while (names.#live * 3 > tableSize * 2) tableSize *= 2;
    names.#fill(tableSize);
    return names;
  }

  #takeNumber(): number {
    if (this.#unused !== 0) {
      const key = this.#unused - 1;
      this.#unused = this.#nextUnused[key]!;
      return key;
    }
    if (this.#numbers === this.#hashes.length) {
      const size = Math.ceil(this.#numbers * GROWTH);
      this.#hashes = copied(this.#hashes, new Int32Array(size));
      this.#nextUnused = copied(this.#nextUnused, new Uint32Array(size));
    }
    return this.#numbers++;
  }

  /** A table of another size, with every key that has a number. */
  #fill(size: number): void {
    const isUnused = new Uint8Array(this.#numbers);
    for (let link = this.#unused; link !== 0; link = this.#nextUnused[link - 1]!) isUnused[link - 1] = 1;
    this.#table = new Uint32Array(size);
    for (let key = 0; key < this.#numbers; key++) if (isUnused[key] === 0) this.#place(key);
  }

  #place(key: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let at = this.#hashes[key]! & mask;
    while (table[at] !== 0) at = (at + 1) & mask;
    table[at] = key + 1;
  }

  #takeOut(key: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let hole = this.#hashes[key]! & mask;
    while (table[hole] !== key + 1) hole = (hole + 1) & mask;
    for (let at = (hole + 1) & mask; table[at] !== 0; at = (at + 1) & mask) {
      const home = this.#hashes[table[at]! - 1]! & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      table[hole] = table[at]!;
      hole = at;
    }
    table[hole] = 0;
  }
}

function copied<T extends Int32Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
