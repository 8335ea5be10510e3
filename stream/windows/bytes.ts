import { TocsinError } from '../../core/errors.ts';

/** Values that one piece of a list holds: small enough to be made into JSON between two entries of the log. */
const LIST_PIECE_VALUES = 512;
const CHUNK_BYTES = 8_192;
/** Values up to this length are copied where they are written. */
const SHORT_BYTES_MAX = 1_024;
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/** What the parts of a state write themselves to. Little-endian. */
export interface StateWriter {
  /** Any finite number, as 8 bytes. */
  number(value: number): void;
  /** JSON of a plain value. */
  json(value: unknown): void;
  bytes(value: Uint8Array): void;
  words(value: Uint32Array): void;
  /** JSON of plain values that nothing changes any more, though the list itself may be long. */
  list(values: readonly unknown[]): void;
  large(part: LargePart): void;
}

/** A part of a state that is too large to be copied in one go. */
export interface LargePart {
  pieces: number;
  /** From here on `write` gives what stood there at this moment, whatever is changed meanwhile. At most one hold at a time. */
  hold(): void;
  /** Each piece once, in order. */
  write(piece: number, out: StateWriter): void;
  /** No piece will be asked for any more. */
  letGo(): void;
}

/** Collects numbers, texts and typed arrays, the short ones in chunks; `finish` copies each of the long ones once. */
export class ByteWriter implements StateWriter {
  readonly #parts: Uint8Array[] = [];
  /** Of those in `#parts`. */
  #partBytes = 0;
  #chunk = new Uint8Array(0);
  #view = new DataView(this.#chunk.buffer);
  /** Where in the chunk what is not in `#parts` begins and ends. */
  #from = 0;
  #at = 0;

  /** Written so far, in bytes. */
  get length(): number {
    return this.#partBytes + this.#at - this.#from;
  }

  number(value: number): void {
    this.#makeRoom(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  json(value: unknown): void {
    this.bytes(ENCODER.encode(JSON.stringify(value)));
  }

  bytes(value: Uint8Array): void {
    this.number(value.length);
    this.raw(value);
  }

  /** Without its length. */
  raw(value: Uint8Array): void {
    if (value.length > SHORT_BYTES_MAX) {
      this.#endPart();
      this.#push(value);
      return;
    }
    this.#makeRoom(value.length);
    this.#chunk.set(value, this.#at);
    this.#at += value.length;
  }

  words(value: Uint32Array): void {
    this.bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  }

  list(values: readonly unknown[]): void {
    this.large(listPart(values));
  }

  large(part: LargePart): void {
    for (let piece = 0; piece < part.pieces; piece++) part.write(piece, this);
  }

  finish(): Uint8Array {
    this.#endPart();
    const out = new Uint8Array(this.#partBytes);
    let at = 0;
    for (const part of this.#parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  #makeRoom(length: number): void {
    if (this.#at + length <= this.#chunk.length) return;
    this.#endPart();
    this.#chunk = new Uint8Array(CHUNK_BYTES);
    this.#view = new DataView(this.#chunk.buffer);
    this.#from = this.#at = 0;
  }

  #endPart(): void {
    if (this.#at > this.#from) this.#push(this.#chunk.subarray(this.#from, this.#at));
    this.#from = this.#at;
  }

  #push(part: Uint8Array): void {
    this.#parts.push(part);
    this.#partBytes += part.length;
  }
}

/** The first piece says how many values there are. */
export function listPart(values: readonly unknown[]): LargePart {
  return {
    pieces: 1 + Math.ceil(values.length / LIST_PIECE_VALUES),
    hold: () => undefined,
    write(piece, out) {
      if (piece === 0) out.number(values.length);
      else out.json(values.slice((piece - 1) * LIST_PIECE_VALUES, piece * LIST_PIECE_VALUES));
    },
    letGo: () => undefined,
  };
}

/** Reads back what a StateWriter wrote, in the same order. Throws `frame_corrupt` where bytes are missing. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    // A Buffer's slice would share memory; a plain Uint8Array's copies.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  number(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  json(): unknown {
    const length = this.number();
    const at = this.#take(length);
    return JSON.parse(DECODER.decode(this.#bytes.subarray(at, at + length)));
  }

  list(): unknown[] {
    const length = this.number();
    const values: unknown[] = [];
    while (values.length < length) {
      const piece = this.json() as unknown[];
      if (piece.length === 0) throw new TocsinError('frame_corrupt', 'The saved state is damaged: a list is shorter than it says.');
      for (const value of piece) values.push(value);
    }
    return values;
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
