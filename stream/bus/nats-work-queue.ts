import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import type { Consumer, ConsumerInfo, ConsumerMessages, StoredMsg } from '@nats-io/jetstream';
import { Observable } from 'rxjs';
import type { Subscriber } from 'rxjs';
import type { Delivery, LogName } from '../ports.ts';
import { LOGS } from '../subjects.ts';
import { heldMessage } from './nats-held.ts';
import type { Held } from './nats-held.ts';
import type { NatsParts } from './nats-parts.ts';
import { PULL_EXPIRES_MS, PULL_HEARTBEAT_MS, ReaderLost, startPullLoop, stopOnCut } from './nats-pull.ts';
import { findStranded } from './nats-stranded.ts';

const NANOS_PER_MS = 1_000_000;
/** A worker says this often within `ackWaitMs` that it is still at it. */
const SIGNS_OF_LIFE = 3;
/** Over all workers of one queue; each keeps to its own `inFlightMax`. */
const ACKS_PENDING_MAX = 10_000;

export interface Work {
  parts: NatsParts;
  log: LogName;
  /** Durable name: workers of one name share the entries. */
  name: string;
  inFlightMax: number;
}

/** Entries of the log, each to one worker, until it is acknowledged. */
export function workQueue(work: Work): Observable<Delivery> {
  return new Observable((subscriber) => new Worker(work, subscriber).start());
}

class Worker {
  readonly #work: Work;
  readonly #subscriber: Subscriber<Delivery>;
  readonly #inFlight = new Set<Held>();
  /** Acknowledgements that wait for the connection. */
  readonly #owed = new Set<() => void>();
  readonly #stranded: StoredMsg[] = [];
  /** Sequences of those that wait or are in flight here. */
  readonly #strandedKnown = new Set<number>();
  #pulling: ConsumerMessages | undefined;
  #onRoom: (() => void) | undefined;

  constructor(work: Work, subscriber: Subscriber<Delivery>) {
    this.#work = work;
    this.#subscriber = subscriber;
  }

  start(): () => void {
    const { parts, log, name } = this.#work;
    const stop = startPullLoop({
      link: parts.link,
      session: (signal) => this.#session(signal),
      onLost: (reason) => {
        parts.telemetry({ kind: 'worker-replaced', worker: `queue-${log}-${name}`, reason });
        parts.logger.warn({ log, queue: name, reason }, 'the work queue is taken up again');
      },
    });
    const heartbeat = setInterval(() => this.#sayWorking(), parts.limits.ackWaitMs / SIGNS_OF_LIFE);
    const state = parts.link.state().subscribe((current) => {
      if (current === 'connected') this.#payOwed();
    });
    return () => {
      stop();
      clearInterval(heartbeat);
      state.unsubscribe();
      this.#onRoom?.();
      // What nobody will settle any more goes to another worker at once.
      for (const held of this.#inFlight) this.#send(() => held.giveBack());
      this.#inFlight.clear();
    };
  }

  async #session(signal: AbortSignal): Promise<void> {
    const { link, manager, limits } = this.#work.parts;
    const info = await link.untilCut(this.#makeConsumer());
    const consumer = manager.jetstream().consumers.getConsumerFromInfo(info);
    let lookAt = 0;
    while (!signal.aborted) {
      await this.#room();
      if (signal.aborted) return;
      if (!link.isUp) throw new ReaderLost('connection lost');
      if (performance.now() >= lookAt) {
        lookAt = performance.now() + limits.strandedLookMs;
        await link.untilCut(this.#lookForStranded(consumer));
      }
      const stranded = this.#stranded.shift();
      if (stranded === undefined) await this.#pull(consumer, signal);
      else this.#handOut(this.#heldStranded(stranded));
    }
  }

  async #lookForStranded(consumer: Consumer): Promise<void> {
    const { parts, log } = this.#work;
    if (LOGS[log].retention === 'kept') return;
    const { ack_floor: acknowledged } = await consumer.info();
    for (const message of await findStranded(parts.manager, log, acknowledged.stream_seq)) {
      if (this.#strandedKnown.has(message.seq)) continue;
      this.#strandedKnown.add(message.seq);
      this.#stranded.push(message);
    }
  }

  async #pull(consumer: Consumer, signal: AbortSignal): Promise<void> {
    const room = this.#work.inFlightMax - this.#inFlight.size;
    const messages = await consumer.fetch({ max_messages: room, expires: PULL_EXPIRES_MS, idle_heartbeat: PULL_HEARTBEAT_MS });
    const release = stopOnCut(messages, this.#work.parts.link, signal);
    this.#pulling = messages;
    try {
      for await (const message of messages) {
        if (signal.aborted) message.nak();
        else this.#handOut(heldMessage(message));
      }
    } finally {
      this.#pulling = undefined;
      release();
    }
  }

  async #makeConsumer(): Promise<ConsumerInfo> {
    const { parts, log, name } = this.#work;
    return await parts.manager.consumers.add(LOGS[log].stream, {
      durable_name: name,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: parts.limits.ackWaitMs * NANOS_PER_MS,
      max_ack_pending: ACKS_PENDING_MAX,
      max_deliver: -1,
      num_replicas: parts.limits.replicas,
    });
  }

  async #room(): Promise<void> {
    if (this.#inFlight.size < this.#work.inFlightMax) return;
    await new Promise<void>((resolve) => { this.#onRoom = resolve; });
  }

  #handOut(held: Held): void {
    this.#inFlight.add(held);
    this.#subscriber.next({
      entry: held.entry,
      redeliveries: held.redeliveries,
      ack: () => this.#settle(held, () => held.ack()),
      retry: (delayMs) => this.#settle(held, () => held.giveBack(delayMs)),
    });
  }

  #settle(held: Held, answer: () => void): void {
    if (!this.#inFlight.delete(held)) return;
    this.#send(answer);
    this.#onRoom?.();
    this.#onRoom = undefined;
  }

  /** An entry that the server will not hand out any more, see `findStranded`. */
  #heldStranded(message: StoredMsg): Held {
    const { parts, log } = this.#work;
    return {
      entry: { sequence: message.seq, timeMs: message.time.getTime(), value: message.data },
      redeliveries: 1,
      ack: () => {
        this.#strandedKnown.delete(message.seq);
        // A deletion that fails leaves the entry to be found again.
        parts.manager.streams.deleteMessage(LOGS[log].stream, message.seq).catch(() => undefined);
      },
      // The server does not count this delay, and if this worker goes, any worker's next start finds the entry again.
      giveBack: (delayMs = 0) => void setTimeout(() => {
        this.#stranded.push(message);
        this.#pulling?.stop();
      }, delayMs).unref(),
      sayWorking: () => undefined,
    };
  }

  /** What is written while the connection is away would be lost, so it waits. */
  #send(answer: () => void): void {
    const { link } = this.#work.parts;
    if (link.isUp) answer();
    else this.#owed.add(answer);
  }

  #payOwed(): void {
    for (const answer of this.#owed) answer();
    this.#owed.clear();
  }

  #sayWorking(): void {
    if (!this.#work.parts.link.isUp) return;
    for (const held of this.#inFlight) held.sayWorking();
  }
}
