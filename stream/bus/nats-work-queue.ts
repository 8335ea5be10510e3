import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import type { Consumer, JsMsg } from '@nats-io/jetstream';
import { Observable } from 'rxjs';
import type { Subscriber } from 'rxjs';
import type { Delivery, LogName } from '../ports.ts';
import { LOGS } from '../subjects.ts';
import type { NatsParts } from './nats-log.ts';
import { PULL_EXPIRES_MS, PULL_HEARTBEAT_MS, ReaderLost, startPullLoop, stopOnCut } from './nats-pull.ts';

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
  readonly #inFlight = new Set<JsMsg>();
  /** Acknowledgements that wait for the connection. */
  readonly #owed = new Set<() => void>();
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
      for (const message of this.#inFlight) this.#send(() => message.nak());
      this.#inFlight.clear();
    };
  }

  async #session(signal: AbortSignal): Promise<void> {
    const { link } = this.#work.parts;
    const consumer = await link.untilCut(this.#makeConsumer());
    while (!signal.aborted) {
      await this.#room();
      if (signal.aborted) return;
      if (!link.isUp) throw new ReaderLost('connection lost');
      const messages = await consumer.fetch({
        max_messages: this.#work.inFlightMax - this.#inFlight.size, expires: PULL_EXPIRES_MS, idle_heartbeat: PULL_HEARTBEAT_MS,
      });
      const release = stopOnCut(messages, link, signal);
      try {
        for await (const message of messages) {
          if (signal.aborted) message.nak();
          else this.#handOut(message);
        }
      } finally {
        release();
      }
    }
  }

  async #makeConsumer(): Promise<Consumer> {
    const { parts, log, name } = this.#work;
    const { stream } = LOGS[log];
    const info = await parts.manager.consumers.add(stream, {
      durable_name: name,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.All,
      ack_wait: parts.limits.ackWaitMs * NANOS_PER_MS,
      max_ack_pending: ACKS_PENDING_MAX,
      max_deliver: -1,
      num_replicas: parts.limits.replicas,
    });
    return parts.manager.jetstream().consumers.getConsumerFromInfo(info);
  }

  async #room(): Promise<void> {
    if (this.#inFlight.size < this.#work.inFlightMax) return;
    await new Promise<void>((resolve) => { this.#onRoom = resolve; });
  }

  #handOut(message: JsMsg): void {
    const { streamSequence, timestampNanos, deliveryCount } = message.info;
    this.#inFlight.add(message);
    this.#subscriber.next({
      entry: { sequence: streamSequence, timeMs: Math.floor(timestampNanos / NANOS_PER_MS), value: message.data },
      redeliveries: deliveryCount - 1,
      ack: () => this.#settle(message, () => message.ack()),
      retry: (delayMs) => this.#settle(message, () => message.nak(delayMs)),
    });
  }

  #settle(message: JsMsg, answer: () => void): void {
    if (!this.#inFlight.delete(message)) return;
    this.#send(answer);
    this.#onRoom?.();
    this.#onRoom = undefined;
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
    for (const message of this.#inFlight) message.working();
  }
}
