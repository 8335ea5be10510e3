import { HEADS, OUTPUT_SIZE } from '../heads.ts';
import { lossGradient } from '../training/loss.ts';
import type { Targets } from '../training/targets.ts';
import { logScale } from './blend.ts';
import type { Blend } from './blend.ts';

/** One row that nothing was trained on: what the n-gram model says, and the encoder's logits. */
export interface BlendSample {
  row: number;
  probabilities: Float32Array;
  logits: Float32Array;
}

const STEPS = 400;
const RATE = 0.02;
const EXCLUSIVE = new Set<number>([HEADS.sentiment, HEADS.stars, HEADS.severity].flatMap(({ from, size }) => Array.from({ length: size }, (_, k) => from + k)));

/** The head that an output belongs to, by its first output; yes-or-no outputs stand alone. */
function groupOf(output: number): number {
  if (!EXCLUSIVE.has(output)) return output;
  return Object.values(HEADS).find(({ from, size }) => output >= from && output < from + size)?.from ?? output;
}

/**
 * Shares of the two models and shifts that give the least loss on `samples`, by gradient descent (Adam) on all of them at
 * once. Outputs of one softmax head have the same shares; the shift of each output is its own, save that of the sentiment,
 * which stays nought so that no source's own mix of answers moves the decision.
 */
export function fitBlend(samples: readonly BlendSample[], targets: Targets): Blend {
  const first = samples.map(({ probabilities }) => logScale(probabilities));
  const parameters = { fast: new Float64Array(OUTPUT_SIZE).fill(0.5), encoder: new Float64Array(OUTPUT_SIZE).fill(0.5), shift: new Float64Array(OUTPUT_SIZE) };
  const names = ['fast', 'encoder', 'shift'] as const;
  const moments = Object.fromEntries(names.map((name) => [name, { m: new Float64Array(OUTPUT_SIZE), v: new Float64Array(OUTPUT_SIZE) }])) as Record<typeof names[number], { m: Float64Array; v: Float64Array }>;
  const z = new Float32Array(OUTPUT_SIZE);
  const d = new Float32Array(OUTPUT_SIZE);
  for (let step = 1; step <= STEPS; step++) {
    const gradient = { fast: new Float64Array(OUTPUT_SIZE), encoder: new Float64Array(OUTPUT_SIZE), shift: new Float64Array(OUTPUT_SIZE) };
    samples.forEach(({ row, logits }, at) => {
      const a = first[at]!;
      for (let o = 0; o < OUTPUT_SIZE; o++) z[o] = parameters.fast[o]! * a[o]! + parameters.encoder[o]! * logits[o]! + parameters.shift[o]!;
      lossGradient(z, targets, row, d);
      for (let o = 0; o < OUTPUT_SIZE; o++) {
        const group = groupOf(o);
        gradient.fast[group]! += d[o]! * a[o]!;
        gradient.encoder[group]! += d[o]! * logits[o]!;
        if (o >= HEADS.sentiment.from + HEADS.sentiment.size) gradient.shift[o]! += d[o]!;
      }
    });
    for (const name of names) {
      const { m, v } = moments[name];
      for (let o = 0; o < OUTPUT_SIZE; o++) {
        const g = gradient[name][o]! / Math.max(1, samples.length);
        m[o] = 0.9 * m[o]! + 0.1 * g;
        v[o] = 0.999 * v[o]! + 0.001 * g * g;
        parameters[name][o]! -= (RATE * (m[o]! / (1 - 0.9 ** step))) / (Math.sqrt(v[o]! / (1 - 0.999 ** step)) + 1e-8);
      }
      // A model that knows nothing of an answer may be left out, not turned around.
      if (name !== 'shift') for (let o = 0; o < OUTPUT_SIZE; o++) parameters[name][o] = Math.max(0, parameters[name][groupOf(o)]!);
    }
  }
  const rounded = (values: Float64Array): number[] => Array.from(values, (value) => Math.round(value * 1e4) / 1e4);
  return { fast: rounded(parameters.fast), encoder: rounded(parameters.encoder), shift: rounded(parameters.shift) };
}
