import { describe, expect, it } from 'vitest';
import { HEADS, OUTPUT_SIZE } from '../heads.ts';
import { Encoder, Trace } from '../encoder.ts';
import type { ModelShape } from '../shape.ts';
import { Tokenizer } from '../text/tokenizer.ts';
import { buildVocabulary } from './build-vocabulary.ts';
import { encodeRows } from './encode-rows.ts';
import { lossGradient } from './loss.ts';
import { NetworkTrainer } from './network-trainer.ts';
import { quantiseTable } from './quantise.ts';
import { HEAD_COUNT } from './targets.ts';
import type { Targets } from './targets.ts';

const TEXTS = ['很好,下次还来', '太差了,再也不买', 'works great', 'terrible service', '物流很快', '客服态度差', 'love it', 'broke after a day'];
const NEGATIVE = [false, true, false, true, false, true, false, true];
const tokenizer = new Tokenizer();
const vocabulary = buildVocabulary(TEXTS, tokenizer, { textsMin: 1, sizeMax: 10_000 });
const rows = encodeRows(TEXTS, tokenizer, vocabulary);
const shape: ModelShape = { vocabulary: vocabulary.size, dimensions: 8, pools: 2, hidden: 12 };
const settings = { seed: 5, embeddingRate: 0.05, denseRate: 0.01, featureDropout: 0.2, hiddenDropout: 0.1, batch: 4 };

function targetsOf(pairs: 0 | 1): Targets {
  const values = new Float32Array(TEXTS.length * OUTPUT_SIZE);
  const weights = new Float32Array(TEXTS.length * HEAD_COUNT).fill(1);
  NEGATIVE.forEach((isNegative, at) => {
    values[at * OUTPUT_SIZE + (isNegative ? 0 : 2)] = 1;
    values[at * OUTPUT_SIZE + HEADS.stars.from + (isNegative ? 0 : 4)] = 1;
    values[at * OUTPUT_SIZE + HEADS.complaint.from] = isNegative ? 1 : 0;
    values[at * OUTPUT_SIZE + HEADS.severity.from + (isNegative ? 2 : 0)] = 1;
    values[at * OUTPUT_SIZE + HEADS.categories.from + (at % 16)] = 1;
  });
  return { values, weights, pairs: new Uint8Array(TEXTS.length).fill(pairs) };
}

/** Sum over all heads of the loss whose gradient lossGradient claims to be. */
function lossOf(output: Float32Array, targets: Targets, row: number): number {
  const value = (o: number): number => targets.values[row * OUTPUT_SIZE + o] ?? 0;
  let loss = 0;
  for (const head of [HEADS.sentiment, HEADS.stars, HEADS.severity]) {
    const exps = Array.from({ length: head.size }, (_, k) => Math.exp(output[head.from + k] ?? 0));
    const sum = exps.reduce((a, b) => a + b, 0);
    exps.forEach((each, k) => { loss -= value(head.from + k) * Math.log(each / sum); });
  }
  for (const head of [HEADS.complaint, HEADS.categories, HEADS.implicit]) {
    for (let o = head.from; o < head.from + head.size; o++) {
      const p = 1 / (1 + Math.exp(-(output[o] ?? 0)));
      loss -= value(o) * Math.log(p) + (1 - value(o)) * Math.log(1 - p);
    }
  }
  return loss;
}

describe('training', () => {
  it('has the gradient of its loss', () => {
    const targets = targetsOf(0);
    const output = Float32Array.from({ length: OUTPUT_SIZE }, (_, o) => Math.sin(o * 1.7));
    const gradient = new Float32Array(OUTPUT_SIZE);
    lossGradient(output, targets, 1, gradient);
    for (let o = 0; o < OUTPUT_SIZE; o++) {
      const step = 1e-2;
      const up = Float32Array.from(output);
      const down = Float32Array.from(output);
      up[o] = (up[o] ?? 0) + step;
      down[o] = (down[o] ?? 0) - step;
      expect(gradient[o]).toBeCloseTo((lossOf(up, targets, 1) - lossOf(down, targets, 1)) / (2 * step), 2);
    }
  });

  it('moves the table down the slope of the loss', () => {
    const targets = targetsOf(0);
    const still = { ...settings, featureDropout: 0, hiddenDropout: 0, embeddingRate: 1e-3 };
    const trainer = new NetworkTrainer(shape, still);
    for (let row = 0; row < TEXTS.length; row++) {
      const before = lossOf(trainer.forward.predict(rows, row), targets, row);
      trainer.learn(rows, row, targets, 1);
      expect(lossOf(trainer.forward.predict(rows, row), targets, row)).toBeLessThan(before);
    }
  });

  it.each([[0], [1]] as const)('learns a handful of texts by heart (pair answers: %i)', (pairs) => {
    const targets = targetsOf(pairs);
    const trainer = new NetworkTrainer(shape, settings);
    for (let epoch = 0; epoch < 120; epoch++) {
      for (let row = 0; row < TEXTS.length; row++) {
        trainer.learn(rows, row, targets, 1);
        if (row % 4 === 3) trainer.finishBatch(4, 1);
      }
    }
    const guesses = TEXTS.map((_, row) => {
      const output = trainer.forward.predict(rows, row);
      return (output[0] ?? 0) > (output[2] ?? 0);
    });
    expect(guesses).toEqual(NEGATIVE);
  });

  it('goes on from its state as if it had never stopped', () => {
    const targets = targetsOf(0);
    const epoch = (trainer: NetworkTrainer, number: number): void => {
      trainer.reseed(number);
      for (let row = 0; row < TEXTS.length; row++) trainer.learn(rows, row, targets, 1);
      trainer.finishBatch(TEXTS.length, 1);
    };
    const whole = new NetworkTrainer(shape, settings);
    epoch(whole, 1);
    const held = structuredClone(whole.state());
    epoch(whole, 2);
    const resumed = new NetworkTrainer(shape, { ...settings, seed: 99 });
    resumed.restore(held);
    epoch(resumed, 2);
    expect(resumed.forward.table).toEqual(whole.forward.table);
    expect(resumed.forward.dense).toEqual(whole.forward.dense);
  });

  it('keeps its weights and takes steps of one size again once evened out', () => {
    const targets = targetsOf(0);
    const trainer = new NetworkTrainer(shape, settings);
    for (let row = 0; row < TEXTS.length; row++) trainer.learn(rows, row, targets, 1);
    trainer.finishBatch(TEXTS.length, 1);
    const fresh = new NetworkTrainer(shape, settings);
    fresh.forward.table.set(trainer.forward.table);
    fresh.forward.dense.set(trainer.forward.dense);
    for (const each of [trainer, fresh]) {
      each.evenOut();
      each.reseed(7);
    }
    expect(trainer.forward.table).toEqual(fresh.forward.table);
    expect(new Set(trainer.accumulator)).toEqual(new Set([1]));
    for (const each of [trainer, fresh]) {
      for (let row = 0; row < TEXTS.length; row++) each.learn(rows, row, targets, 0.3);
      each.finishBatch(TEXTS.length, 0.3);
    }
    expect(trainer.forward.table).toEqual(fresh.forward.table);
    expect(trainer.forward.dense).toEqual(fresh.forward.dense);
  });

  it('encodes for serving what it encoded in training, but for rounding', () => {
    const trainer = new NetworkTrainer(shape, settings);
    const { table, scale } = quantiseTable(trainer.forward.table);
    const encoder = new Encoder({ shape, vocabulary, table, tableScale: scale, dense: trainer.forward.dense });
    const trace = new Trace();
    TEXTS.forEach((text, row) => {
      trainer.forward.predict(rows, row);
      const into = new Float32Array(trainer.forward.input.length);
      tokenizer.read(text);
      encoder.encode(tokenizer, rows.language[row] === 1 ? 'zh' : 'en', { into, from: 0, trace });
      into.forEach((value, at) => expect(value).toBeCloseTo(trainer.forward.input[at] ?? 0, 1));
    });
  });
});
