import { OUTPUT_SIZE } from '../heads.ts';
import { denseLayout, inputSize } from '../shape.ts';
import type { ModelShape } from '../shape.ts';
import type { EncodedRows } from './encode-rows.ts';
import { createRandom } from './random.ts';

const UNITS_MAX = 2_400;
const IDS_MAX = 200_000;
const TABLE_START = 0.05;
const QUERY_START = 0.3;
const SKIP_START = 0.1;

/**
 * The model in floating point with everything a step back needs left in its buffers.
 * Per text: unit vector p = bias + sum of its features' rows; h = max(p, 0); pooled as sum(p)/√n, max(h) and
 * `pools` attention averages of h; then one hidden layer with a skip connection to all outputs.
 */
export class ForwardPass {
  readonly shape: ModelShape;
  readonly layout: ReturnType<typeof denseLayout>;
  /** [vocabulary, dimensions] */
  readonly table: Float32Array;
  readonly dense: Float32Array;
  random: () => number;
  readonly ids = new Uint32Array(IDS_MAX);
  readonly idEnd = new Uint32Array(UNITS_MAX);
  readonly p: Float32Array;
  readonly attention: Float32Array;
  readonly argmax: Int32Array;
  readonly input: Float32Array;
  readonly hidden: Float32Array;
  readonly output = new Float32Array(OUTPUT_SIZE);

  constructor(shape: ModelShape, seed: number) {
    this.shape = shape;
    this.layout = denseLayout(shape);
    this.random = createRandom(seed);
    this.table = new Float32Array(shape.vocabulary * shape.dimensions);
    this.dense = new Float32Array(this.layout.size);
    this.p = new Float32Array(UNITS_MAX * shape.dimensions);
    this.attention = new Float32Array(UNITS_MAX * shape.pools);
    this.argmax = new Int32Array(shape.dimensions);
    this.input = new Float32Array(inputSize(shape));
    this.hidden = new Float32Array(shape.hidden);
    this.#initialise();
  }

  #initialise(): void {
    const random = this.random;
    const uniform = (array: Float32Array, from: number, size: number, scale: number): void => {
      for (let at = 0; at < size; at++) array[from + at] = (random() * 2 - 1) * scale;
    };
    const inputs = inputSize(this.shape);
    uniform(this.table, 0, this.table.length, TABLE_START);
    const { queries, hiddenWeights, outputWeights, skipWeights } = this.layout;
    uniform(this.dense, queries.from, queries.size, QUERY_START);
    uniform(this.dense, hiddenWeights.from, hiddenWeights.size, Math.sqrt(6 / (inputs + this.shape.hidden)));
    uniform(this.dense, outputWeights.from, outputWeights.size, Math.sqrt(6 / (OUTPUT_SIZE + this.shape.hidden)));
    uniform(this.dense, skipWeights.from, skipWeights.size, SKIP_START);
  }

  /** Answers the units that are read; `dropout` 0 reads all features. */
  encode(rows: EncodedRows, row: number, dropout: number): number {
    const units = Math.min(UNITS_MAX, (rows.unitFrom[row + 1] ?? 0) - (rows.unitFrom[row] ?? 0));
    const { input } = this;
    const extras = (2 + this.shape.pools) * this.shape.dimensions;
    input.fill(0);
    this.#readUnits(rows, { first: rows.unitFrom[row] ?? 0, units, dropout });
    for (let k = 0; k < this.shape.pools; k++) this.#attend(k, units);
    input[extras] = rows.language[row] === 1 ? 1 : 0;
    input[extras + 1] = rows.language[row] === 2 ? 1 : 0;
    input[extras + 2] = Math.log1p(units) / 5;
    return units;
  }

  /** The vector of each unit, and their sum and their maximum in `input`. */
  #readUnits(rows: EncodedRows, { first, units, dropout }: { first: number; units: number; dropout: number }): void {
    const { dimensions } = this.shape;
    const { table, dense, input } = this;
    const p = this.p;
    const biasFrom = this.layout.bias.from;
    const keepScale = 1 / (1 - dropout);
    let idCount = 0;
    const sumScale = 1 / Math.sqrt(Math.max(1, units));
    for (let unit = 0; unit < units; unit++) {
      const base = unit * dimensions;
      for (let d = 0; d < dimensions; d++) p[base + d] = 0;
      const last = rows.idFrom[first + unit + 1] ?? 0;
      for (let at = rows.idFrom[first + unit] ?? 0; at < last && idCount < IDS_MAX; at++) {
        if (dropout > 0 && this.random() < dropout) continue;
        const id = rows.ids[at] ?? 0;
        this.ids[idCount++] = id;
        const from = id * dimensions;
        for (let d = 0; d < dimensions; d++) p[base + d]! += table[from + d]!;
      }
      this.idEnd[unit] = idCount;
      for (let d = 0; d < dimensions; d++) {
        const value = p[base + d]! * keepScale + dense[biasFrom + d]!;
        p[base + d] = value;
        input[d]! += value * sumScale;
        if (value > input[dimensions + d]!) {
          input[dimensions + d] = value;
          this.argmax[d] = unit;
        }
      }
    }
  }

  /** The k-th attention average of the units that were read, in `input`. */
  #attend(k: number, units: number): void {
    const { dimensions, pools } = this.shape;
    const { p, dense, input, attention } = this;
    const query = this.layout.queries.from + k * dimensions;
    let max = -Infinity;
    for (let unit = 0; unit < units; unit++) {
      const base = unit * dimensions;
      let score = 0;
      for (let d = 0; d < dimensions; d++) {
        const value = p[base + d]!;
        if (value > 0) score += value * dense[query + d]!;
      }
      attention[unit * pools + k] = score;
      if (score > max) max = score;
    }
    let sum = 0;
    for (let unit = 0; unit < units; unit++) {
      const weight = Math.exp(attention[unit * pools + k]! - max);
      attention[unit * pools + k] = weight;
      sum += weight;
    }
    const into = (2 + k) * dimensions;
    for (let unit = 0; unit < units; unit++) {
      const weight = attention[unit * pools + k]! / sum;
      attention[unit * pools + k] = weight;
      const base = unit * dimensions;
      for (let d = 0; d < dimensions; d++) {
        const value = p[base + d]!;
        if (value > 0) input[into + d]! += weight * value;
      }
    }
  }

  /** The hidden layer and all outputs from `input`. */
  answer(dropout: number): void {
    const { input, dense, output } = this;
    const hidden = this.hidden;
    const size = this.shape.hidden;
    const { hiddenWeights, hiddenBias, outputWeights, skipWeights, outputBias } = this.layout;
    for (let j = 0; j < size; j++) hidden[j] = dense[hiddenBias.from + j]!;
    for (let o = 0; o < OUTPUT_SIZE; o++) output[o] = dense[outputBias.from + o]!;
    for (let i = 0; i < input.length; i++) {
      const x = input[i]!;
      if (x === 0) continue;
      const w = hiddenWeights.from + i * size;
      for (let j = 0; j < size; j++) hidden[j]! += x * dense[w + j]!;
      const s = skipWeights.from + i * OUTPUT_SIZE;
      for (let o = 0; o < OUTPUT_SIZE; o++) output[o]! += x * dense[s + o]!;
    }
    for (let j = 0; j < size; j++) {
      let z = hidden[j]!;
      if (z <= 0 || (dropout > 0 && this.random() < dropout)) z = 0;
      else z /= 1 - dropout;
      hidden[j] = z;
      if (z === 0) continue;
      const w = outputWeights.from + j * OUTPUT_SIZE;
      for (let o = 0; o < OUTPUT_SIZE; o++) output[o]! += z * dense[w + o]!;
    }
  }

  /** Logits of one row without dropout; they stand in `output` until the next call. */
  predict(rows: EncodedRows, row: number): Float32Array {
    this.encode(rows, row, 0);
    this.answer(0);
    return this.output;
  }
}
