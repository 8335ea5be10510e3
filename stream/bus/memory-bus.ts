import { BehaviorSubject, Observable, Subject } from 'rxjs';
import type { Clock, Timers } from '../../core/clock.ts';
import type { TocsinError } from '../../core/errors.ts';
import { BUCKET_NAMES, LOG_NAMES, SNAPSHOT_OWNERS } from '../ports.ts';
import type { BucketName, Bus, BusState, KeyValue, Log, LogName, SnapshotOwner, SnapshotStore } from '../ports.ts';
import { systemTimers } from '../system-timers.ts';
import { busUnavailable, fromTravel, nobodyAnswers, toTravel } from './bus-errors.ts';
import { MemoryKeyValue } from './memory-key-value.ts';
import { MemoryLog } from './memory-log.ts';
import { MemorySnapshots } from './memory-snapshots.ts';
import type { SnapshotFaults } from './memory-snapshots.ts';
import { subjectMatches } from './subject-match.ts';

const DEFAULT_BYTES_MAX = 1024 ** 3;
const DUPLICATE_WINDOW_MS = 120_000;

export interface MemoryBusOptions {
  /** Gives the logs their time. */
  clock: Clock;
  /** Size limit of each log; 1 GiB when absent. */
  logBytesMax?: number;
  /** For delayed retries and the limits of questions; the runtime's own when absent. */
  timers?: Timers;
  /** How long a worker that left keeps what it held; it goes to the others at once when absent. */
  takeBackAfterMs?: number;
  /** How long a log remembers a message id; as the real streams are set up when absent. */
  duplicateWindowMs?: number;
}

/** What can go wrong on a real bus, at a test's command. */
export interface MemoryBusFaults {
  /** The next appends reject and append nothing. */
  rejectAppends(log: LogName, count: number, error?: TocsinError): void;
  /** The next appends are stored and still reject, as when the acknowledgement is lost on the way. */
  loseAppendAcks(log: LogName, count: number): void;
  /** Hands out again whatever the work queues of the log have handed out and nobody settled. */
  redeliver(log: LogName): void;
  /** Removes entries before a sequence. */
  purge(log: LogName, beforeSequence: number): void;
  /** Everything rejects and nothing is handed out until `reconnect`. */
  disconnect(): void;
  reconnect(): void;
  readonly snapshots: SnapshotFaults;
  readonly deskSnapshots: SnapshotFaults;
}

interface Answerer {
  subject: string;
  answer: (body: Uint8Array, subject: string) => Promise<Uint8Array>;
}

/**
 * The bus without a server, for tests and for playing a log through the pipelines. Deterministic: entries and messages
 * are handed out in microtasks, answerers take turns; only `retry` and request limits use timers.
 */
export class MemoryBus implements Bus {
  readonly faults: MemoryBusFaults;
  readonly #snapshots: Record<SnapshotOwner, MemorySnapshots>;
  readonly #logs: Map<LogName, MemoryLog>;
  readonly #timers: Timers;
  readonly #buckets: Map<BucketName, MemoryKeyValue>;
  readonly #state = new BehaviorSubject<BusState>('connected');
  readonly #broadcast = new Subject<{ subject: string; body: Uint8Array }>();
  #answerers: Answerer[] = [];

  constructor(options: MemoryBusOptions) {
    const isUp = (): boolean => this.#state.value === 'connected';
    this.#timers = options.timers ?? systemTimers;
    const times = { timers: this.#timers, takeBackAfterMs: options.takeBackAfterMs ?? 0 };
    const duplicateWindowMs = options.duplicateWindowMs ?? DUPLICATE_WINDOW_MS;
    const bytesMax = options.logBytesMax ?? DEFAULT_BYTES_MAX;
    this.#logs = new Map(LOG_NAMES.map((name) => [name, new MemoryLog({ name, clock: options.clock, bytesMax, isUp, times, duplicateWindowMs })]));
    this.#buckets = new Map(BUCKET_NAMES.map((name) => [name, new MemoryKeyValue(isUp)]));
    this.#snapshots = Object.fromEntries(SNAPSHOT_OWNERS.map((owner) => [owner, new MemorySnapshots(isUp)])) as Record<SnapshotOwner, MemorySnapshots>;
    this.faults = {
      snapshots: this.#snapshots.counter.faults,
      deskSnapshots: this.#snapshots.desk.faults,
      rejectAppends: (log, count, error) => this.#logNamed(log).rejectAppends(count, error),
      loseAppendAcks: (log, count) => this.#logNamed(log).loseAppendAcks(count),
      redeliver: (log) => this.#logNamed(log).redeliver(),
      purge: (log, beforeSequence) => this.#logNamed(log).purge(beforeSequence),
      disconnect: () => this.#turn('connected', 'reconnecting'),
      reconnect: () => this.#turn('reconnecting', 'connected'),
    };
  }

  log(name: LogName): Log {
    return this.#logNamed(name);
  }

  keyValue(name: BucketName): KeyValue {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) throw new RangeError(`no bucket ${name}`);
    return bucket;
  }

  snapshots(owner: SnapshotOwner = 'counter'): SnapshotStore {
    return this.#snapshots[owner];
  }

  async request(subject: string, body: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    if (this.#state.value !== 'connected') throw busUnavailable('The bus');
    const index = this.#answerers.findIndex((each) => subjectMatches(each.subject, subject));
    const [answerer] = index < 0 ? [] : this.#answerers.splice(index, 1);
    if (answerer === undefined) throw nobodyAnswers(subject);
    this.#answerers.push(answerer);
    return await this.#withinLimit(answerer.answer(body.slice(), subject), timeoutMs, () => nobodyAnswers(subject));
  }

  respond(subject: string, answer: Answerer['answer']): () => void {
    const answerer = { subject, answer: async (body: Uint8Array, asked: string) => await answer(body, asked) };
    this.#answerers.push(answerer);
    return () => {
      this.#answerers = this.#answerers.filter((each) => each !== answerer);
    };
  }

  publish(subject: string, body: Uint8Array): void {
    if (this.#state.value !== 'connected' || !this.#broadcast.observed) return;
    const copy = body.slice();
    queueMicrotask(() => this.#broadcast.next({ subject, body: copy }));
  }

  subscribe(subject: string): Observable<Uint8Array> {
    return new Observable((subscriber) => this.#broadcast.subscribe((message) => {
      if (subjectMatches(subject, message.subject)) subscriber.next(message.body);
    }));
  }

  state(): Observable<BusState> {
    return this.#state.asObservable();
  }

  async close(): Promise<void> {
    if (this.#state.value === 'closed') return;
    this.#state.next('closed');
    for (const log of this.#logs.values()) log.close();
    this.#answerers = [];
  }

  #logNamed(name: LogName): MemoryLog {
    const log = this.#logs.get(name);
    if (log === undefined) throw new RangeError(`no log ${name}`);
    return log;
  }

  #turn(from: BusState, to: BusState): void {
    if (this.#state.value !== from) return;
    this.#state.next(to);
    for (const log of this.#logs.values()) log.pump();
  }

  async #withinLimit(answer: Promise<Uint8Array>, limitMs: number, late: () => TocsinError): Promise<Uint8Array> {
    let forget = (): void => undefined;
    const limit = new Promise<never>((_resolve, reject) => {
      forget = this.#timers.after(limitMs, () => reject(late()));
    });
    try {
      return await Promise.race([answer.catch((error: unknown) => {
        throw fromTravel(toTravel(error));
      }), limit]);
    } finally {
      forget();
    }
  }
}
