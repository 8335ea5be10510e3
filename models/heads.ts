import { CATEGORY_IDS } from '../core/category.ts';
import type { CategoryId } from '../core/category.ts';

/**
 * The model's outputs stand side by side in one vector; each head is a range of it. Outputs of sentiment, stars and
 * severity exclude each other (softmax); the others are yes-or-no answers of their own (sigmoid).
 */
export const HEADS = {
  sentiment: { from: 0, size: 3 },
  stars: { from: 3, size: 5 },
  complaint: { from: 8, size: 1 },
  severity: { from: 9, size: 4 },
  categories: { from: 13, size: 17 },
  implicit: { from: 30, size: 1 },
} as const;

export const OUTPUT_SIZE = 31;

/** The order of the category outputs, as core lists them: sixteen leaves and `other`. */
export const CATEGORY_ORDER: readonly CategoryId[] = CATEGORY_IDS;

export function softmaxInto(out: Float32Array, logits: Float32Array, from: number, size: number): void {
  let max = -Infinity;
  for (let k = 0; k < size; k++) max = Math.max(max, logits[from + k] ?? 0);
  let sum = 0;
  for (let k = 0; k < size; k++) {
    const value = Math.exp((logits[from + k] ?? 0) - max);
    out[from + k] = value;
    sum += value;
  }
  for (let k = 0; k < size; k++) out[from + k] = (out[from + k] ?? 0) / sum;
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
