import { TocsinError } from '../../core/errors.ts';

/** Collects numbers, texts and typed arrays; `finish` copies each once into the result. Little-endian. */
export class ByteWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;
  readonly #text = new TextEncoder();

  /** Any finite number, as 8 bytes. */
  number(value: number): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    this.#push(bytes);
  }

  /** JSON of a plain value. */
  json(value: unknown): void {
    this.bytes(this.#text.encode(JSON.stringify(value)));
  }

  bytes(value: Uint8Array): void {
    this.number(value.length);
    this.#push(value);
  }

  words(value: Uint32Array): void {
    this.bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  }

  finish(): Uint8Array {
    const out = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  #push(part: Uint8Array): void {
    this.#parts.push(part);
    this.#length += part.length;
  }
}

/** Reads back what a ByteWriter wrote, in the same order. Throws `frame_corrupt` where bytes are missing. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    // A Buffer's slice would share memory; a plain Uint8Array's copies.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  number(): number {
    const at = this.#take(8);
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset).getFloat64(at, true);
  }

  json(): unknown {
    const length = this.number();
    const at = this.#take(length);
    return JSON.parse(new TextDecoder().decode(this.#bytes.subarray(at, at + length)));
  }

  /** A copy with a buffer of its own. */
  bytes(): Uint8Array<ArrayBuffer> {
    const length = this.number();
    const at = this.#take(length);
    return this.#bytes.slice(at, at + length) as Uint8Array<ArrayBuffer>;
  }

  /** Fills the start of `target`. */
  wordsInto(target: Uint32Array): void {
    const length = this.number();
    const at = this.#take(length);
    if (length > target.byteLength) throw new TocsinError('frame_corrupt', 'The saved state is damaged: a part is larger than its place.');
    new Uint8Array(target.buffer, target.byteOffset, length).set(this.#bytes.subarray(at, at + length));
  }

  #take(length: number): number {
    const at = this.#at;
    if (!(length >= 0) || at + length > this.#bytes.length) {
      throw new TocsinError('frame_corrupt', 'The saved state is damaged: it ends too early.');
    }
    this.#at = at + length;
    return at;
  }
}
