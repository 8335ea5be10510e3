import { Observable } from 'rxjs';
import type { Subscriber } from 'rxjs';
import type { Clock } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { LogEntry } from '../../core/frame.ts';
import type { Appended, Delivery, Log, LogInfo, LogName } from '../ports.ts';
import { LOGS } from '../subjects.ts';
import { logFull, logUnavailable, workQueueOnly } from './bus-errors.ts';
import { MemoryQueue } from './memory-queue.ts';
import type { QueueTimes } from './memory-queue.ts';

interface Reader {
  subscriber: Subscriber<Delivery>;
  nextSequence: number;
  inFlight: number;
  inFlightMax: number;
}

/** One log of the in-memory bus. Entries are handed out in microtasks, in the order of their sequence. */
export class MemoryLog implements Log {
  readonly #name: LogName;
  readonly #clock: Clock;
  readonly #bytesMax: number;
  readonly #isUp: () => boolean;
  readonly #times: QueueTimes;
  readonly #duplicateWindowMs: number;
  readonly #entries = new Map<number, LogEntry<Uint8Array>>();
  readonly #sequencesById = new Map<string, { sequence: number; atMs: number }>();
  readonly #readers = new Set<Reader>();
  readonly #queues = new Map<string, MemoryQueue>();
  #lastSequence = 0;
  #bytes = 0;
  #rejectAppends: TocsinError[] = [];
  #acksToLose = 0;
  #pumpIsDue = false;

  constructor(options: { name: LogName; clock: Clock; bytesMax: number; isUp: () => boolean; times: QueueTimes; duplicateWindowMs: number }) {
    this.#name = options.name;
    this.#clock = options.clock;
    this.#bytesMax = options.bytesMax;
    this.#isUp = options.isUp;
    this.#times = options.times;
    this.#duplicateWindowMs = options.duplicateWindowMs;
  }

  append(bytes: Uint8Array, messageId: string): Promise<Appended> {
    return this.#answer(() => this.#store(bytes, messageId));
  }

  appendAfter(lastSequence: number, bytes: Uint8Array, messageId: string): Promise<Appended | null> {
    return this.#answer(() => (lastSequence === this.#lastSequence ? this.#store(bytes, messageId) : null));
  }

  /** With the faults that are due. */
  async #answer<T>(act: () => T): Promise<T> {
    if (!this.#isUp()) throw logUnavailable(this.#name);
    const rejection = this.#rejectAppends.shift();
    if (rejection !== undefined) throw rejection;
    const answer = act();
    if (this.#acksToLose > 0) {
      this.#acksToLose -= 1;
      throw logUnavailable(this.#name);
    }
    return answer;
  }

  read(fromSequence: number, inFlightMax: number): Observable<Delivery> {
    if (LOGS[this.#name].retention === 'until-acknowledged') throw workQueueOnly(this.#name);
    return new Observable((subscriber) => {
      const reader = { subscriber, nextSequence: Math.max(1, fromSequence), inFlight: 0, inFlightMax };
      this.#readers.add(reader);
      this.pump();
      return () => this.#readers.delete(reader);
    });
  }

  async last(): Promise<LogEntry<Uint8Array> | null> {
    if (!this.#isUp()) throw logUnavailable(this.#name);
    return this.#entries.get(this.#lastSequence) ?? [...this.#entries.values()].at(-1) ?? null;
  }

  async info(): Promise<LogInfo> {
    if (!this.#isUp()) throw logUnavailable(this.#name);
    const [oldest] = this.#entries.values();
    return { identity: `memory-${this.#name}`, entries: this.#entries.size, bytes: this.#bytes, oldestAtMs: oldest?.timeMs ?? null, lastSequence: this.#lastSequence, firstSequence: oldest?.sequence ?? this.#lastSequence + 1 };
  }

  async trim(upToSequence: number): Promise<void> {
    if (!this.#isUp()) throw logUnavailable(this.#name);
    this.purge(upToSequence + 1);
  }

  work(name: string, inFlightMax: number): Observable<Delivery> {
    return new Observable((subscriber) => {
      const queue = this.#queueNamed(name);
      const leave = queue.join(subscriber, inFlightMax);
      this.pump();
      return leave;
    });
  }

  async settledThrough(name: string): Promise<number> {
    if (!this.#isUp()) throw logUnavailable(this.#name);
    return this.#queues.get(name)?.settledThrough ?? 0;
  }

  rejectAppends(count: number, error: TocsinError = logUnavailable(this.#name)): void {
    this.#rejectAppends.push(...Array.from({ length: count }, () => error));
  }

  loseAppendAcks(count: number): void {
    this.#acksToLose += count;
  }

  /** Hands out again whatever is handed out and not settled, as after an acknowledgement deadline. */
  redeliver(): void {
    for (const queue of this.#queues.values()) queue.redeliver();
    this.pump();
  }

  /** Removes the oldest entries, so that a reader meets a gap. */
  purge(beforeSequence: number): void {
    for (const sequence of this.#entries.keys()) {
      if (sequence < beforeSequence) this.#remove(sequence);
    }
  }

  /** Hands out what there is, once the running code is done. */
  pump(): void {
    if (this.#pumpIsDue) return;
    this.#pumpIsDue = true;
    queueMicrotask(() => {
      this.#pumpIsDue = false;
      if (!this.#isUp()) return;
      for (const reader of this.#readers) this.#feed(reader);
      for (const queue of this.#queues.values()) queue.feed();
    });
  }

  /** Stops delayed retries, which would keep a process alive. */
  close(): void {
    for (const queue of this.#queues.values()) queue.close();
  }

  #store(bytes: Uint8Array, messageId: string): Appended {
    const nowMs = this.#clock.nowMs();
    const known = this.#sequencesById.get(messageId);
    if (known !== undefined && nowMs - known.atMs < this.#duplicateWindowMs) {
      return { sequence: known.sequence, duplicate: true };
    }
    if (this.#bytes + bytes.length > this.#bytesMax) throw logFull(this.#name);
    this.#lastSequence += 1;
    const sequence = this.#lastSequence;
    this.#entries.set(sequence, { sequence, timeMs: nowMs, value: bytes.slice() });
    this.#sequencesById.set(messageId, { sequence, atMs: nowMs });
    this.#bytes += bytes.length;
    this.pump();
    return { sequence, duplicate: false };
  }

  #remove(sequence: number): void {
    const entry = this.#entries.get(sequence);
    if (entry === undefined) return;
    this.#bytes -= entry.value.length;
    this.#entries.delete(sequence);
  }

  #feed(reader: Reader): void {
    while (!reader.subscriber.closed && reader.inFlight < reader.inFlightMax && reader.nextSequence <= this.#lastSequence) {
      const entry = this.#entries.get(reader.nextSequence);
      reader.nextSequence += 1;
      if (entry === undefined) continue;
      reader.inFlight += 1;
      let settled = false;
      const settle = (): void => {
        if (settled) return;
        settled = true;
        reader.inFlight -= 1;
        this.pump();
      };
      reader.subscriber.next({ entry, redeliveries: 0, ack: settle, retry: settle });
    }
  }

  #queueNamed(name: string): MemoryQueue {
    const existing = this.#queues.get(name);
    if (existing !== undefined) return existing;
    if (LOGS[this.#name].retention === 'until-acknowledged' && this.#queues.size > 0) {
      throw new TocsinError('conflict', `The ${this.#name} log has another work queue already.`);
    }
    const queue = new MemoryQueue({
      entry: (sequence) => this.#entries.get(sequence),
      lastSequence: () => this.#lastSequence,
      onAcked: (sequence) => {
        if (LOGS[this.#name].retention === 'until-acknowledged') this.#remove(sequence);
      },
      pump: () => this.pump(),
    }, this.#times);
    this.#queues.set(name, queue);
    return queue;
  }
}
