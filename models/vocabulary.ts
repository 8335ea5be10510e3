/** Finds the table row of a feature hash: open addressing in two typed arrays, loaded at most half. */
export class Vocabulary {
  readonly size: number;
  /** Ascending. The row of a hash is its place here. */
  readonly hashes: Uint32Array;
  readonly #keys: Uint32Array;
  readonly #rows: Int32Array;
  readonly #mask: number;

  /** `hashes`: ascending, without repeats. */
  constructor(hashes: Uint32Array) {
    this.hashes = hashes;
    this.size = hashes.length;
    let slots = 1;
    while (slots < hashes.length * 2) slots *= 2;
    this.#mask = slots - 1;
    this.#keys = new Uint32Array(slots);
    this.#rows = new Int32Array(slots).fill(-1);
    for (let row = 0; row < hashes.length; row++) {
      const hash = hashes[row] ?? 0;
      let slot = hash & this.#mask;
      while (this.#rows[slot] !== -1) slot = (slot + 1) & this.#mask;
      this.#keys[slot] = hash;
      this.#rows[slot] = row;
    }
  }

  /** −1 for a feature that the model has not learned. */
  rowOf(hash: number): number {
    let slot = hash & this.#mask;
    for (;;) {
      const row = this.#rows[slot] ?? -1;
      if (row === -1 || this.#keys[slot] === hash) return row;
      slot = (slot + 1) & this.#mask;
    }
  }
}
