import type { Language } from '../core/score.ts';
import { denseLayout, inputSize } from './shape.ts';
import type { ModelShape } from './shape.ts';
import type { Tokenizer } from './text/tokenizer.ts';
import { NGRAM_MAX, UNITS_MAX } from './text/tokenizer.ts';
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
  /** [units, dimensions] after the rectifier. */
  unit = new Float32Array(0);
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
      this.unit = new Float32Array(capacity * shape.dimensions);
      this.attention = new Float32Array(capacity * shape.pools);
    }
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
 * attention pooling, in typed arrays, because gathering is what tensor backends do slowest.
 */
export class Encoder {
  readonly #weights: EncoderWeights;
  readonly #unitSum: Int32Array;
  readonly #bias: Float32Array;
  readonly #queries: Float32Array;

  constructor(weights: EncoderWeights) {
    this.#weights = weights;
    const { dimensions, pools } = weights.shape;
    const layout = denseLayout(weights.shape);
    this.#unitSum = new Int32Array(dimensions);
    this.#bias = weights.dense.subarray(layout.bias.from, layout.bias.from + dimensions);
    this.#queries = weights.dense.subarray(layout.queries.from, layout.queries.from + pools * dimensions);
  }

  /** Writes the input of one text at `into[from …]` and what led there into `trace`. An empty text gives zeros in all pools. */
  encode(tokenizer: Tokenizer, language: Language, target: { into: Float32Array; from: number; trace: Trace }): void {
    const { into, from, trace } = target;
    const { shape, vocabulary, table, tableScale } = this.#weights;
    const { dimensions, pools } = shape;
    const unitSum = this.#unitSum;
    trace.begin(tokenizer, shape);
    const { unit, rows, covers, rowEnd } = trace;
    const bias = this.#bias;
    const units = tokenizer.unitCount;
    const sumScale = 1 / Math.sqrt(Math.max(1, units));
    into.fill(0, from, from + inputSize(shape));
    let feature = 0;
    let known = 0;
    for (let t = 0; t < units; t++) {
      unitSum.fill(0);
      const last = tokenizer.featureEnd[t]!;
      // A unit's features come longest n-gram first, then the unit itself, then the letters inside a word.
      let length = Math.min(NGRAM_MAX, t + 1) + 1;
      for (; feature < last; feature++) {
        if (length > 1) length--;
        const row = vocabulary.rowOf(tokenizer.features[feature]!);
        if (row < 0) continue;
        rows[known] = row;
        covers[known++] = length;
        const at = row * dimensions;
        for (let d = 0; d < dimensions; d++) unitSum[d] = (unitSum[d]! + table[at + d]!) | 0;
      }
      rowEnd[t] = known;
      const base = t * dimensions;
      for (let d = 0; d < dimensions; d++) {
        const value = unitSum[d]! * tableScale + bias[d]!;
        into[from + d]! += value * sumScale;
        const positive = value > 0 ? value : 0;
        unit[base + d] = positive;
        if (positive > into[from + dimensions + d]!) into[from + dimensions + d] = positive;
      }
    }
    for (let k = 0; k < pools; k++) this.#pool(k, trace, into, from + (2 + k) * dimensions);
    const extras = from + (2 + pools) * dimensions;
    into[extras] = language === 'zh' ? 1 : 0;
    into[extras + 1] = language === 'en' ? 1 : 0;
    into[extras + 2] = Math.log1p(units) / 5;
  }

  #pool(k: number, trace: Trace, into: Float32Array, from: number): void {
    const { dimensions } = this.#weights.shape;
    const { units, unit } = trace;
    const attention = trace.attention.subarray(k * units, (k + 1) * units);
    const queries = this.#queries;
    const query = k * dimensions;
    let max = -Infinity;
    for (let t = 0; t < units; t++) {
      const base = t * dimensions;
      let score = 0;
      for (let d = 0; d < dimensions; d++) score += unit[base + d]! * queries[query + d]!;
      attention[t] = score;
      if (score > max) max = score;
    }
    let sum = 0;
    for (let t = 0; t < units; t++) {
      const weight = Math.exp(attention[t]! - max);
      attention[t] = weight;
      sum += weight;
    }
    for (let t = 0; t < units; t++) {
      const weight = attention[t]! / sum;
      attention[t] = weight;
      // A unit with less than a ten-thousandth of the attention moves no decision.
      if (weight < 1e-4) continue;
      const base = t * dimensions;
      for (let d = 0; d < dimensions; d++) into[from + d]! += weight * unit[base + d]!;
    }
  }
}
