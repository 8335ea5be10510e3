import { JetStreamApiError, jetstream } from '@nats-io/jetstream';
import type { JetStreamClient, JetStreamManager, JetStreamPublishOptions } from '@nats-io/jetstream';
import type { Observable } from 'rxjs';
import { TocsinError } from '../../core/errors.ts';
import type { LogEntry } from '../../core/frame.ts';
import type { Appended, Delivery, Log, LogInfo, LogName } from '../ports.ts';
import { LOGS } from '../subjects.ts';
import { logFull, logUnavailable, workQueueOnly } from './bus-errors.ts';
import { LinkCut } from './nats-link.ts';
import { readInOrder } from './nats-ordered-reader.ts';
import type { NatsParts } from './nats-parts.ts';
import { workQueue } from './nats-work-queue.ts';

/** JetStream's own codes, see nats-server's server/errors.json: resources exceeded, storage exceeded, store failed. */
const FULL_CODES = [10023, 10047, 10077];
const CONSUMER_NOT_FOUND = 10014;
/** The log has another last sequence than the writer expects: as formatted, and as a constant. */
const WRONG_LAST_SEQUENCE = [10071, 10164];

/** One log as a JetStream stream. */
export class NatsLog implements Log {
  readonly #name: LogName;
  readonly #parts: NatsParts;
  readonly #client: JetStreamClient;

  constructor(name: LogName, parts: NatsParts) {
    this.#name = name;
    this.#parts = parts;
    this.#client = jetstream(parts.link.connection, { timeout: parts.limits.appendMs });
  }

  append(bytes: Uint8Array, messageId: string): Promise<Appended> {
    return this.#append(bytes, { msgID: messageId });
  }

  async appendAfter(lastSequence: number, bytes: Uint8Array, messageId: string): Promise<Appended | null> {
    try {
      return await this.#append(bytes, { msgID: messageId, expect: { lastSequence } });
    } catch (error) {
      const { cause } = error as TocsinError;
      if (cause instanceof JetStreamApiError && WRONG_LAST_SEQUENCE.includes(cause.code)) return null;
      throw error;
    }
  }

  async #append(bytes: Uint8Array, options: Pick<JetStreamPublishOptions, 'msgID'> & Partial<Pick<JetStreamPublishOptions, 'expect'>>): Promise<Appended> {
    const { link, clock, limits, entryBytesMax } = this.#parts;
    if (bytes.length > entryBytesMax) {
      throw new TocsinError('body_too_large', `An entry of ${bytes.length} bytes is too large for the ${this.#name} log, which takes ${entryBytesMax}.`);
    }
    if (!link.isUp) throw logUnavailable(this.#name);
    const endsAtMs = clock.nowMs() + limits.appendMs;
    for (;;) {
      const leftMs = Math.max(1, endsAtMs - clock.nowMs());
      try {
        const ack = await link.untilCut(this.#client.publish(LOGS[this.#name].subject, bytes, { ...options, timeout: leftMs }));
        return { sequence: ack.seq, duplicate: ack.duplicate };
      } catch (error) {
        // The message id makes a second attempt harmless, so a short cut costs the caller time and no error.
        const again = error instanceof LinkCut && (await link.upWithin(endsAtMs - clock.nowMs()));
        if (!again) throw this.#appendError(error);
      }
    }
  }

  read(fromSequence: number, inFlightMax: number): Observable<Delivery> {
    if (LOGS[this.#name].retention === 'until-acknowledged') throw workQueueOnly(this.#name);
    return readInOrder({ parts: this.#parts, name: this.#name, fromSequence, inFlightMax });
  }

  work(name: string, inFlightMax: number): Observable<Delivery> {
    return workQueue({ parts: this.#parts, log: this.#name, name, inFlightMax });
  }

  async settledThrough(name: string): Promise<number> {
    return await this.#asking(async (manager) => {
      try {
        return (await manager.consumers.info(LOGS[this.#name].stream, name)).ack_floor.stream_seq;
      } catch (error) {
        if (error instanceof JetStreamApiError && error.code === CONSUMER_NOT_FOUND) return 0;
        throw error;
      }
    });
  }

  async last(): Promise<LogEntry<Uint8Array> | null> {
    const { stream, subject } = LOGS[this.#name];
    const message = await this.#asking((manager) => manager.streams.getMessage(stream, { last_by_subj: subject }));
    return message === null ? null : { sequence: message.seq, timeMs: message.time.getTime(), value: message.data };
  }

  async info(): Promise<LogInfo> {
    const { created, state, config } = await this.#asking((manager) => manager.streams.info(LOGS[this.#name].stream));
    return {
      identity: created.replaceAll(/[^0-9A-Za-z]/g, '-'),
      entries: state.messages,
      bytes: state.bytes,
      ...(config.max_bytes > 0 ? { bytesMax: config.max_bytes } : {}),
      oldestAtMs: state.messages === 0 ? null : Date.parse(state.first_ts),
      lastSequence: state.last_seq,
      firstSequence: state.messages === 0 ? state.last_seq + 1 : state.first_seq,
    };
  }

  async trim(upToSequence: number): Promise<void> {
    // The server takes 0 for "everything".
    if (upToSequence < 1) return;
    await this.#asking((manager) => manager.streams.purge(LOGS[this.#name].stream, { seq: upToSequence + 1 }));
  }

  async #asking<T>(question: (manager: JetStreamManager) => Promise<T>): Promise<T> {
    const { link, manager } = this.#parts;
    if (!link.isUp) throw logUnavailable(this.#name);
    try {
      return await link.untilCut(question(manager));
    } catch (cause) {
      throw logUnavailable(this.#name, cause);
    }
  }

  #appendError(error: unknown): TocsinError {
    const full = error instanceof JetStreamApiError && FULL_CODES.includes(error.code);
    return full ? logFull(this.#name, error) : logUnavailable(this.#name, error);
  }
}
