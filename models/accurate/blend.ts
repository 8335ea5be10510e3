import { HEADS, OUTPUT_SIZE, sigmoid, softmaxInto } from '../heads.ts';

/** How the two models' answers become one, output by output; fitted on validation rows. */
export interface Blend {
  /** Share of the n-gram model's log-probability. */
  fast: readonly number[];
  /** Share of the encoder's logit. */
  encoder: readonly number[];
  shift: readonly number[];
}

const EXCLUSIVE = [HEADS.sentiment, HEADS.stars, HEADS.severity];
const SMALLEST = 1e-5;

/** Log-probabilities of answers that exclude each other, log-odds of yes-or-no answers. */
export function logScale(probabilities: Float32Array): Float32Array {
  const out = Float32Array.from(probabilities, (p) => Math.log(Math.max(SMALLEST, p) / Math.max(SMALLEST, 1 - p)));
  for (const { from, size } of EXCLUSIVE) for (let o = from; o < from + size; o++) out[o] = Math.log(Math.max(SMALLEST, probabilities[o] ?? 0));
  return out;
}

/** Calibrated probabilities from those of the n-gram model and the encoder's logits at `logits[from …]`. */
export function blend(probabilities: Float32Array, logits: Float32Array, from: number, by: Blend): Float32Array {
  const first = logScale(probabilities);
  const out = Float32Array.from({ length: OUTPUT_SIZE }, (_, o) =>
    (by.fast[o] ?? 0) * (first[o] ?? 0) + (by.encoder[o] ?? 0) * (logits[from + o] ?? 0) + (by.shift[o] ?? 0));
  for (const { from: start, size } of EXCLUSIVE) softmaxInto(out, out, start, size);
  for (const { from: start, size } of [HEADS.complaint, HEADS.categories, HEADS.implicit]) {
    for (let o = start; o < start + size; o++) out[o] = sigmoid(out[o] ?? 0);
  }
  return out;
}
