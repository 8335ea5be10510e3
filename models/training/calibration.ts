import { HEADS, OUTPUT_SIZE, sigmoid } from '../heads.ts';
import { HEAD_COUNT } from './targets.ts';
import type { Targets } from './targets.ts';

const NEWTON_STEPS = 60;
const SCALE_MIN = 0.2;
const SCALE_MAX = 3;
/** A yes-or-no output with fewer examples of either answer keeps its logit. */
const EXAMPLES_MIN = 20;

interface Sample {
  logits: Float32Array;
  row: number;
}

/** Scale and shift of one yes-or-no output (Platt's method, Newton steps on the log loss). */
function fitSigmoid(samples: readonly { logit: number; answer: number }[]): { scale: number; shift: number } {
  const yes = samples.reduce((sum, each) => sum + each.answer, 0);
  if (yes < EXAMPLES_MIN || samples.length - yes < EXAMPLES_MIN) return { scale: 1, shift: 0 };
  let scale = 1;
  let shift = 0;
  for (let step = 0; step < NEWTON_STEPS; step++) {
    let g0 = 0;
    let g1 = 0;
    let h00 = 1e-6;
    let h01 = 0;
    let h11 = 1e-6;
    for (const { logit, answer } of samples) {
      const p = sigmoid(scale * logit + shift);
      const w = p * (1 - p);
      g0 += (p - answer) * logit;
      g1 += p - answer;
      h00 += w * logit * logit;
      h01 += w * logit;
      h11 += w;
    }
    const determinant = h00 * h11 - h01 * h01;
    if (Math.abs(determinant) < 1e-9) break;
    scale -= 0.5 * ((h11 * g0 - h01 * g1) / determinant);
    shift -= 0.5 * ((h00 * g1 - h01 * g0) / determinant);
    scale = Math.min(SCALE_MAX, Math.max(SCALE_MIN, scale));
  }
  return { scale, shift };
}

/** Temperature of a softmax head: golden-section search on the log loss of the validation rows. */
function fitTemperature(samples: readonly Sample[], targets: Targets, head: { from: number; size: number }, headAt: number): number {
  const loss = (scale: number): number => {
    let sum = 0;
    for (const { logits, row } of samples) {
      const weight = targets.weights[row * HEAD_COUNT + headAt] ?? 0;
      const isPair = headAt === 0 && targets.pairs[row] === 1;
      const members = isPair ? [head.from, head.from + 2] : Array.from({ length: head.size }, (_, k) => head.from + k);
      const max = Math.max(...members.map((o) => logits[o] ?? 0));
      let total = 0;
      for (const o of members) total += Math.exp(((logits[o] ?? 0) - max) * scale);
      for (const o of members) {
        const wanted = targets.values[row * OUTPUT_SIZE + o] ?? 0;
        if (wanted > 0) sum -= weight * wanted * (((logits[o] ?? 0) - max) * scale - Math.log(total));
      }
    }
    return sum;
  };
  let low = SCALE_MIN;
  let high = SCALE_MAX;
  const golden = (Math.sqrt(5) - 1) / 2;
  for (let step = 0; step < 30; step++) {
    const left = high - golden * (high - low);
    const right = low + golden * (high - low);
    if (loss(left) < loss(right)) high = right;
    else low = left;
  }
  return (low + high) / 2;
}

/** Fits each head's calibration on rows that were not trained on. `predict` answers the raw logits of a row. */
export function fitCalibration(rows: readonly number[], predict: (row: number) => Float32Array, targets: Targets): { scale: number[]; shift: number[] } {
  const samples: Sample[] = rows.map((row) => ({ row, logits: Float32Array.from(predict(row)) }));
  const scale = new Array<number>(OUTPUT_SIZE).fill(1);
  const shift = new Array<number>(OUTPUT_SIZE).fill(0);
  const known = (headAt: number): Sample[] => samples.filter(({ row }) => (targets.weights[row * HEAD_COUNT + headAt] ?? 0) > 0);
  const heads = Object.values(HEADS);
  heads.forEach((head, headAt) => {
    const usable = known(headAt);
    if (headAt === 0 || headAt === 1 || headAt === 3) {
      const temperature = usable.length === 0 ? 1 : fitTemperature(usable, targets, head, headAt);
      for (let o = head.from; o < head.from + head.size; o++) scale[o] = temperature;
      return;
    }
    for (let o = head.from; o < head.from + head.size; o++) {
      const fit = fitSigmoid(usable.map(({ logits, row }) => ({ logit: logits[o] ?? 0, answer: targets.values[row * OUTPUT_SIZE + o] ?? 0 })));
      scale[o] = fit.scale;
      shift[o] = fit.shift;
    }
  });
  return { scale, shift };
}
