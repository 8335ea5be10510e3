import { Observable } from 'rxjs';
import type { Subscriber } from 'rxjs';
import type { LogEntry } from '../../../core/frame.ts';
import type { Delivery, WorkQueue } from '../../../stream/ports.ts';

/** A real queue notices a dead worker after this long, and hands out new entries before those that it held. */
const ACK_WAIT_MS = 10_000;

interface Held {
  entry: LogEntry<Uint8Array>;
  handedOut: number;
  /** When it is handed out next; null while a living worker holds it. */
  dueAtMs: number | null;
}

/**
 * A work queue with the time behaviour of JetStream, which the in-memory bus has not: what a killed worker held comes
 * back only after the acknowledgement wait, so a later event may be handed out before an earlier one.
 */
export class AckWaitQueue implements WorkQueue {
  readonly #entries = new Map<number, Held>();
  #worker: { subscriber: Subscriber<Delivery>; inFlightMax: number; held: Set<number> } | undefined;
  #lastSequence = 0;
  handedOutMost = 0;

  append(value: Uint8Array): void {
    this.#lastSequence += 1;
    this.#entries.set(this.#lastSequence, { entry: { sequence: this.#lastSequence, timeMs: Date.now(), value }, handedOut: 0, dueAtMs: Date.now() });
    this.#soon(0);
  }

  /** Entries that nobody has acknowledged. */
  get left(): number {
    return this.#entries.size;
  }

  work(_name: string, inFlightMax: number): Observable<Delivery> {
    return new Observable((subscriber) => {
      const worker = { subscriber, inFlightMax, held: new Set<number>() };
      this.#worker = worker;
      this.#soon(0);
      return () => {
        if (this.#worker === worker) this.#worker = undefined;
        for (const sequence of worker.held) this.#due(sequence, ACK_WAIT_MS);
      };
    });
  }

  #due(sequence: number, delayMs: number): void {
    const held = this.#entries.get(sequence);
    if (held === undefined) return;
    held.dueAtMs = Date.now() + delayMs;
    this.#soon(delayMs);
  }

  #soon(delayMs: number): void {
    setTimeout(() => this.#handOut(), delayMs);
  }

  #handOut(): void {
    const worker = this.#worker;
    if (worker === undefined) return;
    for (const [sequence, held] of this.#entries) {
      if (worker.held.size >= worker.inFlightMax) return;
      if (held.dueAtMs === null || held.dueAtMs > Date.now()) continue;
      held.dueAtMs = null;
      held.handedOut += 1;
      worker.held.add(sequence);
      this.handedOutMost = Math.max(this.handedOutMost, worker.held.size);
      const settle = (act: () => void): void => {
        if (worker !== this.#worker || !worker.held.delete(sequence)) return;
        act();
        this.#soon(0);
      };
      worker.subscriber.next({
        entry: held.entry,
        redeliveries: held.handedOut - 1,
        ack: () => settle(() => this.#entries.delete(sequence)),
        retry: (delayMs) => settle(() => this.#due(sequence, delayMs)),
      });
    }
  }
}
