import type { KernelShape, Layout } from './layout.ts';
import { ATTENTION_MIN, maskWords } from './layout.ts';
import type { Place } from './wasm-code.ts';
import { WasmFunction } from './wasm-code.ts';
import { callRows, rowAddress } from './write-find-rows.ts';

/** `addUnits(units, sumScale)`: rows → each unit, sum, maximum and attention scores. */
export function writeAddUnits(shape: KernelShape, layout: Layout, tableScale: number): WasmFunction {
  const { dimensions, pools } = shape;
  const f = new WasmFunction(['i32', 'f32']);
  const [units, sumScale] = [f.parameter(0), f.parameter(1)];
  const [t, at, end, unitAt, word, row] = Array.from({ length: 6 }, () => f.local('i32')) as [Place, Place, Place, Place, Place, Place];
  const totals = Array.from({ length: dimensions / 8 }, () => f.local('v128'));
  const scores = Array.from({ length: pools }, () => f.local('v128'));
  const [value, positive, isBest, zero, times, spare, all] = Array.from({ length: 7 }, () => f.local('v128')) as [Place, Place, Place, Place, Place, Place, Place];
  callUnitsRows(f, { shape, layout, units, at, end, spare: word });
  f.f32(tableScale).do('f32x4.splat').set(times).get(sumScale).do('f32x4.splat').set(all).i32(layout.rows).set(at).i32(0).set(word);
  f.whileBelow(t, units, () => {
    [...totals, ...scores].forEach((each) => f.get(zero).set(each));
    f.get(t).i32(4).do('i32.mul').memory('i32.load', layout.rowEnd).set(end);
    f.whileBelow(at, end, () => {
      rowAddress(f, at, dimensions).set(row);
      totals.forEach((total, g) => f.get(total).get(row).memory('v128.load8x8_s', layout.table + g * 8).do('i16x8.add').set(total));
      f.get(at).i32(4).do('i32.add').set(at);
    });
    f.get(t).i32(dimensions * 4).do('i32.mul').set(unitAt);
    for (let q = 0; q < dimensions / 4; q++) {
      f.get(totals[q >> 1]!).do(q % 2 === 0 ? 'i32x4.extend_low_i16x8_s' : 'i32x4.extend_high_i16x8_s').do('f32x4.convert_i32x4_s').get(times).do('f32x4.mul');
      f.i32(0).memory('v128.load', layout.bias + q * 16).do('f32x4.add').set(value);
      const sumAt = layout.pooled + q * 16;
      f.i32(0).i32(0).memory('v128.load', sumAt).get(value).get(all).do('f32x4.mul').do('f32x4.add').memory('v128.store', sumAt);
      f.get(value).get(zero).do('f32x4.max').set(positive);
      f.get(unitAt).get(positive).memory('v128.store', layout.unit + q * 16);
      const maxAt = layout.pooled + dimensions * 4 + q * 16;
      const bestAt = layout.bestAt + q * 16;
      f.get(positive).i32(0).memory('v128.load', maxAt).do('f32x4.gt').set(isBest);
      f.i32(0).get(positive).i32(0).memory('v128.load', maxAt).do('f32x4.max').memory('v128.store', maxAt);
      f.i32(0).get(t).do('i32x4.splat').i32(0).memory('v128.load', bestAt).get(isBest).do('v128.bitselect').memory('v128.store', bestAt);
      f.get(word).get(positive).get(zero).do('f32x4.gt').do('i32x4.bitmask').i32((q % 8) * 4).do('i32.shl').do('i32.or').set(word);
      if (q % 8 === 7 || q === dimensions / 4 - 1) {
        f.get(t).i32(maskWords(dimensions) * 4).do('i32.mul').get(word).memory('i32.store', layout.masks + (q >> 3) * 4);
        f.i32(0).set(word);
      }
      scores.forEach((score, k) => f.get(score).get(positive).i32(0).memory('v128.load', layout.queries + (k * dimensions + q * 4) * 4).do('f32x4.mul').do('f32x4.add').set(score));
    }
    scores.forEach((score, k) => f.get(t).i32(pools * 4).do('i32.mul').get(score).sumOfLanes(spare).memory('f32.store', layout.attention + k * 4));
    f.get(t).i32(1).do('i32.add').set(t);
  });
  return f;
}

/** Calls the rows of a whole text. `at`, `end` and `spare` are overwritten. */
export function callUnitsRows(f: WasmFunction, { shape, layout, units, at, end, spare }: { shape: KernelShape; layout: Layout; units: Place; at: Place; end: Place; spare: Place }): void {
  f.i32(layout.rows).set(at).get(units).when(() => {
    f.get(units).i32(1).do('i32.sub').i32(4).do('i32.mul').memory('i32.load', layout.rowEnd).set(end);
    callRows(f, layout, shape.dimensions, { from: at, to: end, all: spare });
  });
}

/** `pool(k, units)`: the average of the units by the attention weights of pool k. */
export function writePool(shape: KernelShape, layout: Layout): WasmFunction {
  const { dimensions, pools } = shape;
  const f = new WasmFunction(['i32', 'i32']);
  const [k, units] = [f.parameter(0), f.parameter(1)];
  const [at, end, unitAt] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const weight = f.local('v128');
  const totals = Array.from({ length: dimensions / 4 }, () => f.local('v128'));
  f.get(k).i32(4).do('i32.mul').set(at);
  f.get(at).get(units).i32(pools * 4).do('i32.mul').do('i32.add').set(end);
  f.whileBelow(at, end, () => {
    f.get(at).memory('f32.load', layout.attention).f32(ATTENTION_MIN).do('f32.ge').when(() => {
      f.get(at).memory('v128.load32_splat', layout.attention).set(weight);
      totals.forEach((total, q) => f.get(total).get(weight).get(unitAt).memory('v128.load', layout.unit + q * 16).do('f32x4.mul').do('f32x4.add').set(total));
    });
    f.get(unitAt).i32(dimensions * 4).do('i32.add').set(unitAt);
    f.get(at).i32(pools * 4).do('i32.add').set(at);
  });
  f.get(k).i32(dimensions * 4).do('i32.mul').set(at);
  totals.forEach((total, q) => f.get(at).get(total).memory('v128.store', layout.pooled + (2 * dimensions + q * 4) * 4));
  return f;
}
