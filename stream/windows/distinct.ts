import { mix32 } from './hash.ts';

/**
 * Counts distinct 32-bit numbers: exactly while at most `exactMax` of them are seen; beyond that by adaptive sampling
 * (Wegman; analysed by Flajolet, "On adaptive sampling", 1990): only hashes with k leading zero bits are kept, k grows when
 * the set is full, and the estimate is what is kept times 2^k, with a standard error near 1.2 / √exactMax.
 */
export class DistinctCounter {
  readonly #kept = new Set<number>();
  readonly #exactMax: number;
  #shift = 32;

  constructor(exactMax: number) {
    this.#exactMax = exactMax;
  }

  add(value: number): void {
    const hash = mix32(value);
    if (this.#shift < 32 && hash >>> this.#shift !== 0) return;
    this.#kept.add(hash);
    while (this.#kept.size > this.#exactMax) {
      this.#shift--;
      for (const kept of this.#kept) if (kept >>> this.#shift !== 0) this.#kept.delete(kept);
    }
  }

  get exact(): boolean {
    return this.#shift === 32;
  }

  count(): number {
    return this.#kept.size * 2 ** (32 - this.#shift);
  }
}
