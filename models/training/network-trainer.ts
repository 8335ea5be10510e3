import { HEADS, OUTPUT_SIZE } from '../heads.ts';
import { denseLayout, inputSize } from '../shape.ts';
import type { ModelShape } from '../shape.ts';
import type { EncodedRows } from './encode-rows.ts';
import { createRandom } from './random.ts';
import { HEAD_COUNT } from './targets.ts';
import type { Targets } from './targets.ts';

export interface TrainerSettings {
  seed: number;
  embeddingRate: number;
  denseRate: number;
  /** Share of features that are left out of a text, so that no single one is relied on. */
  featureDropout: number;
  hiddenDropout: number;
  batch: number;
}

export interface TrainerState {
  table: Float32Array;
  accumulator: Float32Array;
  dense: Float32Array;
  moment1: Float32Array;
  moment2: Float32Array;
  steps: number;
}

const UNITS_MAX = 2_400;
const IDS_MAX = 200_000;
/** Squared gradient that each table row starts with, so that a rare feature does not jump at its first sight. */
const ACCUMULATOR_START = 1e-3;
/** Added where a pair source's answer is also taken as "not neutral". */
const PAIR_FULL_SHARE = 0.2;
const ADAM_BETA1 = 0.9;
const ADAM_BETA2 = 0.999;
const HEAD_LIST = [HEADS.sentiment, HEADS.stars, HEADS.complaint, HEADS.severity, HEADS.categories, HEADS.implicit];

/**
 * Trains the model by hand-written gradients in typed arrays, so that a machine with only npm can do it.
 * Per text: unit vector p = bias + sum of its features' rows; h = max(p, 0); pooled as sum(p)/√n, max(h) and
 * `pools` attention averages of h; then one hidden layer with a skip connection to all outputs.
 * The table is updated text by text with row-wise Adagrad, the dense part batch by batch with Adam.
 */
export class NetworkTrainer {
  readonly shape: ModelShape;
  readonly table: Float32Array;
  readonly dense: Float32Array;
  readonly accumulator: Float32Array;
  readonly #layout: ReturnType<typeof denseLayout>;
  readonly #gradient: Float32Array;
  readonly #moment1: Float32Array;
  readonly #moment2: Float32Array;
  #adamSteps = 0;
  #random: () => number;
  readonly #settings: TrainerSettings;
  readonly #ids = new Uint32Array(IDS_MAX);
  readonly #idEnd = new Uint32Array(UNITS_MAX);
  readonly #p: Float32Array;
  readonly #dp: Float32Array;
  readonly #attention: Float32Array;
  readonly #argmax: Int32Array;
  readonly input: Float32Array;
  readonly #dInput: Float32Array;
  readonly #hidden: Float32Array;
  readonly #dHidden: Float32Array;
  readonly output = new Float32Array(OUTPUT_SIZE);
  readonly #dOutput = new Float32Array(OUTPUT_SIZE);

  constructor(shape: ModelShape, settings: TrainerSettings) {
    this.shape = shape;
    this.#settings = settings;
    this.#layout = denseLayout(shape);
    this.#random = createRandom(settings.seed);
    const inputs = inputSize(shape);
    this.table = new Float32Array(shape.vocabulary * shape.dimensions);
    this.accumulator = new Float32Array(shape.vocabulary).fill(ACCUMULATOR_START);
    this.dense = new Float32Array(this.#layout.size);
    this.#gradient = new Float32Array(this.#layout.size);
    this.#moment1 = new Float32Array(this.#layout.size);
    this.#moment2 = new Float32Array(this.#layout.size);
    this.#p = new Float32Array(UNITS_MAX * shape.dimensions);
    this.#dp = new Float32Array(shape.dimensions);
    this.#attention = new Float32Array(UNITS_MAX * shape.pools);
    this.#argmax = new Int32Array(shape.dimensions);
    this.input = new Float32Array(inputs);
    this.#dInput = new Float32Array(inputs);
    this.#hidden = new Float32Array(shape.hidden);
    this.#dHidden = new Float32Array(shape.hidden);
    this.#initialise();
  }

  #initialise(): void {
    const random = this.#random;
    const uniform = (array: Float32Array, from: number, size: number, scale: number): void => {
      for (let at = 0; at < size; at++) array[from + at] = (random() * 2 - 1) * scale;
    };
    const inputs = inputSize(this.shape);
    uniform(this.table, 0, this.table.length, 0.05);
    const { queries, hiddenWeights, outputWeights, skipWeights } = this.#layout;
    uniform(this.dense, queries.from, queries.size, 0.3);
    uniform(this.dense, hiddenWeights.from, hiddenWeights.size, Math.sqrt(6 / (inputs + this.shape.hidden)));
    uniform(this.dense, outputWeights.from, outputWeights.size, Math.sqrt(6 / (OUTPUT_SIZE + this.shape.hidden)));
    uniform(this.dense, skipWeights.from, skipWeights.size, 0.1);
  }

  /** Everything that training goes on from. */
  state(): TrainerState {
    return { table: this.table, accumulator: this.accumulator, dense: this.dense, moment1: this.#moment1, moment2: this.#moment2, steps: this.#adamSteps };
  }

  restore(state: TrainerState): void {
    this.table.set(state.table);
    this.accumulator.set(state.accumulator);
    this.dense.set(state.dense);
    this.#moment1.set(state.moment1);
    this.#moment2.set(state.moment2);
    this.#adamSteps = state.steps;
  }

  /** Each epoch has its own random numbers, so that a resumed training equals one that was never stopped. */
  reseed(seed: number): void {
    this.#random = createRandom(seed);
  }

  /** Answers the units that are read; `dropout` 0 reads all features. */
  #encode(rows: EncodedRows, row: number, dropout: number): number {
    const { dimensions, pools } = this.shape;
    const first = rows.unitFrom[row] ?? 0;
    const units = Math.min(UNITS_MAX, (rows.unitFrom[row + 1] ?? 0) - first);
    const { table, dense, input } = this;
    const p = this.#p;
    const biasFrom = this.#layout.bias.from;
    const queriesFrom = this.#layout.queries.from;
    const keepScale = 1 / (1 - dropout);
    let idCount = 0;
    input.fill(0);
    const sumScale = 1 / Math.sqrt(Math.max(1, units));
    for (let unit = 0; unit < units; unit++) {
      const base = unit * dimensions;
      for (let d = 0; d < dimensions; d++) p[base + d] = 0;
      const last = rows.idFrom[first + unit + 1] ?? 0;
      for (let at = rows.idFrom[first + unit] ?? 0; at < last && idCount < IDS_MAX; at++) {
        if (dropout > 0 && this.#random() < dropout) continue;
        const id = rows.ids[at] ?? 0;
        this.#ids[idCount++] = id;
        const from = id * dimensions;
        for (let d = 0; d < dimensions; d++) p[base + d]! += table[from + d]!;
      }
      this.#idEnd[unit] = idCount;
      for (let d = 0; d < dimensions; d++) {
        const value = p[base + d]! * keepScale + dense[biasFrom + d]!;
        p[base + d] = value;
        input[d]! += value * sumScale;
        if (value > input[dimensions + d]!) {
          input[dimensions + d] = value;
          this.#argmax[d] = unit;
        }
      }
    }
    const attention = this.#attention;
    for (let k = 0; k < pools; k++) {
      const query = queriesFrom + k * dimensions;
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
    const extras = (2 + pools) * dimensions;
    input[extras] = rows.language[row] === 1 ? 1 : 0;
    input[extras + 1] = rows.language[row] === 2 ? 1 : 0;
    input[extras + 2] = Math.log1p(units) / 5;
    return units;
  }

  #dense(dropout: number): void {
    const { input, dense, output } = this;
    const hidden = this.#hidden;
    const size = this.shape.hidden;
    const { hiddenWeights, hiddenBias, outputWeights, skipWeights, outputBias } = this.#layout;
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
      if (z <= 0 || (dropout > 0 && this.#random() < dropout)) z = 0;
      else z /= 1 - dropout;
      hidden[j] = z;
      if (z === 0) continue;
      const w = outputWeights.from + j * OUTPUT_SIZE;
      for (let o = 0; o < OUTPUT_SIZE; o++) output[o]! += z * dense[w + o]!;
    }
  }

  /** Logits of one row without dropout; they stand in `output` until the next call. */
  predict(rows: EncodedRows, row: number): Float32Array {
    this.#encode(rows, row, 0);
    this.#dense(0);
    return this.output;
  }

  /** Gradient of the loss by the logits, into dOutput. Answers the loss of the sentiment head, for the progress line. */
  #lossGradient(targets: Targets, row: number): number {
    const { output } = this;
    const d = this.#dOutput;
    d.fill(0);
    const values = row * OUTPUT_SIZE;
    let shown = 0;
    for (let head = 0; head < HEAD_COUNT; head++) {
      const weight = targets.weights[row * HEAD_COUNT + head]!;
      if (weight === 0) continue;
      const { from, size } = HEAD_LIST[head]!;
      if (head === 2 || head >= 4) {
        for (let o = from; o < from + size; o++) d[o] = weight * (1 / (1 + Math.exp(-output[o]!)) - targets.values[values + o]!);
        continue;
      }
      let max = -Infinity;
      for (let o = from; o < from + size; o++) max = Math.max(max, output[o]!);
      let sum = 0;
      for (let o = from; o < from + size; o++) sum += Math.exp(output[o]! - max);
      const isPair = head === 0 && targets.pairs[row] === 1;
      const share = isPair ? PAIR_FULL_SHARE : 1;
      for (let o = from; o < from + size; o++) {
        d[o] = weight * share * (Math.exp(output[o]! - max) / sum - targets.values[values + o]!);
      }
      if (isPair) {
        const negative = 1 / (1 + Math.exp(output[from + 2]! - output[from]!));
        const wanted = targets.values[values + from]!;
        d[from]! += weight * (negative - wanted);
        d[from + 2]! -= weight * (negative - wanted);
        shown = -Math.log(Math.max(1e-7, wanted * negative + (1 - wanted) * (1 - negative)));
      } else if (head === 0) {
        for (let o = from; o < from + size; o++) {
          shown -= targets.values[values + o]! * (output[o]! - max - Math.log(sum));
        }
      }
    }
    return shown;
  }

  /** One text forward and back; the table moves at once. `rate` scales the learning rates. */
  learn(rows: EncodedRows, row: number, targets: Targets, rate: number): number {
    const units = this.#encode(rows, row, this.#settings.featureDropout);
    this.#dense(this.#settings.hiddenDropout);
    const loss = this.#lossGradient(targets, row);
    this.#backDense();
    this.#backEncoder(units, rate);
    return loss;
  }

  #backDense(): void {
    const { input, dense } = this;
    const dOutput = this.#dOutput;
    const gradient = this.#gradient;
    const hidden = this.#hidden;
    const dHidden = this.#dHidden;
    const dInput = this.#dInput;
    const size = this.shape.hidden;
    const keepScale = 1 / (1 - this.#settings.hiddenDropout);
    const { hiddenWeights, hiddenBias, outputWeights, skipWeights, outputBias } = this.#layout;
    for (let o = 0; o < OUTPUT_SIZE; o++) gradient[outputBias.from + o]! += dOutput[o]!;
    for (let j = 0; j < size; j++) {
      const z = hidden[j]!;
      dHidden[j] = 0;
      if (z === 0) continue;
      const w = outputWeights.from + j * OUTPUT_SIZE;
      let sum = 0;
      for (let o = 0; o < OUTPUT_SIZE; o++) {
        const delta = dOutput[o]!;
        sum += delta * dense[w + o]!;
        gradient[w + o]! += delta * z;
      }
      dHidden[j] = sum * keepScale;
      gradient[hiddenBias.from + j]! += sum * keepScale;
    }
    for (let i = 0; i < input.length; i++) {
      const x = input[i]!;
      const w = hiddenWeights.from + i * size;
      let sum = 0;
      for (let j = 0; j < size; j++) {
        const delta = dHidden[j]!;
        sum += delta * dense[w + j]!;
        gradient[w + j]! += delta * x;
      }
      const s = skipWeights.from + i * OUTPUT_SIZE;
      for (let o = 0; o < OUTPUT_SIZE; o++) {
        const delta = dOutput[o]!;
        sum += delta * dense[s + o]!;
        gradient[s + o]! += delta * x;
      }
      dInput[i] = sum;
    }
  }

  #backEncoder(units: number, rate: number): void {
    const { dimensions, pools } = this.shape;
    const { dense, table, input } = this;
    const p = this.#p;
    const dp = this.#dp;
    const dInput = this.#dInput;
    const gradient = this.#gradient;
    const biasFrom = this.#layout.bias.from;
    const queriesFrom = this.#layout.queries.from;
    const sumScale = 1 / Math.sqrt(Math.max(1, units));
    const keepScale = 1 / (1 - this.#settings.featureDropout);
    const step = this.#settings.embeddingRate * rate;
    let idAt = 0;
    for (let unit = 0; unit < units; unit++) {
      const base = unit * dimensions;
      for (let d = 0; d < dimensions; d++) dp[d] = this.#argmax[d] === unit ? dInput[dimensions + d]! : 0;
      for (let k = 0; k < pools; k++) {
        const weight = this.#attention[unit * pools + k]!;
        const pool = (2 + k) * dimensions;
        const query = queriesFrom + k * dimensions;
        let alignment = 0;
        for (let d = 0; d < dimensions; d++) {
          const value = p[base + d]!;
          alignment += dInput[pool + d]! * ((value > 0 ? value : 0) - input[pool + d]!);
        }
        const dScore = weight * alignment;
        for (let d = 0; d < dimensions; d++) {
          dp[d]! += weight * dInput[pool + d]! + dScore * dense[query + d]!;
          const value = p[base + d]!;
          if (value > 0) gradient[query + d]! += dScore * value;
        }
      }
      let squares = 0;
      for (let d = 0; d < dimensions; d++) {
        const delta = (p[base + d]! > 0 ? dp[d]! : 0) + dInput[d]! * sumScale;
        gradient[biasFrom + d]! += delta;
        const scaled = delta * keepScale;
        dp[d] = scaled;
        squares += scaled * scaled;
      }
      squares /= dimensions;
      const end = this.#idEnd[unit]!;
      for (; idAt < end; idAt++) {
        const id = this.#ids[idAt]!;
        const seen = this.accumulator[id]! + squares;
        this.accumulator[id] = seen;
        const scale = step / Math.sqrt(seen);
        const from = id * dimensions;
        for (let d = 0; d < dimensions; d++) table[from + d]! -= scale * dp[d]!;
      }
    }
  }

  /** Adam on the dense part with the gradients gathered since the last call. */
  finishBatch(count: number, rate: number): void {
    this.#adamSteps++;
    const correction = Math.sqrt(1 - ADAM_BETA2 ** this.#adamSteps) / (1 - ADAM_BETA1 ** this.#adamSteps);
    const step = this.#settings.denseRate * rate * correction;
    const { dense } = this;
    for (let at = 0; at < dense.length; at++) {
      const g = this.#gradient[at]! / count;
      const m1 = (this.#moment1[at]! = ADAM_BETA1 * this.#moment1[at]! + (1 - ADAM_BETA1) * g);
      const m2 = (this.#moment2[at]! = ADAM_BETA2 * this.#moment2[at]! + (1 - ADAM_BETA2) * g * g);
      dense[at]! -= (step * m1) / (Math.sqrt(m2) + 1e-8);
      this.#gradient[at] = 0;
    }
  }
}
