import { KEY } from './records.ts';
import type { Records } from './records.ts';

/** 2^32 / golden ratio: spreads numbers that follow each other (Knuth, "The Art of Computer Programming", 6.4). */
const SPREAD = 0x9e3779b1;

/** Finds a series' slot by the number of its key. Open addressing, at most two thirds full, no tombstones. */
export class SlotTable {
  readonly #records: Records;
  /** Slot + 1 each. */
  #table = new Uint32Array(16);
  #shift = 28;

  constructor(records: Records, slots: readonly number[] = []) {
    this.#records = records;
    this.#size(slots.length);
    for (const slot of slots) this.#place(slot);
  }

  /** The slot of a key, or −1. */
  find(key: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    const { words, stride } = this.#records;
    for (let at = Math.imul(key, SPREAD) >>> this.#shift; ; at = (at + 1) & mask) {
      const entry = table[at]!;
      if (entry === 0) return -1;
      if (words[(entry - 1) * stride + KEY] === key) return entry - 1;
    }
  }

  /** A slot whose record already names its key. */
  add(slot: number): void {
    if (this.#records.live * 3 > this.#table.length * 2) {
      const entries = this.#table;
      this.#size(this.#records.live);
      for (const entry of entries) if (entry !== 0) this.#place(entry - 1);
    }
    this.#place(slot);
  }

  remove(slot: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let hole = this.#homeOf(slot);
    while (table[hole] !== slot + 1) hole = (hole + 1) & mask;
    for (let at = (hole + 1) & mask; table[at] !== 0; at = (at + 1) & mask) {
      if (((at - this.#homeOf(table[at]! - 1)) & mask) < ((at - hole) & mask)) continue;
      table[hole] = table[at]!;
      hole = at;
    }
    table[hole] = 0;
  }

  bytes(): number {
    return this.#table.byteLength;
  }

  /** An empty table for this many slots. */
  #size(slots: number): void {
    let bits = 4;
    while (slots * 3 > 2 ** bits * 2) bits++;
    this.#table = new Uint32Array(2 ** bits);
    this.#shift = 32 - bits;
  }

  #place(slot: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let at = this.#homeOf(slot);
    while (table[at] !== 0) at = (at + 1) & mask;
    table[at] = slot + 1;
  }

  #homeOf(slot: number): number {
    return Math.imul(this.#records.words[slot * this.#records.stride + KEY]!, SPREAD) >>> this.#shift;
  }
}
