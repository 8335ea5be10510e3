import { describe, expect, it } from 'vitest';
import { HEADS, OUTPUT_SIZE } from '../heads.ts';
import { HEAD_COUNT } from '../training/targets.ts';
import type { Targets } from '../training/targets.ts';
import { createRandom } from '../training/random.ts';
import { blend } from './blend.ts';
import { fitBlend } from './fit-blend.ts';

function even(): Float32Array {
  const out = new Float32Array(OUTPUT_SIZE).fill(0.5);
  for (const { from, size } of [HEADS.sentiment, HEADS.stars, HEADS.severity]) out.fill(1 / size, from, from + size);
  return out;
}

describe('a blend', () => {
  const zeros = new Array<number>(OUTPUT_SIZE).fill(0);
  const ones = new Array<number>(OUTPUT_SIZE).fill(1);

  it('of the first model alone is what that says', () => {
    const probabilities = even();
    probabilities.set([0.7, 0.2, 0.1], 0);
    probabilities[30] = 0.9;
    const out = blend(probabilities, new Float32Array(OUTPUT_SIZE).fill(9), 0, { fast: ones, encoder: zeros, shift: zeros });
    out.forEach((value, at) => expect(value).toBeCloseTo(probabilities[at] ?? 0, 5));
  });

  it('stays finite where the first model is certain', () => {
    const certain = new Float32Array(OUTPUT_SIZE);
    certain.set([1, 0, 0], 0);
    const out = blend(certain, new Float32Array(OUTPUT_SIZE), 0, { fast: ones, encoder: ones, shift: zeros });
    expect([...out].every(Number.isFinite)).toBe(true);
    expect(out[0]).toBeGreaterThan(0.99);
  });
});

describe('fitting a blend', () => {
  it('trusts the model that is right', () => {
    const random = createRandom(5);
    const rows = 400;
    const targets: Targets = { values: new Float32Array(rows * OUTPUT_SIZE), weights: new Float32Array(rows * HEAD_COUNT), pairs: new Uint8Array(rows) };
    const samples = Array.from({ length: rows }, (_, row) => {
      const truth = Math.floor(random() * 3);
      targets.values[row * OUTPUT_SIZE + truth] = 1;
      targets.weights[row * HEAD_COUNT] = 1;
      const probabilities = even();
      const guess = Math.floor(random() * 3);
      probabilities.set([0.1, 0.1, 0.1], 0);
      probabilities[guess] = 0.8;
      const logits = new Float32Array(OUTPUT_SIZE);
      logits[random() < 0.9 ? truth : guess] = 2;
      return { row, probabilities, logits };
    });
    const fitted = fitBlend(samples, targets);
    expect(fitted.encoder[0]).toBeGreaterThan(1);
    expect(fitted.fast[0]).toBeLessThan(0.3);
    expect(new Set(fitted.encoder.slice(0, 3)).size).toBe(1);
    expect(fitted.shift.slice(0, 3)).toEqual([0, 0, 0]);
  });
});
