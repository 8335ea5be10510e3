import { HASH } from './records.ts';
import type { Records } from './records.ts';

/**
 * Finds a key's slot by its values. Open addressing over slots; the hash is compared first, then the values themselves, so two
 * keys never mix. Filled to at most two thirds; deleting shifts later entries back, so no tombstones gather.
 */
export class KeyTable {
  records: Records;
  readonly width: number;
  /** `width` values for each slot. */
  readonly values: string[];
  #table = new Uint32Array(32);

  /** `values` of a saved table, or nothing. */
  constructor(records: Records, width: number, values: string[] = []) {
    this.records = records;
    this.width = width;
    this.values = values;
  }

  /** Slot of the key whose values stand in `values` from `from` on; −1 where there is none. */
  find(hash: number, values: readonly string[], from: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    const { words, stride } = this.records;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const entry = table[at]!;
      if (entry === 0) return -1;
      const slot = entry - 1;
      if (words[slot * stride + HASH] === hash && this.#same(slot, values, from)) return slot;
    }
  }

  /** Adds a key that `find` did not find. */
  add(hash: number, values: readonly string[], from: number): number {
    const slot = this.records.allocate();
    this.records.words[slot * this.records.stride + HASH] = hash;
    for (let index = 0; index < this.width; index++) this.values[slot * this.width + index] = values[from + index]!;
    if (this.records.live * 3 > this.#table.length * 2) this.#resize(this.#table.length * 2);
    this.#place(slot, hash);
    return slot;
  }

  remove(slot: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    const { words, stride } = this.records;
    let hole = words[slot * stride + HASH]! & mask;
    while (table[hole] !== slot + 1) hole = (hole + 1) & mask;
    for (let at = (hole + 1) & mask; table[at] !== 0; at = (at + 1) & mask) {
      const home = words[(table[at]! - 1) * stride + HASH]! & mask;
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        table[hole] = table[at]!;
        hole = at;
      }
    }
    table[hole] = 0;
    for (let index = 0; index < this.width; index++) this.values[slot * this.width + index] = '';
    this.records.release(slot);
  }

  /** Calls `visit` with each slot in use. */
  visit(visit: (slot: number) => void): void {
    for (const entry of this.#table) if (entry !== 0) visit(entry - 1);
  }

  /** Finds the keys in `slots` from now on, and no others: after the records were read back. */
  restore(slots: readonly number[]): void {
    let size = 32;
    while (slots.length * 3 > size * 2) size *= 2;
    this.#table = new Uint32Array(size);
    for (const slot of slots) this.#place(slot, this.records.words[slot * this.records.stride + HASH]!);
  }

  bytes(): number {
    return this.#table.byteLength;
  }

  #resize(size: number): void {
    const entries = this.#table;
    this.#table = new Uint32Array(size);
    for (const entry of entries) {
      if (entry !== 0) this.#place(entry - 1, this.records.words[(entry - 1) * this.records.stride + HASH]!);
    }
  }

  #place(slot: number, hash: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let at = hash & mask;
    while (table[at] !== 0) at = (at + 1) & mask;
    table[at] = slot + 1;
  }

  #same(slot: number, values: readonly string[], from: number): boolean {
    const first = slot * this.width;
    for (let index = 0; index < this.width; index++) if (this.values[first + index] !== values[from + index]) return false;
    return true;
  }
}
