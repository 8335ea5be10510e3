/**
 * What a set of ids comes to, whatever their order: equal sets are equal, and a lost, doubled or changed id shows.
 * Count, exclusive or and sum of xxHash32 of each id in UTF-8; the sum as decimal text, for it may pass 2^53.
 */
export interface RangeFingerprint {
  count: number;
  idsXor: number;
  idsSum: string;
}

export function fingerprintOf(ids: Iterable<string>): RangeFingerprint {
  let count = 0;
  let xor = 0;
  let sum = 0n;
  const encoder = new TextEncoder();
  for (const id of ids) {
    const hash = xxHash32(encoder.encode(id));
    count += 1;
    xor ^= hash;
    sum += BigInt(hash);
  }
  return { count, idsXor: xor >>> 0, idsSum: String(sum) };
}

const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;
const PRIME_3 = 0xc2b2ae3d;
const PRIME_4 = 0x27d4eb2f;
const PRIME_5 = 0x165667b1;

/** xxHash32 with seed 0, an unsigned 32-bit number. Source: the algorithm's specification, xxhash.com (doc/xxhash_spec.md). */
export function xxHash32(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let hash = PRIME_5;
  if (bytes.length >= 16) {
    const lanes = [(PRIME_1 + PRIME_2) | 0, PRIME_2, 0, -PRIME_1 | 0];
    for (; at + 16 <= bytes.length; at += 16) {
      for (let lane = 0; lane < 4; lane += 1) lanes[lane] = round(lanes[lane] ?? 0, view.getUint32(at + lane * 4, true));
    }
    const [one = 0, two = 0, three = 0, four = 0] = lanes;
    hash = (rotate(one, 1) + rotate(two, 7) + rotate(three, 12) + rotate(four, 18)) | 0;
  }
  hash = (hash + bytes.length) | 0;
  for (; at + 4 <= bytes.length; at += 4) hash = Math.imul(rotate((hash + Math.imul(view.getUint32(at, true), PRIME_3)) | 0, 17), PRIME_4);
  for (; at < bytes.length; at += 1) hash = Math.imul(rotate((hash + Math.imul(view.getUint8(at), PRIME_5)) | 0, 11), PRIME_1);
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function round(lane: number, input: number): number {
  return Math.imul(rotate((lane + Math.imul(input, PRIME_2)) | 0, 13), PRIME_1);
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
