import { TocsinError } from '../../core/errors.ts';
import type { Place } from './wasm-code.ts';
import { WasmFunction, wasmModule } from './wasm-code.ts';

/** What is used of the language's own WebAssembly, whose types come with browsers' only. */
declare const WebAssembly: {
  Memory: new (size: { initial: number }) => { buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (module: object, imports: { host: { memory: object } }) => { exports: object };
};

export interface KernelShape {
  /** Rows of the table. */
  vocabulary: number;
  /** Numbers per row: a multiple of 8. */
  dimensions: number;
  pools: number;
  unitsMax: number;
  /** Known features of one text. */
  rowsMax: number;
}

/** Of the attention, a unit with less moves no decision. */
export const ATTENTION_MIN = 1e-4;
/** Rows that may be added up in 16 bits: 258 × 127 is below 32,768. */
export const ROWS_PER_UNIT_MAX = 258;
const PAGE_BYTES = 65_536;
const LANE_BITS: readonly [number, number, number, number] = [1, 2, 4, 8];

/** Where everything stands in the kernel's memory, in bytes. */
interface Layout {
  table: number;
  bias: number;
  queries: number;
  rows: number;
  /** [unitsMax, dimensions] float32 after the rectifier. */
  unit: number;
  /** [pools, unitsMax] float32. */
  attention: number;
  /** Sum, maximum and pools as the network takes them: [2 + pools, dimensions] float32. */
  pooled: number;
  /** [dimensions] int32: the unit of each maximum, −1 for none. */
  bestAt: number;
  /** [unitsMax, words] uint32: which numbers of a unit are above 0. */
  masks: number;
  /** [2 + pools, dimensions] float32. */
  slopes: number;
  /** [rowsMax] float32. */
  pushes: number;
  bytes: number;
}

function layOut(shape: KernelShape): Layout {
  let at = 0;
  const place = (bytes: number): number => {
    const from = at;
    at += Math.ceil(bytes / 64) * 64;
    return from;
  };
  const row = shape.dimensions * 4;
  return {
    table: place(shape.vocabulary * shape.dimensions),
    bias: place(row),
    queries: place(shape.pools * row),
    rows: place(shape.rowsMax * 4),
    unit: place(shape.unitsMax * row),
    attention: place(shape.pools * shape.unitsMax * 4),
    pooled: place((2 + shape.pools) * row),
    bestAt: place(row),
    masks: place(shape.unitsMax * maskWords(shape.dimensions) * 4),
    slopes: place((2 + shape.pools) * row),
    pushes: place(shape.rowsMax * 4),
    bytes: at,
  };
}

/** Words of 32 bits that hold one bit per dimension. */
export function maskWords(dimensions: number): number {
  return Math.ceil(dimensions / 32);
}

/** `addUnit(t, rowsFrom, rowsTo, sumScale)`: rows named in memory → unit t, sum, maximum and attention scores. */
function writeAddUnit(shape: KernelShape, layout: Layout, tableScale: number): WasmFunction {
  const { dimensions, pools, unitsMax } = shape;
  const f = new WasmFunction(['i32', 'i32', 'i32', 'f32']);
  const [t, at, end, sumScale] = [f.parameter(0), f.parameter(1), f.parameter(2), f.parameter(3)];
  const row = f.local('i32');
  const unitAt = f.local('i32');
  const word = f.local('i32');
  const totals = Array.from({ length: dimensions / 8 }, () => f.local('v128'));
  const scores = Array.from({ length: pools }, () => f.local('v128'));
  const [value, positive, isBest, zero, times, spare, all] = Array.from({ length: 7 }, () => f.local('v128')) as [Place, Place, Place, Place, Place, Place, Place];
  f.whileBelow(at, end, () => {
    f.get(at).memory('i32.load', 0).i32(dimensions).do('i32.mul').set(row);
    totals.forEach((total, g) => f.get(total).get(row).memory('v128.load8x8_s', layout.table + g * 8).do('i16x8.add').set(total));
    f.get(at).i32(4).do('i32.add').set(at);
  });
  f.get(t).i32(dimensions * 4).do('i32.mul').set(unitAt);
  f.f32(tableScale).do('f32x4.splat').set(times).get(sumScale).do('f32x4.splat').set(all);
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
  scores.forEach((score, k) => f.get(t).i32(4).do('i32.mul').get(score).sumOfLanes(spare).memory('f32.store', layout.attention + k * unitsMax * 4));
  return f;
}

/** `pool(k, units)`: the average of the units by the attention weights of pool k. */
function writePool(shape: KernelShape, layout: Layout): WasmFunction {
  const { dimensions, unitsMax } = shape;
  const f = new WasmFunction(['i32', 'i32']);
  const [k, units] = [f.parameter(0), f.parameter(1)];
  const [at, end, unitAt] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const weight = f.local('v128');
  const totals = Array.from({ length: dimensions / 4 }, () => f.local('v128'));
  f.get(k).i32(unitsMax * 4).do('i32.mul').set(at);
  f.get(at).get(units).i32(4).do('i32.mul').do('i32.add').set(end);
  f.whileBelow(at, end, () => {
    f.get(at).memory('f32.load', layout.attention).f32(ATTENTION_MIN).do('f32.ge').when(() => {
      f.get(at).memory('v128.load32_splat', layout.attention).set(weight);
      totals.forEach((total, q) => f.get(total).get(weight).get(unitAt).memory('v128.load', layout.unit + q * 16).do('f32x4.mul').do('f32x4.add').set(total));
    });
    f.get(unitAt).i32(dimensions * 4).do('i32.add').set(unitAt);
    f.get(at).i32(4).do('i32.add').set(at);
  });
  f.get(k).i32(dimensions * 4).do('i32.mul').set(at);
  totals.forEach((total, q) => f.get(at).get(total).memory('v128.store', layout.pooled + (2 * dimensions + q * 4) * 4));
  return f;
}

/**
 * `push(t, rowsFrom, rowsTo, sumScale)`: how much each row of unit t moved what `slopes` is the slope of, into `pushes`
 * at the row's place. Attention and maxima are held where they are.
 */
function writePush(shape: KernelShape, layout: Layout, tableScale: number): WasmFunction {
  const { dimensions, pools, unitsMax } = shape;
  const f = new WasmFunction(['i32', 'i32', 'i32', 'f32']);
  const [t, at, end, sumScale] = [f.parameter(0), f.parameter(1), f.parameter(2), f.parameter(3)];
  const [row, bits] = [f.local('i32'), f.local('i32')];
  const slopes = Array.from({ length: dimensions / 4 }, () => f.local('v128'));
  const attention = Array.from({ length: pools }, () => f.local('v128'));
  const [place, times, all, numbers, left, right, lanes] = Array.from({ length: 7 }, () => f.local('v128')) as [Place, Place, Place, Place, Place, Place, Place];
  f.f32(tableScale).do('f32x4.splat').set(times).get(sumScale).do('f32x4.splat').set(all).get(t).do('i32x4.splat').set(place).i32x4(LANE_BITS).set(lanes);
  attention.forEach((each, k) => f.get(t).i32(4).do('i32.mul').memory('v128.load32_splat', layout.attention + k * unitsMax * 4).set(each));
  slopes.forEach((slope, q) => {
    if (q % 8 === 0) f.get(t).i32(maskWords(dimensions) * 4).do('i32.mul').memory('i32.load', layout.masks + (q >> 3) * 4).set(bits);
    f.i32(0).memory('v128.load', layout.bestAt + q * 16).get(place).do('i32x4.eq').i32(0).memory('v128.load', layout.slopes + (dimensions + q * 4) * 4).do('v128.and');
    attention.forEach((each, k) => f.get(each).i32(0).memory('v128.load', layout.slopes + ((2 + k) * dimensions + q * 4) * 4).do('f32x4.mul').do('f32x4.add'));
    f.get(bits).i32((q % 8) * 4).do('i32.shr_u').do('i32x4.splat').get(lanes).do('v128.and').i32x4([0, 0, 0, 0]).do('i32x4.ne').do('v128.and');
    f.i32(0).memory('v128.load', layout.slopes + q * 16).get(all).do('f32x4.mul').do('f32x4.add').get(times).do('f32x4.mul').set(slope);
  });
  f.whileBelow(at, end, () => {
    f.get(at).memory('i32.load', 0).i32(dimensions).do('i32.mul').set(row);
    f.i32x4([0, 0, 0, 0]).set(left).i32x4([0, 0, 0, 0]).set(right);
    for (let g = 0; g < dimensions / 8; g++) {
      f.get(row).memory('v128.load8x8_s', layout.table + g * 8).set(numbers);
      f.get(left).get(numbers).do('i32x4.extend_low_i16x8_s').do('f32x4.convert_i32x4_s').get(slopes[g * 2]!).do('f32x4.mul').do('f32x4.add').set(left);
      f.get(right).get(numbers).do('i32x4.extend_high_i16x8_s').do('f32x4.convert_i32x4_s').get(slopes[g * 2 + 1]!).do('f32x4.mul').do('f32x4.add').set(right);
    }
    f.get(at).get(left).get(right).do('f32x4.add').sumOfLanes(numbers).memory('f32.store', layout.pushes - layout.rows);
    f.get(at).i32(4).do('i32.add').set(at);
  });
  return f;
}

interface KernelExports {
  addUnit(t: number, rowsFrom: number, rowsTo: number, sumScale: number): void;
  pool(k: number, units: number): void;
  push(t: number, rowsFrom: number, rowsTo: number, sumScale: number): void;
}

/** Views of the kernel's memory. `rowsAt` is the address of the first of `rows`. */
export interface UnitKernel extends KernelExports {
  rowsAt: number;
  rows: Int32Array;
  attention: Float32Array;
  pooled: Float32Array;
  bestAt: Int32Array;
  masks: Uint32Array;
  slopes: Float32Array;
  pushes: Float32Array;
}

/**
 * The arithmetic over the embedding table, eight numbers at a time: the table is added up, pooled and weighed where it
 * lies, because plain JavaScript takes four fifths of a text's time for that. Throws `model_corrupt` for other dimensions.
 */
export function createUnitKernel(shape: KernelShape, parts: { table: Int8Array; tableScale: number; bias: Float32Array; queries: Float32Array }): UnitKernel {
  const { dimensions, pools, unitsMax, rowsMax } = shape;
  if (dimensions % 8 !== 0) throw new TocsinError('model_corrupt', `A model of ${dimensions} dimensions cannot be run; they must be a multiple of 8.`);
  const layout = layOut(shape);
  const pages = Math.ceil(layout.bytes / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages });
  const module = wasmModule({
    addUnit: writeAddUnit(shape, layout, parts.tableScale),
    pool: writePool(shape, layout),
    push: writePush(shape, layout, parts.tableScale),
  }, pages);
  const exports = new WebAssembly.Instance(new WebAssembly.Module(module), { host: { memory } }).exports as unknown as KernelExports;
  const { buffer } = memory;
  new Int8Array(buffer, layout.table, parts.table.length).set(parts.table);
  new Float32Array(buffer, layout.bias, dimensions).set(parts.bias);
  new Float32Array(buffer, layout.queries, pools * dimensions).set(parts.queries);
  return {
    addUnit: exports.addUnit,
    pool: exports.pool,
    push: exports.push,
    rowsAt: layout.rows,
    rows: new Int32Array(buffer, layout.rows, rowsMax),
    attention: new Float32Array(buffer, layout.attention, pools * unitsMax),
    pooled: new Float32Array(buffer, layout.pooled, (2 + pools) * dimensions),
    bestAt: new Int32Array(buffer, layout.bestAt, dimensions),
    masks: new Uint32Array(buffer, layout.masks, unitsMax * maskWords(dimensions)),
    slopes: new Float32Array(buffer, layout.slopes, (2 + pools) * dimensions),
    pushes: new Float32Array(buffer, layout.pushes, rowsMax),
  };
}
