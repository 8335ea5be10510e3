import { setImmediate as immediate } from 'node:timers/promises';
import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import type { Consumer, JsMsg } from '@nats-io/jetstream';
import { Observable } from 'rxjs';
import type { Subscriber } from 'rxjs';
import type { Delivery, LogName } from '../ports.ts';
import { LOGS } from '../subjects.ts';
import type { NatsParts } from './nats-parts.ts';
import { PULL_EXPIRES_MS, PULL_HEARTBEAT_MS, ReaderLost, startPullLoop, stopOnCut } from './nats-pull.ts';

const NANOS_PER_MS = 1_000_000;
/** Entries that one pull asks for: fewer where the ones before were so large that memory would fill. */
const PULL_ENTRIES_MAX = 128;
const PULL_BYTES_AIMED_AT = 16 * 1024 ** 2;
/** Size that is assumed until entries have been seen. */
const FIRST_ENTRY_BYTES = 1024 ** 2;
/**
 * Entries that arrived together are handed out this long before whatever else came meanwhile has its turn: counting a full
 * frame takes ten milliseconds, and without a pause dozens of them would be counted while requests wait.
 */
const SLICE_MS = 5;
/**
 * Of the time that whatever else came took, so much is theirs next: a turn of the loop in which hundreds of requests are answered takes a
 * tenth of a second, and five milliseconds behind each would leave entries waiting for seconds. Several readers are each other's
 * whatever else: without a longest slice each would lengthen those of the others.
 */
const SHARE = 0.5;
const SLICE_MS_MAX = 50;
/** The server forgets a consumer that asks for nothing this long; it is then made anew. */
const INACTIVE_MS = 60_000;

export interface OrderedRead {
  parts: NatsParts;
  name: LogName;
  fromSequence: number;
  inFlightMax: number;
}

/** Entries from `fromSequence` on, each once and in order, whatever becomes of the connection and the server. */
export function readInOrder(read: OrderedRead): Observable<Delivery> {
  return new Observable((subscriber) => {
    const reader = new OrderedReader(read, subscriber);
    return reader.start();
  });
}

/**
 * The consumer on the server is disposable: nothing is acknowledged to it, and it is made anew from the next sequence
 * whenever its own numbering shows that a message was lost on the way.
 */
class OrderedReader {
  readonly #read: OrderedRead;
  readonly #subscriber: Subscriber<Delivery>;
  #nextSequence: number;
  #inFlight = 0;
  /** The largest of the last pull. */
  #entryBytes = FIRST_ENTRY_BYTES;
  #onRoom: (() => void) | undefined;

  constructor(read: OrderedRead, subscriber: Subscriber<Delivery>) {
    this.#read = read;
    this.#subscriber = subscriber;
    this.#nextSequence = Math.max(1, read.fromSequence);
  }

  start(): () => void {
    const { parts, name } = this.#read;
    const stop = startPullLoop({
      link: parts.link,
      session: (signal) => this.#session(signal),
      onLost: (reason) => {
        parts.telemetry({ kind: 'worker-replaced', worker: `reader-${name}`, reason });
        parts.logger.warn({ log: name, nextSequence: this.#nextSequence, reason }, 'the log is read on with a new consumer');
      },
    });
    return () => {
      stop();
      this.#onRoom?.();
    };
  }

  async #session(signal: AbortSignal): Promise<void> {
    const { link } = this.#read.parts;
    const consumer = await link.untilCut(this.#makeConsumer());
    let deliveries = 0;
    try {
      while (!signal.aborted) {
        if (!link.isUp) throw new ReaderLost('connection lost');
        const messages = await consumer.fetch({ max_messages: this.#pullEntries(), expires: PULL_EXPIRES_MS, idle_heartbeat: PULL_HEARTBEAT_MS });
        let largest = 0;
        let sliceEndsMs = performance.now() + SLICE_MS;
        const release = stopOnCut(messages, link, signal);
        try {
          for await (const message of messages) {
            deliveries += 1;
            largest = Math.max(largest, message.data.length);
            if (message.info.deliverySequence !== deliveries) throw new ReaderLost('a message was lost on the way');
            await this.#take(message, signal);
            const pausedAtMs = performance.now();
            if (pausedAtMs >= sliceEndsMs) {
              await immediate();
              const nowMs = performance.now();
              sliceEndsMs = nowMs + Math.min(SLICE_MS_MAX, Math.max(SLICE_MS, (nowMs - pausedAtMs) * SHARE));
            }
            if (signal.aborted) return;
          }
        } finally {
          release();
        }
        if (largest > 0) this.#entryBytes = largest;
      }
    } finally {
      if (link.isUp) consumer.delete().catch(() => undefined);
    }
  }

  #pullEntries(): number {
    return Math.max(1, Math.min(PULL_ENTRIES_MAX, Math.floor(PULL_BYTES_AIMED_AT / this.#entryBytes)));
  }

  async #makeConsumer(): Promise<Consumer> {
    const { parts, name } = this.#read;
    const { stream } = LOGS[name];
    const info = await parts.manager.consumers.add(stream, {
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: this.#nextSequence,
      inactive_threshold: INACTIVE_MS * NANOS_PER_MS,
      mem_storage: true,
      num_replicas: 1,
    });
    return parts.manager.jetstream().consumers.getConsumerFromInfo(info);
  }

  async #take(message: JsMsg, signal: AbortSignal): Promise<void> {
    const sequence = message.info.streamSequence;
    // A log that is shorter than the sequence asked for begins where it stands; what comes before is not wanted.
    if (sequence < this.#nextSequence) return;
    if (sequence > this.#nextSequence) this.#reportGap(sequence);
    if (this.#inFlight >= this.#read.inFlightMax) {
      await new Promise<void>((resolve) => { this.#onRoom = resolve; });
    }
    if (signal.aborted) return;
    this.#nextSequence = sequence + 1;
    this.#handOut(message, sequence);
  }

  #handOut(message: JsMsg, sequence: number): void {
    this.#inFlight += 1;
    let settled = false;
    const settle = (): void => {
      if (settled) return;
      settled = true;
      this.#inFlight -= 1;
      this.#onRoom?.();
      this.#onRoom = undefined;
    };
    const timeMs = Math.floor(message.info.timestampNanos / NANOS_PER_MS);
    this.#subscriber.next({ entry: { sequence, timeMs, value: message.data }, redeliveries: 0, ack: settle, retry: settle });
  }

  #reportGap(found: number): void {
    const { parts, name } = this.#read;
    parts.logger.error({ log: name, expected: this.#nextSequence, found }, 'entries are missing on the log');
  }
}
