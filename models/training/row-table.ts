/** Finds the table row of a feature hash: open addressing in one typed array, loaded at most half. */
export class RowTable {
  /** A slot is a hash and one more than its row, side by side, so that one line of the cache answers; 0 for an empty one. */
  readonly #slots: Uint32Array;
  readonly #mask: number;

  /** `hashes`: ascending, without repeats. The row of a hash is its place there. */
  constructor(hashes: Uint32Array) {
    let count = 1;
    while (count < hashes.length * 2) count *= 2;
    this.#mask = count - 1;
    this.#slots = new Uint32Array(count * 2);
    for (let row = 0; row < hashes.length; row++) {
      const hash = hashes[row]!;
      let slot = hash & this.#mask;
      while (this.#slots[slot * 2 + 1] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot * 2] = hash;
      this.#slots[slot * 2 + 1] = row + 1;
    }
  }

  /** −1 for a feature that the model has not learned. */
  rowOf(hash: number): number {
    const slots = this.#slots;
    let slot = hash & this.#mask;
    for (;;) {
      const row = slots[slot * 2 + 1]!;
      if (row === 0 || slots[slot * 2] === hash) return row - 1;
      slot = (slot + 1) & this.#mask;
    }
  }
}
