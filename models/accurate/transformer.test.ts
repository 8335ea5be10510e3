import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../backends.ts';
import type { Tf } from '../backends.ts';
import { OUTPUT_SIZE } from '../heads.ts';
import { readTensors } from './encoder-weights.ts';
import { TINY_SHAPE, randomEncoder } from './testing/tiny-model.ts';
import { Transformer, planPasses } from './transformer.ts';

let tf: Tf;
let transformer: Transformer;
beforeAll(async () => {
  ({ tf } = await chooseBackend());
  transformer = new Transformer(tf, readTensors(TINY_SHAPE, randomEncoder(3)));
});
afterAll(() => transformer.dispose());

const TEXTS = [[2, 3], [2, 4, 5, 3], [2, 4, 4, 4, 5, 6, 7, 8, 9, 10, 4, 5, 3], [2, 10, 3], [2, 4, 5, 3]];

describe('the passes of a request', () => {
  it('hold each text once, with others of its rounded length', () => {
    const lengths = [3, 90, 5, 17, 8, 9, 24, 90];
    const passes = planPasses(lengths);
    expect(passes.flatMap(({ texts }) => texts).sort((a, b) => a - b)).toEqual(lengths.map((_, at) => at));
    for (const { texts, length } of passes) for (const at of texts) expect(length - (lengths[at] ?? 0)).toBeLessThan(8);
  });

  it('are cut where many long texts come', () => {
    const passes = planPasses(new Array<number>(200).fill(96));
    expect(passes.length).toBeGreaterThan(3);
    for (const { texts, length } of passes) expect(texts.length * length).toBeLessThanOrEqual(4_096);
  });
});

describe('a transformer', () => {
  it('answers a text the same alone and beside longer ones, in order', async () => {
    const together = await transformer.run(TEXTS);
    expect(together).toHaveLength(TEXTS.length * OUTPUT_SIZE);
    expect([...together].every(Number.isFinite)).toBe(true);
    for (const [at, ids] of TEXTS.entries()) {
      const alone = await transformer.run([ids]);
      alone.forEach((value, o) => expect(together[at * OUTPUT_SIZE + o]).toBeCloseTo(value, 4));
    }
  });

  it('reads the order of the tokens', async () => {
    const [one, other] = [await transformer.run([[2, 4, 5, 6, 3]]), await transformer.run([[2, 6, 5, 4, 3]])];
    expect(Math.max(...one.map((value, o) => Math.abs(value - (other[o] ?? 0))))).toBeGreaterThan(1e-3);
  });

  it('holds no tensor after a request', async () => {
    const before = tf.memory().numTensors;
    for (let k = 0; k < 50; k++) await transformer.run(TEXTS);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('gives back all its tensors', () => {
    const before = tf.memory().numTensors;
    new Transformer(tf, readTensors(TINY_SHAPE, randomEncoder(4))).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
