import type { EncoderWeights } from '../encoder.ts';
import { ATTENTION_MIN } from '../kernel/layout.ts';
import { denseLayout, inputSize } from '../shape.ts';
import { NGRAM_MAX } from '../text/tokenizer.ts';
import type { Tokenizer } from '../text/tokenizer.ts';

interface PlainEncoding {
  /** [inputSize], languages left 0. */
  input: number[];
  /** [units]: what each unit pushed, for these slopes of the input. */
  contributions(slopes: Float32Array): number[];
}

/** The encoding as its formulas say it, one number after the other: what the fast one is held against. */
export function encodePlainly(tokenizer: Tokenizer, weights: EncoderWeights): PlainEncoding {
  const { shape, vocabulary, table, tableScale, dense } = weights;
  const { dimensions, pools } = shape;
  const { bias, queries } = denseLayout(shape);
  const units = tokenizer.unitCount;
  const places = Array.from({ length: dimensions }, (_, d) => d);
  const features: { t: number; row: number; covers: number }[] = [];
  for (let t = 0, at = 0; t < units; t++) {
    let covers = Math.min(NGRAM_MAX, t + 1) + 1;
    for (; at < tokenizer.featureEnd[t]!; at++) {
      if (covers > 1) covers--;
      const row = vocabulary.hashes.indexOf(tokenizer.features[at]!);
      if (row >= 0) features.push({ t, row, covers });
    }
  }
  const featuresOf = Array.from({ length: units }, (_, t) => features.filter((each) => each.t === t));
  const values = featuresOf.map((own) => places.map((d) => dense[bias.from + d]! + own.reduce((sum, { row }) => sum + table[row * dimensions + d]! * tableScale, 0)));
  const positive = values.map((value) => value.map((each) => Math.max(0, each)));
  const sumScale = 1 / Math.sqrt(Math.max(1, units));
  const attention = Array.from({ length: pools }, (_, k) => {
    const scores = positive.map((unit) => unit.reduce((sum, each, d) => sum + each * dense[queries.from + k * dimensions + d]!, 0));
    const weightsOf = scores.map((score) => Math.exp(score - Math.max(...scores)));
    const total = weightsOf.reduce((a, b) => a + b, 0);
    return weightsOf.map((weight) => weight / total);
  });
  const maxima = places.map((d) => Math.max(0, ...positive.map((unit) => unit[d]!)));
  const input = new Array<number>(inputSize(shape)).fill(0);
  places.forEach((d) => {
    input[d] = values.reduce((sum, value) => sum + value[d]! * sumScale, 0);
    input[dimensions + d] = maxima[d]!;
    attention.forEach((weight, k) => { input[(2 + k) * dimensions + d] = positive.reduce((sum, unit, t) => (weight[t]! < ATTENTION_MIN ? sum : sum + unit[d]! * weight[t]!), 0); });
  });
  input[(2 + pools) * dimensions + 2] = Math.log1p(units) / 5;
  return {
    input,
    contributions(slopes) {
      const out = new Array<number>(units).fill(0);
      for (const { t, row, covers } of features) {
        const push = places.reduce((sum, d) => {
          const isMaximum = maxima[d]! > 0 && positive.findIndex((unit) => unit[d] === maxima[d]) === t;
          const through = positive[t]![d]! > 0 ? (isMaximum ? slopes[dimensions + d]! : 0) + attention.reduce((all, weight, k) => all + weight[t]! * slopes[(2 + k) * dimensions + d]!, 0) : 0;
          return sum + table[row * dimensions + d]! * tableScale * (slopes[d]! * sumScale + through);
        }, 0);
        for (let k = 0; k < covers; k++) out[t - k]! += push / covers;
      }
      return out;
    },
  };
}
