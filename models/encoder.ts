import type { Language } from '../core/score.ts';
import type { UnitKernel } from './kernel/unit-kernel.ts';
import { maskWords } from './kernel/layout.ts';
import { createUnitKernel } from './kernel/unit-kernel.ts';
import { slopeParts } from './slopes.ts';
import { denseLayout, inputSize } from './shape.ts';
import type { ModelShape } from './shape.ts';
import { FEATURES_MAX, UNITS_MAX } from './text/tokenizer.ts';
import type { Tokenizer } from './text/tokenizer.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface EncoderWeights {
  shape: ModelShape;
  vocabulary: Vocabulary;
  /** [vocabulary, dimensions] int8. */
  table: Int8Array;
  /** A table number is `table × tableScale`. */
  tableScale: number;
  dense: Float32Array;
}

/** What a text's encoding went through, kept until its keywords are found. One is used again for text after text. */
export class Trace {
  text = '';
  units = 0;
  unitStart = new Int32Array(0);
  unitEnd = new Int32Array(0);
  /** Where the known features of each unit end, and the features themselves, as the kernel holds them. */
  rowEnd = new Int32Array(0);
  rows = new Int32Array(0);
  /** Of `rows`. */
  known = 0;
  /** [units, words]: which numbers of a unit are above 0. */
  masks = new Int32Array(0);
  /** [dimensions]: the unit of each maximum, −1 for none. */
  bestAt = new Int32Array(0);
  /** [units, pools] */
  attention = new Float32Array(0);

  begin(tokenizer: Tokenizer, shape: ModelShape): void {
    const units = tokenizer.unitCount;
    this.text = tokenizer.text;
    this.units = units;
    if (this.rowEnd.length < units) {
      const capacity = Math.min(UNITS_MAX, units * 2);
      this.unitStart = new Int32Array(capacity);
      this.unitEnd = new Int32Array(capacity);
      this.rowEnd = new Int32Array(capacity);
      this.masks = new Int32Array(capacity * maskWords(shape.dimensions));
      this.attention = new Float32Array(capacity * shape.pools);
    }
    if (this.bestAt.length !== shape.dimensions) this.bestAt = new Int32Array(shape.dimensions);
    if (this.rows.length < tokenizer.featureCount) this.rows = new Int32Array(tokenizer.featureCount * 2);
    copy(this.unitStart, tokenizer.unitStart, units);
    copy(this.unitEnd, tokenizer.unitEnd, units);
  }
}

/**
 * Turns the units that a tokenizer holds into the network's input, [inputSize] float32: the embedding look-up and the
 * attention pooling, beside TensorFlow.js, because gathering is what tensor backends do slowest.
 */
export class Encoder {
  readonly #shape: ModelShape;
  readonly #kernel: UnitKernel;
  readonly #words: number;

  constructor({ shape, vocabulary, table, tableScale, dense }: EncoderWeights) {
    const { dimensions, pools, hidden } = shape;
    const layout = denseLayout(shape);
    this.#shape = shape;
    this.#words = maskWords(dimensions);
    this.#kernel = createUnitKernel({ vocabulary: shape.vocabulary, dimensions, pools, hidden, unitsMax: UNITS_MAX, rowsMax: FEATURES_MAX }, {
      hashes: vocabulary.hashes, table, tableScale,
      bias: dense.subarray(layout.bias.from, layout.bias.from + dimensions),
      queries: dense.subarray(layout.queries.from, layout.queries.from + pools * dimensions),
      slopes: slopeParts(shape, dense),
    });
  }

  /** Writes the input of one text at `into[from …]` and what led there into `trace`. An empty text gives zeros in all pools. */
  encode(tokenizer: Tokenizer, language: Language, target: { into: Float32Array; from: number; trace: Trace }): void {
    const { into, from, trace } = target;
    const { pools, dimensions } = this.#shape;
    const kernel = this.#kernel;
    const units = tokenizer.unitCount;
    trace.begin(tokenizer, this.#shape);
    kernel.pooled.fill(0);
    kernel.bestAt.fill(-1);
    kernel.features.set(tokenizer.features.subarray(0, tokenizer.featureCount));
    copy(kernel.featureEnd, tokenizer.featureEnd, units);
    kernel.findRows(units);
    kernel.addUnits(units, 1 / Math.sqrt(Math.max(1, units)));
    for (let k = 0; k < pools; k++) {
      softmax(kernel.attention, { first: k, step: pools, count: units });
      kernel.pool(k, units);
    }
    trace.known = units === 0 ? 0 : (kernel.rowEnd[units - 1]! - kernel.rowsAt) / Int32Array.BYTES_PER_ELEMENT;
    copy(trace.rows, kernel.rows, trace.known);
    copy(trace.rowEnd, kernel.rowEnd, units);
    trace.attention.set(kernel.attention.subarray(0, units * pools));
    copy(trace.masks, kernel.masks, units * this.#words);
    copy(trace.bestAt, kernel.bestAt, dimensions);
    into.set(kernel.pooled, from);
    const extras = from + inputSize(this.#shape) - 3;
    into[extras] = language === 'zh' ? 1 : 0;
    into[extras + 1] = language === 'en' ? 1 : 0;
    into[extras + 2] = Math.log1p(units) / 5;
  }

  /** [(2 + pools) × dimensions]: how much each input number moves (negative − positive), at `hidden[from …]` of the network. Stands until the next call. */
  slopes(hidden: Float32Array, from: number): Float32Array {
    const kernel = this.#kernel;
    let count = 0;
    for (let unit = 0; unit < this.#shape.hidden; unit++) if (hidden[from + unit]! > 0) kernel.open[count++] = kernel.throughAt + unit * kernel.throughStep;
    kernel.addSlopes(kernel.openAt + count * Int32Array.BYTES_PER_ELEMENT);
    return kernel.slopes;
  }

  /**
   * [units]: how much each unit moved (negative − positive): `slopes` times what each n-gram put in, with attention and maxima
   * held where they are; an n-gram's share is spread evenly over the units that it covers. Stands until the next call.
   */
  contributions(trace: Trace, slopes: Float32Array): Float32Array {
    const kernel = this.#kernel;
    const { dimensions, pools } = this.#shape;
    const { units } = trace;
    if (slopes !== kernel.slopes) kernel.slopes.set(slopes);
    copy(kernel.rows, trace.rows, trace.known);
    copy(kernel.rowEnd, trace.rowEnd, units);
    kernel.attention.set(trace.attention.subarray(0, units * pools));
    copy(kernel.masks, trace.masks, units * this.#words);
    copy(kernel.bestAt, trace.bestAt, dimensions);
    kernel.contributions.fill(0, 0, units);
    kernel.explain(units, 1 / Math.sqrt(Math.max(1, units)));
    return kernel.contributions.subarray(0, units);
  }
}

/** For so few numbers a loop takes less than the view that `set` needs. */
function copy(to: Int32Array, from: Int32Array, count: number): void {
  for (let at = 0; at < count; at++) to[at] = from[at]!;
}

/** Over `scores[first]`, `scores[first + step]` … */
function softmax(scores: Float32Array, { first, step, count }: { first: number; step: number; count: number }): void {
  const end = first + count * step;
  let max = -Infinity;
  for (let at = first; at < end; at += step) if (scores[at]! > max) max = scores[at]!;
  let sum = 0;
  for (let at = first; at < end; at += step) {
    const weight = Math.exp(scores[at]! - max);
    scores[at] = weight;
    sum += weight;
  }
  for (let at = first; at < end; at += step) scores[at] = scores[at]! / sum;
}
