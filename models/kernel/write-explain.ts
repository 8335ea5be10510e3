import { NGRAM_MAX } from '../text/tokenizer.ts';
import type { KernelShape, Layout } from './layout.ts';
import { maskWords } from './layout.ts';
import type { Place } from './wasm-code.ts';
import { WasmFunction } from './wasm-code.ts';
import { callUnitsRows } from './write-encode.ts';
import { COVERS_BITS, rowAddress } from './write-find-rows.ts';

const LANE_BITS: readonly [number, number, number, number] = [1, 2, 4, 8];

/** [NGRAM_MAX + 1, 4] float32: what each of the last four units gets of a row that covers 0, 1, … of them. */
export function sharesByCovers(): Float32Array {
  return Float32Array.from({ length: (NGRAM_MAX + 1) * 4 }, (_, at) => {
    const covers = at >> 2;
    return (at & 3) >= 4 - covers ? 1 / covers : 0;
  });
}

/**
 * `explain(units, sumScale)`: how much each unit moved what `slopes` is the slope of, into `contributions`. Attention and
 * maxima are held where they are; what a row moved is spread evenly over the units that it covers.
 */
export function writeExplain(shape: KernelShape, layout: Layout, tableScale: number): WasmFunction {
  const { dimensions, pools } = shape;
  const f = new WasmFunction(['i32', 'f32']);
  const [units, sumScale] = [f.parameter(0), f.parameter(1)];
  const [t, at, end, row, bits, outAt] = Array.from({ length: 6 }, () => f.local('i32')) as [Place, Place, Place, Place, Place, Place];
  const attention = Array.from({ length: pools }, () => f.local('v128'));
  const [place, times, all, numbers, left, right, lanes, zero, shares] = Array.from({ length: 9 }, () => f.local('v128')) as [Place, Place, Place, Place, Place, Place, Place, Place, Place];
  callUnitsRows(f, { shape, layout, units, at, end, spare: row });
  f.f32(tableScale).do('f32x4.splat').set(times).get(sumScale).do('f32x4.splat').set(all).i32x4(LANE_BITS).set(lanes).i32(layout.rows).set(at);
  f.whileBelow(t, units, () => {
    f.get(t).do('i32x4.splat').set(place);
    attention.forEach((each, k) => f.get(t).i32(pools * 4).do('i32.mul').memory('v128.load32_splat', layout.attention + k * 4).set(each));
    for (let q = 0; q < dimensions / 4; q++) {
      f.i32(0);
      if (q % 8 === 0) f.get(t).i32(maskWords(dimensions) * 4).do('i32.mul').memory('i32.load', layout.masks + (q >> 3) * 4).set(bits);
      f.i32(0).memory('v128.load', layout.bestAt + q * 16).get(place).do('i32x4.eq').i32(0).memory('v128.load', layout.slopes + (dimensions + q * 4) * 4).do('v128.and');
      attention.forEach((each, k) => f.get(each).i32(0).memory('v128.load', layout.slopes + ((2 + k) * dimensions + q * 4) * 4).do('f32x4.mul').do('f32x4.add'));
      f.get(bits).i32((q % 8) * 4).do('i32.shr_u').do('i32x4.splat').get(lanes).do('v128.and').get(zero).do('i32x4.ne').do('v128.and');
      f.i32(0).memory('v128.load', layout.slopes + q * 16).get(all).do('f32x4.mul').do('f32x4.add').get(times).do('f32x4.mul').memory('v128.store', layout.slope + q * 16);
    }
    f.get(t).i32(4).do('i32.mul').set(outAt);
    f.get(outAt).memory('v128.load', layout.contributions).set(shares);
    f.get(outAt).memory('i32.load', layout.rowEnd).set(end);
    f.whileBelow(at, end, () => {
      rowAddress(f, at, dimensions).set(row);
      f.get(zero).set(left).get(zero).set(right);
      for (let g = 0; g < dimensions / 8; g++) {
        f.get(row).memory('v128.load8x8_s', layout.table + g * 8).set(numbers);
        f.get(left).get(numbers).do('i32x4.extend_low_i16x8_s').do('f32x4.convert_i32x4_s').i32(0).memory('v128.load', layout.slope + g * 32).do('f32x4.mul').do('f32x4.add').set(left);
        f.get(right).get(numbers).do('i32x4.extend_high_i16x8_s').do('f32x4.convert_i32x4_s').i32(0).memory('v128.load', layout.slope + g * 32 + 16).do('f32x4.mul').do('f32x4.add').set(right);
      }
      f.get(left).get(right).do('f32x4.add').sumOfLanes(numbers).do('f32x4.splat');
      f.get(at).memory('i32.load', 0).i32(2 ** COVERS_BITS - 1).do('i32.and').i32(16).do('i32.mul').memory('v128.load', layout.shares);
      f.do('f32x4.mul').get(shares).do('f32x4.add').set(shares);
      f.get(at).i32(4).do('i32.add').set(at);
    });
    f.get(outAt).get(shares).memory('v128.store', layout.contributions);
    f.get(t).i32(1).do('i32.add').set(t);
  });
  return f;
}
