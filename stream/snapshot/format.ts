import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { TocsinError } from '../../core/errors.ts';

/**
 * A snapshot as bytes: mark, length and JSON of the header; then pieces of a few MiB, each with its length and CRC-32 before it;
 * then a length of 2^32 − 1 and the SHA-256 over the header and every length and CRC-32. So a part that is changed, missing, cut
 * off or out of its place is found. A CRC-32 of each piece costs a third of a SHA-256 of all, which the object store keeps anyway.
 */
const MARK = new TextEncoder().encode('TOCSNAP1');
const END = 0xffffffff;
const PIECE_HEAD_BYTES = 8;
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
  const whole = createHash('sha256');
  const json = new TextEncoder().encode(JSON.stringify(header));
  whole.update(json);
  yield concat([MARK, lengthOf(json.length), json]);
  for (let piece = pieces(); piece !== null; piece = pieces()) {
    if (piece.length > 0) yield concat([headOf(piece, whole), piece]);
  }
  await beforeEnd();
  yield concat([lengthOf(END), whole.digest()]);
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
    const whole = createHash('sha256').update(json);
    const header = parse(json);
    accept(header);
    const state = new Uint8Array(bytes);
    let length = 0;
    for (let next = await source.takeLength(); next !== END; next = await source.takeLength()) {
      if (length + next > bytes) throw damaged('a part is longer than the whole');
      const crc = await source.takeLength();
      const piece = state.subarray(length, length + next);
      await source.takeInto(piece);
      length += next;
      if (new DataView(headOf(piece, whole).buffer).getUint32(4, true) !== crc) throw damaged('its checksum is another one');
    }
    if (Buffer.compare(await source.take(DIGEST_BYTES), whole.digest()) !== 0) throw damaged('its checksum is another one');
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

function parse(json: Uint8Array): SnapshotHeader {
  try {
    return JSON.parse(new TextDecoder().decode(json)) as SnapshotHeader;
  } catch {
    throw damaged('its header cannot be read');
  }
}

/** Length and CRC-32 of a piece; both go into the checksum of the whole. */
function headOf(piece: Uint8Array, whole: Hash): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(PIECE_HEAD_BYTES);
  const view = new DataView(head.buffer);
  view.setUint32(0, piece.length, true);
  view.setUint32(4, crc32(piece), true);
  whole.update(head);
  return head;
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
