import { fingerprintOf, type RangeFingerprint } from '../store/fingerprint.ts';
import type { StoredItem } from '../../core/stored-item.ts';

/** A stretch of the scored log with what its accepted items come to. Ranges follow each other without a gap. */
export interface LogRange {
  /** Both inclusive; entries without rows included. */
  fromSequence: number;
  toSequence: number;
  fingerprint: RangeFingerprint;
}

/** Where a row stands in the log, and whose it is. */
export interface RowPlace {
  sequence: number;
  index: number;
  id: string;
}

export interface RangeDifference {
  /** Rows of the log that the store does not hold at their place. */
  missing: StoredItem[];
  /** What the store holds and the log does not: at no place of the log, twice at one, or with another id. */
  extra: RowPlace[];
}

export const NOTHING: RangeFingerprint = fingerprintOf([]);

/** The fingerprint of two disjoint sets of ids together. */
export function joined(a: RangeFingerprint, b: RangeFingerprint): RangeFingerprint {
  return { count: a.count + b.count, idsXor: (a.idsXor ^ b.idsXor) >>> 0, idsSum: String(BigInt(a.idsSum) + BigInt(b.idsSum)) };
}

export function isEqual(a: RangeFingerprint, b: RangeFingerprint): boolean {
  return a.count === b.count && a.idsXor === b.idsXor && a.idsSum === b.idsSum;
}

/** Row by row what the log has of a range and the store has not, and the other way round. */
export function compareRows(inLog: readonly StoredItem[], inStore: readonly RowPlace[]): RangeDifference {
  const wanted = new Map(inLog.map((row) => [placeOf(row.sequence, row.index), row]));
  const extra: RowPlace[] = [];
  for (const row of inStore) {
    const place = placeOf(row.sequence, row.index);
    if (wanted.get(place)?.item.id === row.id) wanted.delete(place);
    else extra.push(row);
  }
  return { missing: [...wanted.values()], extra };
}

function placeOf(sequence: number, index: number): string {
  return `${sequence}.${index}`;
}
