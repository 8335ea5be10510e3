import { OUTPUT_SIZE } from '../heads.ts';
import type { ModelShape } from '../shape.ts';
import type { EncodedRows } from './encode-rows.ts';
import { ForwardPass } from './forward-pass.ts';
import { lossGradient } from './loss.ts';
import { createRandom } from './random.ts';
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

/** Squared gradient that each table row starts with, so that a rare feature does not jump at its first sight. */
const ACCUMULATOR_START = 1e-3;
/** So much that what a short pass adds changes no step's size by much. */
const EVEN_ACCUMULATOR = 1;
const ADAM_BETA1 = 0.9;
const ADAM_BETA2 = 0.999;

/**
 * Trains the model by hand-written gradients in typed arrays, so that a machine with only npm can do it.
 * The table is updated text by text with row-wise Adagrad, the dense part batch by batch with Adam.
 */
export class NetworkTrainer {
  readonly forward: ForwardPass;
  readonly accumulator: Float32Array;
  readonly #settings: TrainerSettings;
  readonly #gradient: Float32Array;
  readonly #moment1: Float32Array;
  readonly #moment2: Float32Array;
  #adamSteps = 0;
  readonly #dp: Float32Array;
  readonly #dInput: Float32Array;
  readonly #dHidden: Float32Array;
  readonly #dOutput = new Float32Array(OUTPUT_SIZE);

  constructor(shape: ModelShape, settings: TrainerSettings) {
    this.forward = new ForwardPass(shape, settings.seed);
    this.#settings = settings;
    this.accumulator = new Float32Array(shape.vocabulary).fill(ACCUMULATOR_START);
    const { size } = this.forward.layout;
    this.#gradient = new Float32Array(size);
    this.#moment1 = new Float32Array(size);
    this.#moment2 = new Float32Array(size);
    this.#dp = new Float32Array(shape.dimensions);
    this.#dInput = new Float32Array(this.forward.input.length);
    this.#dHidden = new Float32Array(shape.hidden);
  }

  /** Everything that training goes on from. */
  state(): TrainerState {
    const { table, dense } = this.forward;
    return { table, accumulator: this.accumulator, dense, moment1: this.#moment1, moment2: this.#moment2, steps: this.#adamSteps };
  }

  restore(state: TrainerState): void {
    this.forward.table.set(state.table);
    this.accumulator.set(state.accumulator);
    this.forward.dense.set(state.dense);
    this.#moment1.set(state.moment1);
    this.#moment2.set(state.moment2);
    this.#adamSteps = state.steps;
  }

  /** Forgets how much each row and number has learned, so that the next steps are of one size for all; the weights stay. */
  evenOut(): void {
    this.accumulator.fill(EVEN_ACCUMULATOR);
    this.#moment1.fill(0);
    this.#moment2.fill(0);
    this.#adamSteps = 0;
  }

  /** Each epoch has its own random numbers, so that a resumed training equals one that was never stopped. */
  reseed(seed: number): void {
    this.forward.random = createRandom(seed);
  }

  /** One text forward and back; the table moves at once. `rate` scales the learning rates. */
  learn(rows: EncodedRows, row: number, targets: Targets, rate: number): number {
    const units = this.forward.encode(rows, row, this.#settings.featureDropout);
    this.forward.answer(this.#settings.hiddenDropout);
    const loss = lossGradient(this.forward.output, targets, row, this.#dOutput);
    this.#backDense();
    this.#backEncoder(units, rate);
    return loss;
  }

  #backDense(): void {
    const { input, dense } = this.forward;
    const dOutput = this.#dOutput;
    const gradient = this.#gradient;
    const hidden = this.forward.hidden;
    const dHidden = this.#dHidden;
    const dInput = this.#dInput;
    const size = this.forward.shape.hidden;
    const keepScale = 1 / (1 - this.#settings.hiddenDropout);
    const { hiddenWeights, hiddenBias, outputWeights, skipWeights, outputBias } = this.forward.layout;
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
    const { dimensions, pools } = this.forward.shape;
    const { dense, table, input } = this.forward;
    const p = this.forward.p;
    const dp = this.#dp;
    const dInput = this.#dInput;
    const gradient = this.#gradient;
    const biasFrom = this.forward.layout.bias.from;
    const queriesFrom = this.forward.layout.queries.from;
    const sumScale = 1 / Math.sqrt(Math.max(1, units));
    const keepScale = 1 / (1 - this.#settings.featureDropout);
    const step = this.#settings.embeddingRate * rate;
    let idAt = 0;
    for (let unit = 0; unit < units; unit++) {
      const base = unit * dimensions;
      for (let d = 0; d < dimensions; d++) dp[d] = this.forward.argmax[d] === unit ? dInput[dimensions + d]! : 0;
      for (let k = 0; k < pools; k++) {
        const weight = this.forward.attention[unit * pools + k]!;
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
      const end = this.forward.idEnd[unit]!;
      for (; idAt < end; idAt++) {
        const id = this.forward.ids[idAt]!;
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
    const { dense } = this.forward;
    for (let at = 0; at < dense.length; at++) {
      const g = this.#gradient[at]! / count;
      const m1 = (this.#moment1[at]! = ADAM_BETA1 * this.#moment1[at]! + (1 - ADAM_BETA1) * g);
      const m2 = (this.#moment2[at]! = ADAM_BETA2 * this.#moment2[at]! + (1 - ADAM_BETA2) * g * g);
      dense[at]! -= (step * m1) / (Math.sqrt(m2) + 1e-8);
      this.#gradient[at] = 0;
    }
  }
}
