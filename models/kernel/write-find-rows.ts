import { NGRAM_MAX } from '../text/tokenizer.ts';
import { BLOCK_BITS } from './hash-index.ts';
import type { Layout } from './layout.ts';
import type { Place } from './wasm-code.ts';
import { WasmFunction } from './wasm-code.ts';

/** A row and how many units it covers stand in one number, the latter in so many bits. */
export const COVERS_BITS = 3;

/**
 * `findRows(units)`: features → the rows of those that the model knows, and where each unit's rows end. A unit's features
 * come longest n-gram first, then the unit itself, then the letters inside a word.
 */
export function writeFindRows(layout: Layout, shift: number): WasmFunction {
  const f = new WasmFunction(['i32']);
  const units = f.parameter(0);
  const [t, end, feature, featureEnd, out, length, bucket, start, known] = Array.from({ length: 9 }, () => f.local('i32')) as [Place, Place, Place, Place, Place, Place, Place, Place, Place];
  const hash = f.local('v128');
  f.get(units).i32(4).do('i32.mul').set(end).i32(layout.rows).set(out).i32(1).set(length);
  f.whileBelow(t, end, () => {
    f.get(t).memory('i32.load', layout.featureEnd).i32(4).do('i32.mul').set(featureEnd);
    f.whileBelow(feature, featureEnd, () => {
      f.get(feature).memory('i32.load', layout.features).i32(shift).do('i32.shr_u').set(bucket);
      f.get(bucket).i32(BLOCK_BITS).do('i32.shr_u').i32(4).do('i32.mul').memory('i32.load', layout.blocks).get(bucket).memory('i32.load8_u', layout.buckets).do('i32.add').set(start);
      f.get(feature).memory('v128.load32_splat', layout.features).set(hash);
      const isAt = (place: number): WasmFunction =>
        f.get(start).i32(4).do('i32.mul').memory('v128.load', layout.hashes + place * 4).get(hash).do('i32x4.eq').do('i32x4.bitmask');
      isAt(0);
      isAt(4).i32(4).do('i32.shl').do('i32.or').set(known);
      f.get(out).get(start).get(known).do('i32.ctz').do('i32.add').i32(COVERS_BITS).do('i32.shl').get(length).do('i32.or').memory('i32.store', 0);
      // What is not known is written over by the next: a branch here would be guessed wrongly every third time.
      f.get(out).get(known).i32(0).do('i32.ne').i32(2).do('i32.shl').do('i32.add').set(out);
      f.get(length).get(length).i32(1).do('i32.gt_u').do('i32.sub').set(length);
      f.get(feature).i32(4).do('i32.add').set(feature);
    });
    f.get(t).get(out).memory('i32.store', layout.rowEnd);
    f.get(t).i32(4).do('i32.add').set(t);
    // The next unit's longest n-gram: as many units as there are, at most NGRAM_MAX.
    f.get(t).i32(2).do('i32.shr_u').i32(1).do('i32.add').set(length);
    f.get(length).i32(NGRAM_MAX).do('i32.gt_u').when(() => f.i32(NGRAM_MAX).set(length));
  });
  return f;
}

/** Reads one number of each row in [from, to), so that the table's lines are fetched together and not one after the other. */
export function callRows(f: WasmFunction, layout: Layout, dimensions: number, { from, to, all }: { from: Place; to: Place; all: Place }): void {
  f.i32(0).set(all);
  f.whileBelow(from, to, () => {
    f.get(all);
    rowAddress(f, from, dimensions).memory('i32.load', layout.table).do('i32.or').set(all);
    f.get(from).i32(4).do('i32.add').set(from);
  });
  f.i32(0).get(all).memory('i32.store', layout.spare);
}

/** Leaves the address of the row that stands at `at`. */
export function rowAddress(f: WasmFunction, at: Place, dimensions: number): WasmFunction {
  return f.get(at).memory('i32.load', 0).i32(COVERS_BITS).do('i32.shr_u').i32(dimensions).do('i32.mul');
}
