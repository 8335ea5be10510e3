import type { Subscriber } from 'rxjs';
import type { Timers } from '../../core/clock.ts';
import type { LogEntry } from '../../core/frame.ts';
import type { Delivery } from '../ports.ts';

interface QueueSource {
  entry(sequence: number): LogEntry<Uint8Array> | undefined;
  lastSequence(): number;
  onAcked(sequence: number): void;
  /** Asks for `feed` to be called soon. */
  pump(): void;
}

export interface QueueTimes {
  timers: Timers;
  /** How long a worker that left keeps what it held: a real queue notices a death by the missing acknowledgement alone. */
  takeBackAfterMs: number;
}

interface Worker {
  subscriber: Subscriber<Delivery>;
  inFlight: Set<number>;
  inFlightMax: number;
}

/** The competing consumers of one durable name over a MemoryLog. */
export class MemoryQueue {
  readonly #source: QueueSource;
  readonly #times: QueueTimes;
  readonly #workers = new Set<Worker>();
  /** How often each unacknowledged entry was handed out. */
  readonly #handedOut = new Map<number, number>();
  /** Entries to be handed out again, before new ones. */
  readonly #again: number[] = [];
  readonly #delayed = new Set<() => void>();
  #nextSequence = 1;

  constructor(source: QueueSource, times: QueueTimes) {
    this.#source = source;
    this.#times = times;
  }

  /** Adds a worker; the returned function takes it off, and what it has not settled goes to the others. */
  join(subscriber: Subscriber<Delivery>, inFlightMax: number): () => void {
    const worker: Worker = { subscriber, inFlight: new Set(), inFlightMax };
    this.#workers.add(worker);
    return () => {
      this.#workers.delete(worker);
      if (this.#times.takeBackAfterMs > 0) return this.#later(this.#times.takeBackAfterMs, () => this.#takeBack(worker));
      this.#takeBack(worker);
      this.#source.pump();
    };
  }

  /** Everything up to here is acknowledged. */
  get settledThrough(): number {
    let oldestHeld = this.#nextSequence;
    for (const sequence of this.#handedOut.keys()) oldestHeld = Math.min(oldestHeld, sequence);
    return oldestHeld - 1;
  }

  redeliver(): void {
    for (const worker of this.#workers) this.#takeBack(worker);
  }

  /** Hands out entries to the workers in turn, while any has room. */
  feed(): void {
    let progress = true;
    while (progress) {
      progress = false;
      for (const worker of this.#workers) {
        if (worker.subscriber.closed || worker.inFlight.size >= worker.inFlightMax) continue;
        const sequence = this.#take();
        if (sequence === undefined) return;
        progress = true;
        this.#handOut(worker, sequence);
      }
    }
  }

  #take(): number | undefined {
    for (let sequence = this.#again.shift(); sequence !== undefined; sequence = this.#again.shift()) {
      if (this.#handedOut.has(sequence)) return sequence;
    }
    while (this.#nextSequence <= this.#source.lastSequence()) {
      const sequence = this.#nextSequence;
      this.#nextSequence += 1;
      if (this.#source.entry(sequence) !== undefined) return sequence;
    }
    return undefined;
  }

  #handOut(worker: Worker, sequence: number): void {
    const entry = this.#source.entry(sequence);
    if (entry === undefined) return;
    const redeliveries = this.#handedOut.get(sequence) ?? 0;
    this.#handedOut.set(sequence, redeliveries + 1);
    worker.inFlight.add(sequence);
    worker.subscriber.next({
      entry,
      redeliveries,
      ack: () => {
        worker.inFlight.delete(sequence);
        // A worker that left has given its entries back; one whose deadline passed may still acknowledge.
        if (!this.#workers.has(worker)) return;
        if (this.#handedOut.delete(sequence)) this.#source.onAcked(sequence);
        this.#source.pump();
      },
      retry: (delayMs) => {
        if (!worker.inFlight.delete(sequence)) return;
        this.#later(delayMs, () => this.#again.push(sequence));
      },
    });
  }

  #later(delayMs: number, act: () => void): void {
    const forget = this.#times.timers.after(delayMs, () => {
      this.#delayed.delete(forget);
      act();
      this.#source.pump();
    });
    this.#delayed.add(forget);
    this.#source.pump();
  }

  #takeBack(worker: Worker): void {
    this.#again.push(...worker.inFlight);
    this.#again.sort((a, b) => a - b);
    worker.inFlight.clear();
  }

  /** Forgets delayed retries; for the end of the bus. */
  close(): void {
    for (const forget of this.#delayed) forget();
    this.#delayed.clear();
    this.#workers.clear();
  }
}
