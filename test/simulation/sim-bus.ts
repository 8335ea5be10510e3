import { Observable, map, takeUntil } from 'rxjs';
import type { LogEntry } from '../../core/frame.ts';
import { logUnavailable } from '../../stream/bus/bus-errors.ts';
import type { MemoryBus } from '../../stream/bus/memory-bus.ts';
import type { Appended, BucketName, Bus, Delivery, KeyValue, Log, LogInfo, LogName } from '../../stream/ports.ts';
import type { Faults } from './faults.ts';
import type { SimProcess } from './sim-process.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface SimBusParts {
  bus: MemoryBus;
  process: SimProcess;
  faults: Faults;
  time: VirtualTime;
  /** A worker that is not heard of for this long loses what it holds. */
  ackWaitMs: number;
  /** An entry of a work queue was acknowledged. */
  onAcked(log: LogName, sequence: number): void;
  /** Entries of a log that one reader or worker holds. */
  onHeld(log: LogName, held: number, heldMax: number): void;
}

/** The bus as one process sees it: over a network, and only while it lives. */
export class SimBus implements Pick<Bus, 'log' | 'publish' | 'keyValue'> {
  readonly #parts: SimBusParts;

  constructor(parts: SimBusParts) {
    this.#parts = parts;
  }

  log(name: LogName): Log {
    return new SimLog(name, this.#parts);
  }

  publish(subject: string, body: Uint8Array): void {
    if (this.#parts.process.isAlive) this.#parts.bus.publish(subject, body);
  }

  keyValue(name: BucketName): KeyValue {
    const { bus, process, faults } = this.#parts;
    const bucket = bus.keyValue(name);
    return {
      entries: () => process.call(() => {
        faults.onRead('raw');
        return bucket.entries();
      }),
      put: (key, value) => process.call(() => bucket.put(key, value)),
      create: (key, value) => process.call(() => bucket.create(key, value)),
      delete: (key) => process.call(() => bucket.delete(key)),
      changes: () => bucket.changes().pipe(takeUntil(process.death)),
    };
  }
}

class SimLog implements Log {
  readonly #name: LogName;
  readonly #parts: SimBusParts;
  readonly #log: Log;

  constructor(name: LogName, parts: SimBusParts) {
    this.#name = name;
    this.#parts = parts;
    this.#log = parts.bus.log(name);
  }

  append(bytes: Uint8Array, messageId: string): Promise<Appended> {
    return this.#append(() => this.#log.append(bytes, messageId));
  }

  appendAfter(lastSequence: number, bytes: Uint8Array, messageId: string): Promise<Appended | null> {
    return this.#append(() => this.#log.appendAfter(lastSequence, bytes, messageId));
  }

  #append<T>(append: () => Promise<T>): Promise<T> {
    const { process, faults } = this.#parts;
    return process.call(async () => {
      const fault = faults.onAppend();
      if (fault === 'refused') throw logUnavailable(this.#name);
      const appended = await append();
      if (fault === 'lost-ack') throw logUnavailable(this.#name);
      return appended;
    });
  }

  last(): Promise<LogEntry<Uint8Array> | null> {
    return this.#ask(() => this.#log.last());
  }

  info(): Promise<LogInfo> {
    return this.#ask(() => this.#log.info());
  }

  settledThrough(name: string): Promise<number> {
    return this.#ask(() => this.#log.settledThrough(name));
  }

  trim(upToSequence: number): Promise<void> {
    return this.#ask(() => this.#log.trim(upToSequence));
  }

  read(fromSequence: number, inFlightMax: number): Observable<Delivery> {
    return this.#whileAlive(this.#log.read(fromSequence, inFlightMax), inFlightMax, (delivery) => delivery.ack());
  }

  work(name: string, inFlightMax: number): Observable<Delivery> {
    const { faults, time, bus, ackWaitMs, onAcked } = this.#parts;
    return this.#whileAlive(this.#log.work(name, inFlightMax), inFlightMax, (delivery) => {
      if (faults.onWorkAck() === 'lost') {
        time.after(ackWaitMs, () => bus.faults.redeliver(this.#name));
        return;
      }
      onAcked(this.#name, delivery.entry.sequence);
      delivery.ack();
    });
  }

  #ask<T>(question: () => Promise<T>): Promise<T> {
    return this.#parts.process.call(() => {
      this.#parts.faults.onRead(this.#name);
      return question();
    });
  }

  #whileAlive(deliveries: Observable<Delivery>, inFlightMax: number, ack: (delivery: Delivery) => void): Observable<Delivery> {
    const { process, onHeld } = this.#parts;
    const held = new Map<number, object>();
    return deliveries.pipe(takeUntil(process.death), map((delivery) => {
      const handOut = {};
      const { sequence } = delivery.entry;
      held.set(sequence, handOut);
      onHeld(this.#name, held.size, inFlightMax);
      const settle = (act: () => void) => {
        if (!process.isAlive) return;
        if (held.get(sequence) === handOut) held.delete(sequence);
        act();
      };
      return { ...delivery, ack: () => settle(() => ack(delivery)), retry: (delayMs: number) => settle(() => delivery.retry(delayMs)) };
    }));
  }
}
