import type { Prng } from './prng.ts';

/** Draws values in proportion to their weights. Meant for tens of values: a draw walks the running sums. */
export class Weighted<T> {
  private readonly values: readonly T[];
  private readonly sums: Float64Array;

  /** @param weights zero or more each, with a sum above zero */
  constructor(weights: readonly (readonly [T, number])[]) {
    this.values = weights.map(([value]) => value);
    this.sums = new Float64Array(weights.length);
    let sum = 0;
    for (const [index, [, weight]] of weights.entries()) {
      sum += weight;
      this.sums[index] = sum;
    }
    if (!(sum > 0)) throw new RangeError('a weighted draw needs a weight above zero');
  }

  draw(prng: Prng): T {
    const sums = this.sums;
    const point = prng.unit() * (sums[sums.length - 1] as number);
    let index = 0;
    while ((sums[index] as number) <= point) index += 1;
    return this.values[index] as T;
  }
}
