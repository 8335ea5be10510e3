import { headers } from '@nats-io/transport-node';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { Observable, share } from 'rxjs';
import { TocsinError } from '../../core/errors.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import type { Broadcast, Requests } from '../ports.ts';
import { busUnavailable, fromTravel, nobodyAnswers, toTravel } from './bus-errors.ts';
import type { TravellingError } from './bus-errors.ts';
import type { NatsLink } from './nats-link.ts';

const QUEUE_GROUP = 'tocsin';
const CODE_HEADER = 'Tocsin-Error';
const RETRYABLE_HEADER = 'Tocsin-Retryable';

type Answer = (body: Uint8Array, subject: string) => Promise<Uint8Array>;

/** Questions, answers and fan-out over core NATS. An error travels as its code in a header and its sentence as the body. */
export class NatsRequests implements Requests, Broadcast {
  readonly #link: NatsLink;
  readonly #connection: NatsConnection;
  readonly #telemetry: Telemetry;
  readonly #answersInFlightMax: number;
  /** By subject, of which there are as many as the program has. */
  readonly #heard = new Map<string, Observable<Uint8Array>>();

  constructor(options: { link: NatsLink; telemetry: Telemetry; answersInFlightMax: number }) {
    this.#link = options.link;
    this.#connection = options.link.connection;
    this.#telemetry = options.telemetry;
    this.#answersInFlightMax = options.answersInFlightMax;
  }

  async request(subject: string, body: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    if (!this.#link.isUp) throw busUnavailable('The bus');
    const answer = await this.#ask(subject, body, timeoutMs);
    const code = answer.headers?.get(CODE_HEADER) ?? '';
    if (code === '') return answer.data;
    throw fromTravel({ code, message: new TextDecoder().decode(answer.data), retryable: answer.headers?.get(RETRYABLE_HEADER) === 'true' });
  }

  respond(subject: string, answer: Answer): () => void {
    let inFlight = 0;
    const subscription = this.#connection.subscribe(subject, {
      queue: QUEUE_GROUP,
      callback: (error, message) => {
        if (error !== null) return;
        if (inFlight >= this.#answersInFlightMax) {
          refuse(message, { code: 'overloaded', message: `More than ${this.#answersInFlightMax} questions wait on ${subject}.`, retryable: true });
          return;
        }
        inFlight += 1;
        this.#telemetry({ kind: 'queue-depth', queue: `answers-${subject}`, depth: inFlight, limit: this.#answersInFlightMax });
        void reply(message, answer).finally(() => {
          inFlight -= 1;
        });
      },
    });
    return () => subscription.unsubscribe();
  }

  publish(subject: string, body: Uint8Array): void {
    // Nothing is kept for later: what is published while the connection is away is gone.
    if (this.#link.isUp) this.#connection.publish(subject, body);
  }

  /** Those who listen to one subject share what comes: it travels once and each gets the same bytes. */
  subscribe(subject: string): Observable<Uint8Array> {
    const shared = this.#heard.get(subject) ?? this.#listen(subject).pipe(share());
    this.#heard.set(subject, shared);
    return shared;
  }

  #listen(subject: string): Observable<Uint8Array> {
    return new Observable((subscriber) => {
      if (this.#link.isClosed) return undefined;
      const subscription = this.#connection.subscribe(subject, {
        callback: (error, message) => {
          if (error === null) subscriber.next(message.data);
        },
      });
      return () => subscription.unsubscribe();
    });
  }

  async #ask(subject: string, body: Uint8Array, timeoutMs: number): Promise<Msg> {
    try {
      return await this.#link.untilCut(this.#connection.request(subject, body, { timeout: timeoutMs }));
    } catch (cause) {
      throw nobodyAnswers(subject, cause);
    }
  }
}

async function reply(message: Msg, answer: Answer): Promise<void> {
  try {
    message.respond(await answer(message.data, message.subject));
  } catch (error) {
    refuse(message, toTravel(error));
  }
}

function refuse(message: Msg, error: TravellingError): void {
  const marks = headers();
  marks.set(CODE_HEADER, error.code);
  marks.set(RETRYABLE_HEADER, String(error.retryable));
  try {
    message.respond(new TextEncoder().encode(error.message), { headers: marks });
  } catch (cause) {
    // A closed connection: the asker meets its own time limit.
    if (cause instanceof TocsinError) throw cause;
  }
}
