export const SKETCH_ROWS = 4;
const ROWS = SKETCH_ROWS;
const ROW_BITS = 13;
const ROW = 1 << ROW_BITS;
/** Past so many half-lives all cells are scaled down, long before a number gets too large. */
const HALF_LIVES_MAX = 64;

/**
 * How often each term came lately, in bounded memory: a count-min sketch (Cormode and Muthukrishnan, 2005) whose counts halve every
 * half-life. It never says too little; it says too much by at most e/8,192 of all that came, with a probability of 98 %.
 */
export class TermSketch {
  readonly #cells: Float64Array;
  readonly #halfLifeMs: number;
  #originMs: number;

  constructor(halfLifeMs: number, saved: { originMs: number; cells: Float64Array } = { originMs: 0, cells: emptyCells() }) {
    this.#halfLifeMs = halfLifeMs;
    this.#originMs = saved.originMs;
    this.#cells = saved.cells;
  }

  /** What is left of a term's count at a time. `hash`: 32 bits and 32 more. */
  read(low: number, high: number, nowMs: number): number {
    let least = Infinity;
    for (let row = 0; row < ROWS; row++) least = Math.min(least, this.#cells[cellOf(row, low, high)]!);
    return least / this.#weight(nowMs);
  }

  add(low: number, high: number, nowMs: number): void {
    if (this.#originMs === 0) this.#originMs = nowMs;
    if (nowMs - this.#originMs > HALF_LIVES_MAX * this.#halfLifeMs) this.#rescale(nowMs);
    const weight = this.#weight(nowMs);
    for (let row = 0; row < ROWS; row++) {
      const cell = cellOf(row, low, high);
      this.#cells[cell] = this.#cells[cell]! + weight;
    }
  }

  /** Adds some rows of another sketch, as they stood at `atMs`; those of another length are left out. */
  merge(fromRow: number, rows: readonly Float32Array[], atMs: number): void {
    if (this.#originMs === 0) this.#originMs = atMs;
    const weight = this.#weight(atMs);
    rows.forEach((cells, at) => {
      if (cells.length !== ROW || fromRow + at >= ROWS) return;
      for (let cell = 0; cell < ROW; cell++) this.#cells[(fromRow + at) * ROW + cell]! += cells[cell]! * weight;
    });
  }

  /** Its rows as they stand at a time. */
  rows(atMs: number): Float32Array[] {
    const weight = this.#weight(atMs);
    return Array.from({ length: ROWS }, (_, row) => Float32Array.from(this.#cells.subarray(row * ROW, (row + 1) * ROW), (cell) => cell / weight));
  }

  save(): { originMs: number; bytes: Uint8Array } {
    return { originMs: this.#originMs, bytes: new Uint8Array(this.#cells.slice().buffer) };
  }

  #weight(nowMs: number): number {
    return 2 ** ((nowMs - this.#originMs) / this.#halfLifeMs);
  }

  #rescale(nowMs: number): void {
    const weight = this.#weight(nowMs);
    for (let cell = 0; cell < this.#cells.length; cell++) this.#cells[cell] = this.#cells[cell]! / weight;
    this.#originMs = nowMs;
  }
}

export function emptyCells(): Float64Array {
  return new Float64Array(ROWS * ROW);
}

/** Rows by two hashes, which serve as well as one for each (Kirsch and Mitzenmacher, 2006). */
function cellOf(row: number, low: number, high: number): number {
  return row * ROW + ((low + Math.imul(row, high | 1)) >>> (32 - ROW_BITS));
}
