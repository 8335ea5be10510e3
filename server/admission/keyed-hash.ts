/** 16 bytes as four little-endian words; kept secret, and the same for as long as hashes are to be compared. */
export type HashKey = readonly [number, number, number, number];

/** Reads a key from 16 bytes. Throws a RangeError for another length. */
export function toHashKey(bytes: Uint8Array): HashKey {
  if (bytes.length !== 16) throw new RangeError(`A hash key has 16 bytes, not ${bytes.length}.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  return [view.getUint32(0, true), view.getUint32(4, true), view.getUint32(8, true), view.getUint32(12, true)];
}

/**
 * A pseudonym of `text` in 16 letters a–p, so that it can never be taken for a phone or a card again:
 * SipHash-2-4 (Aumasson and Bernstein, 2012) over its UTF-8 bytes. Without the key nobody can find the text by trying
 * them all, which an unkeyed hash of a phone would allow.
 */
export function keyedHash(text: string, key: HashKey): string {
  return sipHash(new TextEncoder().encode(text), key).replace(/./gu, (digit) => LETTERS[Number.parseInt(digit, 16)] ?? '');
}

const LETTERS = 'abcdefghijklmnop';

/** SipHash-2-4 of bytes, 16 hexadecimal digits, most significant first. In half-words, because 64-bit integers are slow here. */
export function sipHash(bytes: Uint8Array, key: HashKey): string {
  // v0 … v3, low word first.
  const v = new Int32Array([
    key[0] ^ 0x70736575, key[1] ^ 0x736f6d65,
    key[2] ^ 0x6e646f6d, key[3] ^ 0x646f7261,
    key[0] ^ 0x6e657261, key[1] ^ 0x6c796765,
    key[2] ^ 0x79746573, key[3] ^ 0x74656462,
  ]);
  const padded = new Uint8Array((bytes.length + 8) & ~7);
  padded.set(bytes);
  padded[padded.length - 1] = bytes.length & 0xff;
  const view = new DataView(padded.buffer);
  for (let at = 0; at < padded.length; at += 8) {
    const low = view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    mix(v, 6, low, high);
    rounds(v, 2);
    mix(v, 0, low, high);
  }
  mix(v, 4, 0xff, 0);
  rounds(v, 4);
  return hex(read(v, 1) ^ read(v, 3) ^ read(v, 5) ^ read(v, 7)) + hex(read(v, 0) ^ read(v, 2) ^ read(v, 4) ^ read(v, 6));
}

function rounds(v: Int32Array, count: number): void {
  for (let round = 0; round < count; round += 1) {
    add(v, 0, 2); rotate(v, 2, 13); mix(v, 2, read(v, 0), read(v, 1)); rotate(v, 0, 32);
    add(v, 4, 6); rotate(v, 6, 16); mix(v, 6, read(v, 4), read(v, 5));
    add(v, 0, 6); rotate(v, 6, 21); mix(v, 6, read(v, 0), read(v, 1));
    add(v, 4, 2); rotate(v, 2, 17); mix(v, 2, read(v, 4), read(v, 5)); rotate(v, 4, 32);
  }
}

function read(v: Int32Array, at: number): number {
  return v[at] ?? 0;
}

function mix(v: Int32Array, at: number, low: number, high: number): void {
  v[at] = read(v, at) ^ low;
  v[at + 1] = read(v, at + 1) ^ high;
}

function add(v: Int32Array, to: number, from: number): void {
  const low = (read(v, to) >>> 0) + (read(v, from) >>> 0);
  v[to] = low;
  v[to + 1] = read(v, to + 1) + read(v, from + 1) + (low > 0xffffffff ? 1 : 0);
}

function rotate(v: Int32Array, at: number, bits: number): void {
  const low = read(v, at);
  const high = read(v, at + 1);
  if (bits === 32) {
    v[at] = high;
    v[at + 1] = low;
    return;
  }
  v[at] = (low << bits) | (high >>> (32 - bits));
  v[at + 1] = (high << bits) | (low >>> (32 - bits));
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
