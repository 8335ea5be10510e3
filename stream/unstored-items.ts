import { compileWhere } from '../alerts/rules/compile-where.ts';
import type { GroupKey } from '../core/alert.ts';
import type { StoredItem } from '../core/stored-item.ts';
import { inGroup } from './counter/group-keys.ts';

/** Rows beyond the newest so many are forgotten: while the store is away they are many. */
const ROWS_MAX = 8_000;
/** Characters of an answer, about: so that it stays far below what one message may be. */
const ANSWER_CHARS_MAX = 600_000;
/** Of a row as JSON, beside its text and attributes. */
const ROW_CHARS = 1_000;

export interface ItemsQuery {
  workspace: string;
  /** Values of an alert's group. A topic's `term` is no field of an item and is left to the caller. */
  group: GroupKey;
  /** `afterMs` < event time ≤ `upToMs`. */
  afterMs: number;
  upToMs: number;
  rowsMax: number;
}

export interface UnstoredQuery extends ItemsQuery {
  /** CEL; empty: every item. */
  where: string;
}

/**
 * Items that are counted and on their way to the store, the newest `ROWS_MAX` of them: a page made in the second of a burst
 * says from these what its items have in common, and whether another alert explains it.
 */
export class UnstoredItems {
  readonly #entries: { sequence: number; rows: readonly StoredItem[] }[] = [];
  #rows = 0;

  /** An entry of the scored log is counted. In log order. */
  counted(sequence: number, rows: readonly StoredItem[]): void {
    if (rows.length === 0) return;
    this.#entries.push({ sequence, rows });
    this.#rows += rows.length;
    while (this.#rows > ROWS_MAX && this.#entries.length > 1) this.#forgetFirst();
  }

  /** Everything up to this sequence is stored. */
  stored(throughSequence: number): void {
    while (this.#entries.length > 0 && this.#entries[0]!.sequence <= throughSequence) this.#forgetFirst();
  }

  /** Items of a group in a span that meet the condition, repeats left out: those counted last, the last one first. Throws `invalid_rule`. */
  find({ workspace, group, where, afterMs, upToMs, rowsMax }: UnstoredQuery): StoredItem[] {
    const isInGroup = inGroup(group);
    const meets = where === '' ? () => true : compileWhere(where);
    const found: StoredItem[] = [];
    let chars = 0;
    for (let entry = this.#entries.length - 1; entry >= 0; entry--) {
      const { rows } = this.#entries[entry]!;
      for (let at = rows.length - 1; at >= 0; at--) {
        const row = rows[at]!;
        if (row.item.workspace !== workspace || row.createdAtMs <= afterMs || row.createdAtMs > upToMs || row.duplicateOf !== undefined || !isInGroup(row) || !meets(row)) continue;
        chars += ROW_CHARS + row.item.text.length + (row.item.attributes === undefined ? 0 : JSON.stringify(row.item.attributes).length);
        if (found.length >= rowsMax || chars > ANSWER_CHARS_MAX) return found;
        found.push(row);
      }
    }
    return found;
  }

  /** What is made of each of them, repeats left out, where it is not null. */
  map<T>(make: (stored: StoredItem) => T | null): T[] {
    return this.#entries.flatMap(({ rows }) => rows.flatMap((row) => {
      const made = row.duplicateOf === undefined ? make(row) : null;
      return made === null ? [] : [made];
    }));
  }

  #forgetFirst(): void {
    this.#rows -= this.#entries.shift()!.rows.length;
  }
}
