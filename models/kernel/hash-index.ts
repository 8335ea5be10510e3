import { TocsinError } from '../../core/errors.ts';

/** Hashes that one look-up compares with at once, and the most that a bucket may hold. */
export const HASHES_TOGETHER = 8;
/** A block's buckets start at most so far behind its own start. */
const BLOCK_OFFSET_MAX = 255;
export const BLOCK_BITS = 6;
const BUCKET_BITS_MAX = 24;

/**
 * Where to look among ascending hashes: the hashes with the same upper bits are a bucket, and bucket b starts at
 * `blocks[b >> BLOCK_BITS] + buckets[b]`. So small that a core's own cache holds it, and without a branch to guess.
 */
export interface HashIndex {
  /** A hash belongs to bucket `hash >>> shift`. */
  shift: number;
  blocks: Uint32Array;
  buckets: Uint8Array;
}

/** `hashes`: ascending, without repeats. Throws `model_corrupt` where more stand close together than hashes of anything do. */
export function indexHashes(hashes: Uint32Array): HashIndex {
  let bits = BLOCK_BITS + 1;
  while (2 ** bits < hashes.length) bits++;
  for (; bits <= BUCKET_BITS_MAX; bits++) {
    const index = tryIndex(hashes, bits);
    if (index !== null) return index;
  }
  throw new TocsinError('model_corrupt', 'The vocabulary cannot be used: its hashes do not spread over their range.');
}

/** Null where a bucket or a block holds too many. */
function tryIndex(hashes: Uint32Array, bits: number): HashIndex | null {
  const shift = 32 - bits;
  const blocks = new Uint32Array(2 ** (bits - BLOCK_BITS));
  const buckets = new Uint8Array(2 ** bits);
  let at = 0;
  for (let bucket = 0; bucket < buckets.length; bucket++) {
    if (bucket % 2 ** BLOCK_BITS === 0) blocks[bucket >> BLOCK_BITS] = at;
    const offset = at - blocks[bucket >> BLOCK_BITS]!;
    if (offset > BLOCK_OFFSET_MAX) return null;
    buckets[bucket] = offset;
    const start = at;
    while (at < hashes.length && hashes[at]! >>> shift === bucket) at++;
    if (at - start > HASHES_TOGETHER) return null;
  }
  return { shift, blocks, buckets };
}
