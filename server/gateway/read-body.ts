import type { HttpResponse } from 'uWebSockets.js';

export interface BodyLimits {
  /** Of one body. */
  bodyBytesMax: number;
  /** Of all bodies that are being read, together. */
  bodiesBytesMax: number;
  /** From the head of a request to the end of its body. */
  bodyWithinMs: number;
}

export type BodyRefusal = 'too-large' | 'too-slow' | 'overloaded';

export interface BodyReading {
  /** `body` is gone when this returns. */
  done(body: Uint8Array): void;
  /** Nothing more is kept of the body. */
  refused(reason: BodyRefusal): void;
}

interface Pending {
  chunks: Buffer[];
  bytes: number;
  deadlineMs: number;
  settled: boolean;
  reading: BodyReading;
}

/** How often bodies are looked at for their deadline. */
const SWEEP_MS = 250;

/**
 * Reads request bodies within limits of size, of time and of memory over all of them. One timer looks after every
 * deadline: a timer for each of a few ten thousand requests a second would cost more than reading them.
 */
export class BodyReader {
  readonly #limits: BodyLimits;
  readonly #pending = new Set<Pending>();
  #bytesHeld = 0;
  #sweep: NodeJS.Timeout | undefined;

  constructor(limits: BodyLimits) {
    this.#limits = limits;
  }

  start(): void {
    this.#sweep ??= setInterval(() => this.#refuseLate(), SWEEP_MS).unref();
  }

  stop(): void {
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }

  /** Answers a function that gives the reading up, for a client that went away. */
  read(response: HttpResponse, reading: BodyReading): () => void {
    const pending: Pending = { chunks: [], bytes: 0, deadlineMs: performance.now() + this.#limits.bodyWithinMs, settled: false, reading };
    this.#pending.add(pending);
    response.onData((chunk, isLast) => {
      if (pending.settled) return;
      if (isLast && pending.chunks.length === 0 && chunk.byteLength <= this.#limits.bodyBytesMax) {
        this.#settle(pending);
        reading.done(new Uint8Array(chunk));
        return;
      }
      // The bytes are gone when this returns.
      this.#keep(pending, Buffer.from(new Uint8Array(chunk)));
      if (pending.settled || !isLast) return;
      const body = Buffer.concat(pending.chunks, pending.bytes);
      this.#settle(pending);
      reading.done(body);
    });
    return () => this.#settle(pending);
  }

  #keep(pending: Pending, chunk: Buffer): void {
    if (pending.bytes + chunk.length > this.#limits.bodyBytesMax) return this.#refuse(pending, 'too-large');
    if (this.#bytesHeld + chunk.length > this.#limits.bodiesBytesMax) return this.#refuse(pending, 'overloaded');
    if (chunk.length === 0) return;
    pending.chunks.push(chunk);
    pending.bytes += chunk.length;
    this.#bytesHeld += chunk.length;
  }

  #refuseLate(): void {
    const nowMs = performance.now();
    for (const pending of this.#pending) if (pending.deadlineMs <= nowMs) this.#refuse(pending, 'too-slow');
  }

  #refuse(pending: Pending, reason: BodyRefusal): void {
    this.#settle(pending);
    pending.reading.refused(reason);
  }

  #settle(pending: Pending): void {
    if (pending.settled) return;
    pending.settled = true;
    this.#bytesHeld -= pending.bytes;
    pending.chunks = [];
    this.#pending.delete(pending);
  }
}
