import { ByteWriter, listPart } from './bytes.ts';
import type { LargePart, StateWriter } from './bytes.ts';

/** Small pieces are handed out together until there is as much of them: each that is handed out costs a checksum and a chunk of its own. */
export const GATHERED_BYTES = 65_536;

/**
 * Takes what is written to it for later: small values at once, large parts when their pieces are asked for. The pieces
 * together are what a ByteWriter gives.
 */
export class CapturingWriter implements StateWriter {
  readonly #queue: (Uint8Array | { part: LargePart; done: number })[] = [];
  readonly #held = new Set<LargePart>();
  readonly #gatheredBytes: number;
  #small = new ByteWriter();

  /** @param gatheredBytes 1 for each piece by itself */
  constructor(gatheredBytes = GATHERED_BYTES) {
    this.#gatheredBytes = gatheredBytes;
  }

  number(value: number): void {
    this.#small.number(value);
  }

  json(value: unknown): void {
    this.#small.json(value);
  }

  bytes(value: Uint8Array): void {
    this.#small.bytes(value);
  }

  words(value: Uint32Array): void {
    this.#small.words(value);
  }

  list(values: readonly unknown[]): void {
    this.large(listPart(values));
  }

  large(part: LargePart): void {
    if (part.pieces === 0) return;
    this.seal();
    part.hold();
    this.#held.add(part);
    this.#queue.push({ part, done: 0 });
  }

  /** Null after the last piece; what was written after the last `seal` is not among them. */
  next(): Uint8Array | null {
    if (this.#queue.length === 0) return null;
    const out = new ByteWriter();
    while (this.#queue.length > 0 && out.length < this.#gatheredBytes) this.#writeFirst(out);
    return out.finish();
  }

  release(): void {
    for (const part of this.#held) this.#letGo(part);
    this.#queue.length = 0;
    this.#small = new ByteWriter();
  }

  /** Copies the small values, so that nothing that happens later reaches them. Call it when everything has been written. */
  seal(): void {
    const bytes = this.#small.finish();
    if (bytes.length === 0) return;
    this.#queue.push(bytes);
    this.#small = new ByteWriter();
  }

  #writeFirst(out: ByteWriter): void {
    const first = this.#queue[0]!;
    if (first instanceof Uint8Array) {
      this.#queue.shift();
      out.raw(first);
      return;
    }
    first.part.write(first.done, out);
    first.done += 1;
    if (first.done < first.part.pieces) return;
    this.#queue.shift();
    this.#letGo(first.part);
  }

  #letGo(part: LargePart): void {
    this.#held.delete(part);
    part.letGo();
  }
}
