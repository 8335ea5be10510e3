import type { Language } from '../core/score.ts';
import type { UnitKernel } from './kernel/unit-kernel.ts';
import { createUnitKernel, maskWords } from './kernel/unit-kernel.ts';
import { denseLayout, inputSize } from './shape.ts';
import type { ModelShape } from './shape.ts';
import { FEATURES_MAX, NGRAM_MAX, UNITS_MAX } from './text/tokenizer.ts';
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
  /** Known features of unit t: rows[rowEnd[t − 1] … rowEnd[t]), each covering `covers` units that end at t. */
  rowEnd = new Int32Array(0);
  rows = new Int32Array(0);
  covers = new Uint8Array(0);
  /** [units, words]: which numbers of a unit are above 0. */
  masks = new Uint32Array(0);
  /** [dimensions]: the unit of each maximum, −1 for none. */
  bestAt = new Int32Array(0);
  /** [pools, units] */
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
      this.masks = new Uint32Array(capacity * maskWords(shape.dimensions));
      this.attention = new Float32Array(capacity * shape.pools);
    }
    if (this.bestAt.length !== shape.dimensions) this.bestAt = new Int32Array(shape.dimensions);
    if (this.rows.length < tokenizer.featureCount) {
      this.rows = new Int32Array(tokenizer.featureCount * 2);
      this.covers = new Uint8Array(tokenizer.featureCount * 2);
    }
    this.unitStart.set(tokenizer.unitStart.subarray(0, units));
    this.unitEnd.set(tokenizer.unitEnd.subarray(0, units));
  }
}

/**
 * Turns the units that a tokenizer holds into the network's input, [inputSize] float32: the embedding look-up and the
 * attention pooling, beside TensorFlow.js, because gathering is what tensor backends do slowest.
 */
export class Encoder {
  readonly #shape: ModelShape;
  readonly #vocabulary: Vocabulary;
  readonly #kernel: UnitKernel;
  readonly #words: number;

  constructor({ shape, vocabulary, table, tableScale, dense }: EncoderWeights) {
    const { dimensions, pools } = shape;
    const layout = denseLayout(shape);
    this.#shape = shape;
    this.#vocabulary = vocabulary;
    this.#words = maskWords(dimensions);
    this.#kernel = createUnitKernel({ vocabulary: shape.vocabulary, dimensions, pools, unitsMax: UNITS_MAX, rowsMax: FEATURES_MAX }, {
      table, tableScale,
      bias: dense.subarray(layout.bias.from, layout.bias.from + dimensions),
      queries: dense.subarray(layout.queries.from, layout.queries.from + pools * dimensions),
    });
  }

  /** Writes the input of one text at `into[from …]` and what led there into `trace`. An empty text gives zeros in all pools. */
  encode(tokenizer: Tokenizer, language: Language, target: { into: Float32Array; from: number; trace: Trace }): void {
    const { into, from, trace } = target;
    const { pools } = this.#shape;
    const kernel = this.#kernel;
    const units = tokenizer.unitCount;
    trace.begin(tokenizer, this.#shape);
    kernel.pooled.fill(0);
    kernel.bestAt.fill(-1);
    const known = this.#addUnits(tokenizer, trace);
    for (let k = 0; k < pools; k++) {
      softmax(kernel.attention, k * UNITS_MAX, units);
      kernel.pool(k, units);
      trace.attention.set(kernel.attention.subarray(k * UNITS_MAX, k * UNITS_MAX + units), k * units);
    }
    trace.rows.set(kernel.rows.subarray(0, known));
    trace.masks.set(kernel.masks.subarray(0, units * this.#words));
    trace.bestAt.set(kernel.bestAt);
    into.set(kernel.pooled, from);
    const extras = from + inputSize(this.#shape) - 3;
    into[extras] = language === 'zh' ? 1 : 0;
    into[extras + 1] = language === 'en' ? 1 : 0;
    into[extras + 2] = Math.log1p(units) / 5;
  }

  /** Answers how many features the model knows. */
  #addUnits(tokenizer: Tokenizer, trace: Trace): number {
    const { rowsAt, rows } = this.#kernel;
    const vocabulary = this.#vocabulary;
    const { covers, rowEnd } = trace;
    const { features, featureEnd, unitCount } = tokenizer;
    const sumScale = 1 / Math.sqrt(Math.max(1, unitCount));
    let feature = 0;
    let known = 0;
    for (let t = 0; t < unitCount; t++) {
      const first = known;
      const last = featureEnd[t]!;
      // A unit's features come longest n-gram first, then the unit itself, then the letters inside a word.
      let length = Math.min(NGRAM_MAX, t + 1) + 1;
      for (; feature < last; feature++) {
        if (length > 1) length--;
        const row = vocabulary.rowOf(features[feature]!);
        if (row < 0) continue;
        rows[known] = row;
        covers[known++] = length;
      }
      rowEnd[t] = known;
      this.#kernel.addUnit(t, rowsAt + first * 4, rowsAt + known * 4, sumScale);
    }
    return known;
  }

  /**
   * How much each unit moved (negative − positive): the slope of the network at this text, `slopes[from …]`, times what each
   * n-gram put in, with attention and maxima held where they are; an n-gram's share is spread evenly over the units it covers.
   */
  contributions(trace: Trace, slopes: Float32Array, from: number): Float32Array {
    const kernel = this.#kernel;
    const { dimensions, pools } = this.#shape;
    const { units, rowEnd, covers, attention } = trace;
    const out = new Float32Array(units);
    if (units === 0) return out;
    kernel.slopes.set(slopes.subarray(from, from + (2 + pools) * dimensions));
    kernel.bestAt.set(trace.bestAt);
    kernel.masks.set(trace.masks.subarray(0, units * this.#words));
    for (let k = 0; k < pools; k++) kernel.attention.set(attention.subarray(k * units, (k + 1) * units), k * UNITS_MAX);
    kernel.rows.set(trace.rows.subarray(0, rowEnd[units - 1]!));
    const { pushes, rowsAt } = kernel;
    const sumScale = 1 / Math.sqrt(units);
    let at = 0;
    for (let t = 0; t < units; t++) {
      const last = rowEnd[t]!;
      kernel.push(t, rowsAt + at * 4, rowsAt + last * 4, sumScale);
      for (; at < last; at++) {
        const length = covers[at]!;
        const share = pushes[at]! / length;
        for (let k = 0; k < length; k++) out[t - k]! += share;
      }
    }
    return out;
  }
}

function softmax(scores: Float32Array, from: number, count: number): void {
  const end = from + count;
  let max = -Infinity;
  for (let at = from; at < end; at++) if (scores[at]! > max) max = scores[at]!;
  let sum = 0;
  for (let at = from; at < end; at++) {
    const weight = Math.exp(scores[at]! - max);
    scores[at] = weight;
    sum += weight;
  }
  for (let at = from; at < end; at++) scores[at] = scores[at]! / sum;
}
