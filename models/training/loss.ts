import { HEADS, OUTPUT_SIZE } from '../heads.ts';
import { HEAD_COUNT } from './targets.ts';
import type { Targets } from './targets.ts';

/** Added where a pair source's answer is also taken as "not neutral". */
const PAIR_FULL_SHARE = 0.2;
const HEAD_LIST = [HEADS.sentiment, HEADS.stars, HEADS.complaint, HEADS.severity, HEADS.categories, HEADS.implicit];

/** Gradient of the loss by the logits, into `d`. Answers the loss of the sentiment head, for the progress line. */
export function lossGradient(output: Float32Array, targets: Targets, row: number, d: Float32Array): number {
  d.fill(0);
  const values = row * OUTPUT_SIZE;
  let shown = 0;
  for (let head = 0; head < HEAD_COUNT; head++) {
    const weight = targets.weights[row * HEAD_COUNT + head]!;
    if (weight === 0) continue;
    const { from, size } = HEAD_LIST[head]!;
    if (head === 2 || head >= 4) {
      for (let o = from; o < from + size; o++) d[o] = weight * (1 / (1 + Math.exp(-output[o]!)) - targets.values[values + o]!);
      continue;
    }
    let max = -Infinity;
    for (let o = from; o < from + size; o++) max = Math.max(max, output[o]!);
    let sum = 0;
    for (let o = from; o < from + size; o++) sum += Math.exp(output[o]! - max);
    const isPair = head === 0 && targets.pairs[row] === 1;
    const share = isPair ? PAIR_FULL_SHARE : 1;
    for (let o = from; o < from + size; o++) {
      d[o] = weight * share * (Math.exp(output[o]! - max) / sum - targets.values[values + o]!);
    }
    if (isPair) {
      const negative = 1 / (1 + Math.exp(output[from + 2]! - output[from]!));
      const wanted = targets.values[values + from]! / (targets.values[values + from]! + targets.values[values + from + 2]! + 1e-6);
      d[from]! += weight * (negative - wanted);
      d[from + 2]! -= weight * (negative - wanted);
      shown = -Math.log(Math.max(1e-7, wanted * negative + (1 - wanted) * (1 - negative)));
    } else if (head === 0) {
      for (let o = from; o < from + size; o++) {
        shown -= targets.values[values + o]! * (output[o]! - max - Math.log(sum));
      }
    }
  }
  return shown;
}
