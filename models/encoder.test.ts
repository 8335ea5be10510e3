import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Encoder, Trace } from './encoder.ts';
import type { EncoderWeights } from './encoder.ts';
import { ROWS_PER_UNIT_MAX } from './kernel/layout.ts';
import { OUTPUT_SIZE } from './heads.ts';
import { denseLayout, inputSize } from './shape.ts';
import { encodePlainly } from './testing/plain-encoder.ts';
import { FEATURES_PER_UNIT_MAX, Tokenizer, UNITS_MAX } from './text/tokenizer.ts';
import { buildVocabulary } from './training/build-vocabulary.ts';
import { createRandom } from './training/random.ts';

const TEXTS = ['物流太慢,等了十天', 'The battery died after a week', '还行,但下次不想再用了', 'unbelievably disappointing', '好好好好', '😡差评', '', 'a', '客服态度极差,投诉!快递员把包裹摔坏了 and support was rude'];
const tokenizer = new Tokenizer();
const vocabulary = buildVocabulary(TEXTS, tokenizer, { textsMin: 1, sizeMax: 10_000 });

function weightsOf(dimensions: number, pools: number, seed: number): EncoderWeights {
  const random = createRandom(seed);
  const shape = { vocabulary: vocabulary.size, dimensions, pools, hidden: 4 };
  const number = (): number => random() * 2 - 1;
  return {
    shape, vocabulary,
    table: Int8Array.from({ length: vocabulary.size * dimensions }, () => Math.round(number() * 127)),
    tableScale: 0.01,
    dense: Float32Array.from({ length: denseLayout(shape).size }, number),
  };
}

function slopesSize({ shape }: Pick<EncoderWeights, 'shape'>): number {
  return shape.dimensions * (2 + shape.pools);
}

function closeTo(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, at) => expect(Math.abs(actual[at]! - value)).toBeLessThan(1e-3 * Math.max(1, Math.abs(value))));
}

describe('the encoder', () => {
  const encoders = [[8, 0], [8, 2], [16, 1], [40, 3], [64, 4]].map(([dimensions, pools], seed) => {
    const weights = weightsOf(dimensions!, pools!, seed + 1);
    return { weights, encoder: new Encoder(weights), trace: new Trace() };
  });
  const check = (text: string): void => {
    for (const { weights, encoder, trace } of encoders) {
      tokenizer.read(text);
      const into = new Float32Array(inputSize(weights.shape) + 5);
      encoder.encode(tokenizer, 'other', { into, from: 5, trace });
      const plain = encodePlainly(tokenizer, weights);
      closeTo(into.subarray(5), plain.input);
      const slopes = Float32Array.from({ length: inputSize(weights.shape) + 3 }, (_, at) => Math.sin(at * 1.3));
      closeTo(encoder.contributions(trace, slopes.slice(3, 3 + slopesSize(weights))), plain.contributions(slopes.subarray(3)));
    }
  };

  it.each(TEXTS)('says of "%s" what the formulas say', check);

  it('says of any text what the formulas say', () => {
    const word = fc.constantFrom(...TEXTS, '慢', '好', 'rude', ' ', '!', '用了', 'week');
    fc.assert(fc.property(fc.array(word, { maxLength: 12 }), (words) => check(words.join(''))), { numRuns: 60, seed: 11 });
  });

  it('holds a text of the most units and features', () => {
    for (const { weights, encoder, trace } of encoders) {
      tokenizer.read('unbelievably disappointing '.repeat(200));
      encoder.encode(tokenizer, 'en', { into: new Float32Array(inputSize(weights.shape)), from: 0, trace });
      expect(trace.units).toBeLessThanOrEqual(UNITS_MAX);
      expect(encoder.contributions(trace, new Float32Array(slopesSize(weights)).fill(1)).every(Number.isFinite)).toBe(true);
    }
  });

  it('gives the slope of (negative − positive) at any state of the hidden layer', () => {
    for (const { weights: { shape, dense }, encoder } of encoders) {
      const { hiddenWeights, outputWeights, skipWeights } = denseLayout(shape);
      const difference = (from: number, row: number): number => dense[from + row * OUTPUT_SIZE]! - dense[from + row * OUTPUT_SIZE + 2]!;
      for (let open = 0; open < 2 ** shape.hidden; open++) {
        const hidden = Float32Array.from({ length: shape.hidden + 1 }, (_, unit) => (unit > 0 && (open >> (unit - 1)) % 2 === 1 ? unit * 0.3 : 0));
        closeTo(encoder.slopes(hidden, 1), Array.from({ length: slopesSize({ shape }) }, (_, input) =>
          difference(skipWeights.from, input) + [...hidden.subarray(1)].reduce((sum, value, unit) =>
            (value > 0 ? sum + difference(outputWeights.from, unit) * dense[hiddenWeights.from + input * shape.hidden + unit]! : sum), 0)));
      }
    }
  });

  it('adds up what one unit can bring without leaving 16 bits', () => {
    expect(FEATURES_PER_UNIT_MAX).toBeLessThanOrEqual(ROWS_PER_UNIT_MAX);
  });

  it('refuses dimensions that it cannot add up', () => {
    expect(() => new Encoder(weightsOf(12, 1, 1))).toThrow('must be a multiple of 8');
  });
});
