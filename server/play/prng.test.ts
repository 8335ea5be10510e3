import { describe, expect, it } from 'vitest';
import { Prng } from './prng.ts';
import { Weighted } from './weighted.ts';

describe('Prng', () => {
  it('gives the same numbers for the same seed and others for another', () => {
    const draws = (seed: number): number[] => {
      const prng = new Prng(seed);
      return Array.from({ length: 20 }, () => prng.uint32());
    };
    expect(draws(7)).toEqual(draws(7));
    expect(draws(7)).not.toEqual(draws(8));
  });

  it('is the published xoshiro128**: the first outputs follow from the state by its definition', () => {
    // The definition again in exact integers, from the four words that splitmix32 gives for the seed.
    const mask = 0xffff_ffffn;
    let mixer = 42n;
    const splitmix32 = (): bigint => {
      mixer = (mixer + 0x9e3779b9n) & mask;
      let mixed = mixer ^ (mixer >> 16n);
      mixed = (mixed * 0x21f0aaadn) & mask;
      mixed ^= mixed >> 15n;
      mixed = (mixed * 0x735a2d97n) & mask;
      return mixed ^ (mixed >> 15n);
    };
    const words = [splitmix32(), splitmix32(), splitmix32(), splitmix32() | 1n] as [bigint, bigint, bigint, bigint];
    const rotate = (value: bigint, bits: bigint): bigint => ((value << bits) | (value >> (32n - bits))) & mask;
    const reference = (): number => {
      const result = (rotate((words[1] * 5n) & mask, 7n) * 9n) & mask;
      const shifted = (words[1] << 9n) & mask;
      words[2] ^= words[0];
      words[3] ^= words[1];
      words[1] ^= words[2];
      words[0] ^= words[3];
      words[2] ^= shifted;
      words[3] = rotate(words[3], 11n);
      return Number(result);
    };
    const prng = new Prng(42);
    for (let draw = 0; draw < 1_000; draw += 1) expect(prng.uint32()).toBe(reference());
  });

  it('fills ranges evenly, both ends included', () => {
    const prng = new Prng(1);
    const seen = new Map<number, number>();
    for (let draw = 0; draw < 60_000; draw += 1) {
      const value = prng.between(3, 8);
      seen.set(value, (seen.get(value) ?? 0) + 1);
    }
    expect([...seen.keys()].sort()).toEqual([3, 4, 5, 6, 7, 8]);
    for (const count of seen.values()) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});

describe('Weighted', () => {
  it('draws in proportion to the weights and never a value of weight zero', () => {
    const prng = new Prng(3);
    const weighted = new Weighted([['often', 9], ['never', 0], ['seldom', 1]]);
    const seen: Record<string, number> = {};
    for (let draw = 0; draw < 50_000; draw += 1) {
      const value = weighted.draw(prng);
      seen[value] = (seen[value] ?? 0) + 1;
    }
    expect(seen['never']).toBeUndefined();
    expect((seen['often'] ?? 0) / 50_000).toBeCloseTo(0.9, 2);
  });

  it('refuses weights that sum to zero', () => {
    expect(() => new Weighted([['a', 0]])).toThrow(RangeError);
  });
});
