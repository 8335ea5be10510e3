import { webcrypto } from 'node:crypto';
import { TocsinError } from '../../core/errors.ts';

/**
 * A snapshot as bytes: mark, length and JSON of the header, its SHA-256; then pieces, each with its length and SHA-256; then a
 * length of 2^32 − 1 and the SHA-256 over all of the SHA-256s before. So a part that is changed, missing, cut off or out of its
 * place is found, piece by piece, and the hashing is done beside the event loop while the next piece is on its way.
 */
const MARK = new TextEncoder().encode('TOCSNAP1');
const END = 0xffffffff;
const DIGEST_BYTES = 32;
const HEADER_BYTES_MAX = 1024 ** 2;

export interface SnapshotHeader {
  /** Of the state's bytes. */
  stateFormat: number;
  /** Which log the sequence counts in. */
  logIdentity: string;
  /** Of the last entry counted in. */
  sequence: number;
  /** Stream time when it was taken, milliseconds since the epoch. */
  madeAtMs: number;
  /** Stream time and sequence of earlier snapshots, about one an hour, oldest first: where the log may be trimmed. */
  marks: [timeMs: number, sequence: number][];
}

/** The chunks of a snapshot. `beforeEnd` is awaited before the last one, without which the rest is worth nothing. */
export async function* encodeSnapshot(header: SnapshotHeader, pieces: () => Uint8Array | null, beforeEnd: () => Promise<void>): AsyncIterable<Uint8Array> {
  const digests: Uint8Array[] = [];
  const json = new TextEncoder().encode(JSON.stringify(header));
  yield concat([MARK, lengthOf(json.length), json, await digest(json, digests)]);
  for (let piece = pieces(); piece !== null; piece = pieces()) {
    if (piece.length > 0) yield concat([lengthOf(piece.length), await digest(piece, digests), piece]);
  }
  await beforeEnd();
  yield concat([lengthOf(END), await digest(concat(digests), [])]);
}

export interface DecodedSnapshot {
  header: SnapshotHeader;
  state: Uint8Array;
}

/**
 * Reads a snapshot back. `accept` sees the header first and may throw to have the rest left unread. `bytes`: at least the length of the whole.
 * Throws `frame_corrupt` for bytes that are not what was written.
 */
export async function decodeSnapshot(chunks: AsyncIterable<Uint8Array>, bytes: number, accept: (header: SnapshotHeader) => void): Promise<DecodedSnapshot> {
  const source = new ChunkSource(chunks);
  try {
    if (Buffer.compare(await source.take(MARK.length), MARK) !== 0) throw damaged('it does not begin like one');
    const headerBytes = await source.takeLength();
    if (headerBytes > HEADER_BYTES_MAX) throw damaged('its header is too long');
    const json = await source.take(headerBytes);
    const digests: Uint8Array[] = [];
    await check(json, await source.take(DIGEST_BYTES), digests);
    const header = JSON.parse(new TextDecoder().decode(json)) as SnapshotHeader;
    accept(header);
    const state = new Uint8Array(bytes);
    const checks: Promise<void>[] = [];
    let length = 0;
    for (let next = await source.takeLength(); next !== END; next = await source.takeLength()) {
      if (length + next > bytes) throw damaged('a part is longer than the whole');
      const wanted = await source.take(DIGEST_BYTES);
      const piece = state.subarray(length, length + next);
      await source.takeInto(piece);
      length += next;
      const checked = check(piece, wanted, digests);
      // Awaited below; until then a mismatch must not count as unhandled.
      checked.catch(() => undefined);
      checks.push(checked);
    }
    await Promise.all(checks);
    await check(concat(digests), await source.take(DIGEST_BYTES), []);
    return { header, state: state.subarray(0, length) };
  } finally {
    await source.close();
  }
}

class ChunkSource {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#iterator = chunks[Symbol.asyncIterator]();
  }

  async take(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const out = new Uint8Array(length);
    await this.takeInto(out);
    return out;
  }

  async takeLength(): Promise<number> {
    const bytes = await this.take(4);
    return new DataView(bytes.buffer).getUint32(0, true);
  }

  async takeInto(out: Uint8Array): Promise<void> {
    for (let filled = 0; filled < out.length; ) {
      if (this.#at === this.#chunk.length) {
        const { done, value } = await this.#iterator.next();
        if (done === true) throw damaged('it ends too early');
        this.#chunk = value;
        this.#at = 0;
      }
      const part = this.#chunk.subarray(this.#at, this.#at + out.length - filled);
      out.set(part, filled);
      filled += part.length;
      this.#at += part.length;
    }
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}

async function digest(bytes: Uint8Array, into: Uint8Array[]): Promise<Uint8Array> {
  const place = into.push(new Uint8Array(0)) - 1;
  const hash = new Uint8Array(await webcrypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  into[place] = hash;
  return hash;
}

async function check(bytes: Uint8Array, wanted: Uint8Array, into: Uint8Array[]): Promise<void> {
  if (Buffer.compare(await digest(bytes, into), wanted) !== 0) throw damaged('its checksum is another one');
}

function lengthOf(length: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, length, true);
  return bytes;
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function damaged(why: string): TocsinError {
  return new TocsinError('frame_corrupt', `The snapshot is damaged: ${why}.`);
}
