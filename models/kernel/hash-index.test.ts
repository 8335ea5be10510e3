import { describe, expect, it } from 'vitest';
import { createRandom } from '../training/random.ts';
import { BLOCK_BITS, HASHES_TOGETHER, indexHashes } from './hash-index.ts';

function spreadHashes(count: number): Uint32Array {
  const random = createRandom(3);
  return Uint32Array.from(new Set(Array.from({ length: count }, () => Math.floor(random() * 2 ** 32)))).sort();
}

describe('the index of hashes', () => {
  it.each([1, 7, 1_000, 100_000])('says of each of %i hashes where to look for it', (count) => {
    const hashes = spreadHashes(count);
    const { shift, blocks, buckets } = indexHashes(hashes);
    const missed = [...hashes].filter((hash, at) => {
      const bucket = hash >>> shift;
      const start = blocks[bucket >> BLOCK_BITS]! + buckets[bucket]!;
      return at < start || at >= start + HASHES_TOGETHER;
    });
    expect(missed).toEqual([]);
  });

  it('refuses hashes that stand too close together', () => {
    expect(() => indexHashes(Uint32Array.from({ length: 40 }, (_, at) => at))).toThrow('do not spread');
  });
});
