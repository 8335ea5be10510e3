/** A kind is written in 16 bits beside each item; the numbers above this are for marks alone, so that those never lack one. */
export const KINDS_MAX = 60_000;
const BITS_PER_STEP = 30;
const DIRECT_MARKS_MAX = 12;

/**
 * Numbers for sets of marks. A mark is one condition that the items of a grouping are counted under; an item's kind says which
 * of them it meets. However many rules look at an item, it is held once, with two bytes for all of them, and a rule that
 * comes or goes touches no item.
 */
export class Kinds {
  readonly markCount: number;
  readonly #kindsMax: number;
  /** Marks of each kind, ascending; null for a number that is free. */
  readonly #marks: (number[] | null)[] = [];
  readonly #free: number[] = [];
  /** For each mark: 1 for the kinds that have it. */
  readonly #having: Uint8Array[];
  /** A step over 30 marks from one node to the next: node · 2^30 + their bits → next node. */
  readonly #steps = new Map<number, number>();
  readonly #kindOfNode: number[] = [-1];
  /** With few marks: kind + 1 by the marks' bits, so that the usual item needs no map. */
  readonly #direct: Uint32Array | null;

  /** `saved`: marks of the kinds that exist, by number. Every mark alone is a kind from the start. */
  constructor(markCount: number, saved: readonly (readonly number[] | null)[] = [], kindsMax = KINDS_MAX) {
    this.markCount = markCount;
    this.#kindsMax = kindsMax;
    this.#direct = markCount <= DIRECT_MARKS_MAX ? new Uint32Array(1 << markCount) : null;
    this.#having = Array.from({ length: markCount }, () => new Uint8Array(16));
    saved.forEach((marks, kind) => {
      this.#marks.push(null);
      if (marks === null) this.#free.push(kind);
      else this.#fill(kind, [...marks]);
    });
    const present = new Uint8Array(markCount);
    for (let mark = 0; mark < markCount; mark++) {
      present[mark] = 1;
      this.of(present);
      present[mark] = 0;
    }
  }

  /** Kinds that exist. */
  get count(): number {
    return this.#marks.length - this.#free.length;
  }

  /** The kind of an item that has the marks with a 1; −1 where there are too many kinds for a new one with several marks. */
  of(present: Uint8Array): number {
    if (this.#direct !== null) {
      const kind = this.#direct[bitsOf(present, 0, this.markCount)]!;
      if (kind !== 0) return kind - 1;
    }
    const node = this.#walk(present);
    const known = this.#kindOfNode[node]!;
    if (known >= 0) return known;
    const marks: number[] = [];
    for (let mark = 0; mark < this.markCount; mark++) if (present[mark] === 1) marks.push(mark);
    if (marks.length > 1 && this.count >= this.#kindsMax) return -1;
    const kind = this.#free.pop() ?? this.#marks.push(null) - 1;
    this.#fill(kind, marks);
    return kind;
  }

  /** As `of`, by one bit a mark; −1 also where it is not known from its bits: ask `of` then. */
  byBits(bits: number): number {
    return this.#direct === null ? -1 : this.#direct[bits]! - 1;
  }

  /** The kind of an item that has one mark alone. */
  alone(mark: number): number {
    const present = new Uint8Array(this.markCount);
    present[mark] = 1;
    return this.of(present);
  }

  marksOf(kind: number): readonly number[] {
    return this.#marks[kind] ?? [];
  }

  /** For each kind 1 where it has the mark. May be longer than there are kinds; valid until the next new kind. */
  having(mark: number): Uint8Array {
    return this.#having[mark]!;
  }

  /** Frees the numbers of kinds that no item has. */
  keepOnly(used: Uint8Array): void {
    this.#marks.forEach((marks, kind) => {
      if (marks === null || marks.length === 1 || used[kind] === 1) return;
      const present = new Uint8Array(this.markCount);
      for (const mark of marks) present[mark] = 1;
      this.#kindOfNode[this.#walk(present)] = -1;
      if (this.#direct !== null) this.#direct[bitsOf(present, 0, this.markCount)] = 0;
      this.#marks[kind] = null;
      this.#free.push(kind);
    });
  }

  save(): readonly (readonly number[] | null)[] {
    return this.#marks;
  }

  #fill(kind: number, marks: number[]): void {
    const present = new Uint8Array(this.markCount);
    for (const mark of marks) present[mark] = 1;
    const node = this.#walk(present);
    if (this.#kindOfNode[node]! < 0) {
      this.#kindOfNode[node] = kind;
      if (this.#direct !== null) this.#direct[bitsOf(present, 0, this.markCount)] = kind + 1;
    }
    this.#marks[kind] = marks;
    this.#having.forEach((column, mark) => {
      if (kind >= column.length) {
        this.#having[mark] = new Uint8Array(Math.max(kind + 1, column.length * 2));
        this.#having[mark]!.set(column);
      }
      this.#having[mark]![kind] = present[mark]!;
    });
  }

  #walk(present: Uint8Array): number {
    let node = 0;
    for (let from = 0; from < this.markCount; from += BITS_PER_STEP) {
      const end = Math.min(this.markCount, from + BITS_PER_STEP);
      const step = node * 2 ** BITS_PER_STEP + bitsOf(present, from, end);
      let next = this.#steps.get(step);
      if (next === undefined) {
        next = this.#kindOfNode.push(-1) - 1;
        this.#steps.set(step, next);
      }
      node = next;
    }
    return node;
  }
}

function bitsOf(present: Uint8Array, from: number, to: number): number {
  let bits = 0;
  for (let mark = from; mark < to; mark++) bits |= present[mark]! << (mark - from);
  return bits;
}
