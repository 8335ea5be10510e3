import { TocsinError } from '../../core/errors.ts';
import type { SlopeParts } from '../slopes.ts';
import { NGRAM_MAX } from '../text/tokenizer.ts';
import { HASHES_TOGETHER, indexHashes } from './hash-index.ts';
import type { KernelShape } from './layout.ts';
import { layOut, maskWords } from './layout.ts';
import { wasmModule } from './wasm-code.ts';
import { writeAddUnits, writePool } from './write-encode.ts';
import { sharesByCovers, writeExplain } from './write-explain.ts';
import { writeFindRows } from './write-find-rows.ts';
import { writeAddSlopes } from './write-slope.ts';

/** What is used of the language's own WebAssembly, whose types come with browsers' only. */
declare const WebAssembly: {
  Memory: new (size: { initial: number }) => { buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (module: object, imports: { host: { memory: object } }) => { exports: object };
};

const PAGE_BYTES = 65_536;

interface KernelExports {
  /** `features` and `featureEnd` → `rows` and `rowEnd`. */
  findRows(units: number): void;
  /** `rows` → units, sum and maximum in `pooled`, `bestAt`, `masks` and scores in `attention`. */
  addUnits(units: number, sumScale: number): void;
  /** Pool k of `pooled` by the weights in `attention`. */
  pool(k: number, units: number): void;
  /** The addresses in `open` up to the address `openEnd` → `slopes`. */
  addSlopes(openEnd: number): void;
  /** `rows`, `attention`, `masks`, `bestAt` and `slopes` → `contributions`. */
  explain(units: number, sumScale: number): void;
}

/** Views of the kernel's memory. `rowsAt` and `openAt` are the addresses of the first of `rows` and `open`; `rowEnd` and `open` hold addresses. */
export interface UnitKernel extends KernelExports {
  rowsAt: number;
  openAt: number;
  /** Where the slopes of hidden unit h stand: `throughAt + h × throughStep`. */
  throughAt: number;
  throughStep: number;
  open: Int32Array;
  features: Uint32Array;
  featureEnd: Int32Array;
  rows: Int32Array;
  rowEnd: Int32Array;
  attention: Float32Array;
  pooled: Float32Array;
  bestAt: Int32Array;
  masks: Int32Array;
  slopes: Float32Array;
  /** [unitsMax] */
  contributions: Float32Array;
}

/**
 * The arithmetic over the embedding table, a whole text a call and eight numbers at a time: rows are looked up, added up,
 * pooled and weighed where they lie. Throws `model_corrupt` for other dimensions, and for hashes that do not spread.
 */
export function createUnitKernel(shape: KernelShape, parts: { hashes: Uint32Array; table: Int8Array; tableScale: number; bias: Float32Array; queries: Float32Array; slopes: SlopeParts }): UnitKernel {
  const { dimensions, pools, hidden, unitsMax, rowsMax } = shape;
  if (dimensions % 8 !== 0) throw new TocsinError('model_corrupt', `A model of ${dimensions} dimensions cannot be run; they must be a multiple of 8.`);
  const index = indexHashes(parts.hashes);
  const layout = layOut(shape, { blocks: index.blocks.length, buckets: index.buckets.length });
  const pages = Math.ceil(layout.bytes / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages });
  const module = wasmModule({
    findRows: writeFindRows(layout, index.shift),
    addUnits: writeAddUnits(shape, layout, parts.tableScale),
    pool: writePool(shape, layout),
    addSlopes: writeAddSlopes(shape, layout),
    explain: writeExplain(shape, layout, parts.tableScale),
  }, pages);
  const exports = new WebAssembly.Instance(new WebAssembly.Module(module), { host: { memory } }).exports as unknown as KernelExports;
  const { buffer } = memory;
  const put = (at: number, numbers: Int8Array | Uint8Array | Uint32Array | Float32Array): void =>
    new Uint8Array(buffer, at, numbers.byteLength).set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  put(layout.table, parts.table);
  put(layout.bias, parts.bias);
  put(layout.queries, parts.queries);
  put(layout.hashes, parts.hashes);
  put(layout.hashes + parts.hashes.byteLength, new Uint32Array(HASHES_TOGETHER).fill(parts.hashes.at(-1) ?? 0));
  put(layout.blocks, index.blocks);
  put(layout.buckets, index.buckets);
  put(layout.direct, parts.slopes.direct);
  put(layout.through, parts.slopes.through);
  put(layout.shares, sharesByCovers());
  return {
    findRows: exports.findRows,
    addUnits: exports.addUnits,
    pool: exports.pool,
    addSlopes: exports.addSlopes,
    explain: exports.explain,
    rowsAt: layout.rows,
    openAt: layout.open,
    throughAt: layout.through,
    throughStep: (2 + pools) * dimensions * Float32Array.BYTES_PER_ELEMENT,
    open: new Int32Array(buffer, layout.open, hidden),
    features: new Uint32Array(buffer, layout.features, rowsMax),
    featureEnd: new Int32Array(buffer, layout.featureEnd, unitsMax),
    rows: new Int32Array(buffer, layout.rows, rowsMax),
    rowEnd: new Int32Array(buffer, layout.rowEnd, unitsMax),
    attention: new Float32Array(buffer, layout.attention, pools * unitsMax),
    pooled: new Float32Array(buffer, layout.pooled, (2 + pools) * dimensions),
    bestAt: new Int32Array(buffer, layout.bestAt, dimensions),
    masks: new Int32Array(buffer, layout.masks, unitsMax * maskWords(dimensions)),
    slopes: new Float32Array(buffer, layout.slopes, (2 + pools) * dimensions),
    contributions: new Float32Array(buffer, layout.contributions + (NGRAM_MAX - 1) * 4, unitsMax),
  };
}
