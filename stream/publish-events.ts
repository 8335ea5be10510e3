import { Subscription } from 'rxjs';
import type { AlertEvent, PlacelessEvent } from '../core/alert.ts';
import type { Timers } from '../core/clock.ts';
import { TocsinError } from '../core/errors.ts';
import type { Telemetry } from '../core/telemetry.ts';
import { decodeJson, encodeJson } from './frames/record.ts';
import type { AppendAfterLog, Appended, ReadLog } from './ports.ts';
import { sleep, systemTimers } from './system-timers.ts';

const RETRY_DELAY_MS = 200;
/** Events that are sent to the log without waiting for the ones before them. */
const AT_ONCE_MAX = 64;
/** So many entries at the end of the log are looked at: one that stands beside may have come late, or before others that were sent with it. */
const LOOKED_AT = AT_ONCE_MAX + 16;

/** What appending alert events needs of their log. */
export type AlertsLog = AppendAfterLog & Pick<ReadLog, 'last' | 'read' | 'info'>;

/** Of an event among all: the entry of the scored log that caused it, and which of that entry's events it is. */
type Place = Pick<AlertEvent, 'sequence' | 'index'>;

interface Waiting {
  /** Without its place where it comes of no entry of the scored log. */
  event: AlertEvent | PlacelessEvent;
  done: () => void;
  failed: (error: unknown) => void;
}

/** On its way to the log. */
interface Sent {
  waiting: Waiting;
  event: AlertEvent;
}

/**
 * Appends alert events to the alert log, in order, each once.
 *
 * The log itself says how far publishing got: a replay of the scored log makes the same events again, and those at or
 * before the last published place are left out. Events that wait are sent together, each to stand right behind the one
 * before it or nowhere: whatever is refused or lost, the log never holds an event without those before it.
 */
export class EventPublisher {
  readonly #alerts: AlertsLog;
  readonly #telemetry: Telemetry;
  readonly #timers: Timers;
  #published: Place = { sequence: 0, index: -1 };
  /** Ids of the entries at the end of the log. */
  #latestIds = new Set<string>();
  /** Of the newest entry ever appended to the log, as far as is known here. */
  #lastSequence = 0;
  #waiting: Waiting[] = [];
  #isSending = false;

  constructor(alerts: AlertsLog, telemetry: Telemetry, timers: Timers = systemTimers) {
    this.#alerts = alerts;
    this.#telemetry = telemetry;
    this.#timers = timers;
  }

  /** Finds the last published place. Call before the first `publish`. */
  async start(): Promise<void> {
    const { lastSequence } = await this.#alerts.info();
    const entries = await this.#latest();
    this.#lastSequence = Math.max(lastSequence, entries.at(-1)?.at ?? 0);
    this.#latestIds = new Set(entries.map(({ event }) => event.id));
    for (const { event } of entries) if (isAfter(event, this.#published)) this.#published = placeOf(event);
  }

  /** All events of one entry. Resolves when every one is durable; tries for as long as the log is away. Calls may overlap: their order is kept. */
  async publish(events: readonly AlertEvent[]): Promise<void> {
    await Promise.all(withMore(events).map((event) => this.#enqueue(event)));
  }

  /**
   * The same for an event that comes of no entry of the scored log. It stands there under the last published place, so that whoever
   * looks for that place at the end of the log finds it.
   */
  publishBeside(event: PlacelessEvent): Promise<void> {
    return this.#enqueue(event);
  }

  #enqueue(event: Waiting['event']): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ event, done, failed });
      if (!this.#isSending) void this.#send();
    });
  }

  async #send(): Promise<void> {
    this.#isSending = true;
    try {
      while (this.#waiting.length > 0) await this.#sendSome();
    } catch (error) {
      for (const { failed } of this.#waiting.splice(0)) failed(error);
    }
    this.#isSending = false;
  }

  /** What can go at once; what comes back unsettled waits at the head again. */
  async #sendSome(): Promise<void> {
    const sent = this.#take();
    const after = this.#lastSequence;
    const answers = await Promise.allSettled(sent.map(({ event }, at) => this.#alerts.appendAfter(after + at, encodeJson('alert', event), event.id)));
    const unsettled = sent.slice(this.#note(sent, answers)).map(({ waiting }) => waiting);
    if (unsettled.length === 0) return;
    this.#waiting = [...unsettled, ...this.#waiting];
    const first = answers[sent.length - unsettled.length];
    await this.#lookAgain(first?.status === 'rejected' ? first.reason : undefined);
  }

  /** The next events with their places; those that stand on the log already are done. */
  #take(): Sent[] {
    const sent: Sent[] = [];
    let place = this.#published;
    for (const waiting of this.#waiting.splice(0, AT_ONCE_MAX)) {
      const isOwn = 'sequence' in waiting.event;
      const event: AlertEvent = isOwn ? waiting.event as AlertEvent : { ...waiting.event, ...place };
      if (isOwn ? !isAfter(event, place) : this.#latestIds.has(event.id)) {
        waiting.done();
        continue;
      }
      place = placeOf(event);
      sent.push({ waiting, event });
    }
    return sent;
  }

  /** Takes in what is durable, up to the first that is not; answers how many are. */
  #note(sent: readonly Sent[], answers: readonly PromiseSettledResult<Appended | null>[]): number {
    for (const [at, { waiting, event }] of sent.entries()) {
      const answer = answers[at];
      if (answer?.status !== 'fulfilled' || answer.value === null) return at;
      this.#lastSequence = Math.max(this.#lastSequence, answer.value.sequence);
      this.#published = placeOf(event);
      this.#telemetry({ kind: 'alert-published', event: event.kind, ruleId: event.ruleId });
      waiting.done();
    }
    return sent.length;
  }

  /** The log forgets message ids after a while, and may be away for longer: so it is asked what it has. */
  async #lookAgain(reason: unknown): Promise<void> {
    for (let error = reason; ;) {
      if (error !== undefined) {
        if (!(error instanceof TocsinError)) throw error;
        await sleep(this.#timers, RETRY_DELAY_MS);
      }
      try {
        return await this.start();
      } catch (cause) {
        error = cause;
      }
    }
  }

  /** The last few entries of the log, oldest first, with their sequences on it. */
  async #latest(): Promise<{ event: AlertEvent; at: number }[]> {
    const last = await this.#alerts.last();
    if (last === null) return [];
    const entries: { event: AlertEvent; at: number }[] = [];
    await new Promise<void>((resolve, reject) => {
      const reading = new Subscription();
      reading.add(this.#alerts.read(Math.max(1, last.sequence - LOOKED_AT + 1), LOOKED_AT).subscribe({
        next: ({ entry, ack }) => {
          if (entry.sequence <= last.sequence) entries.push({ event: decodeJson('alert', entry.value), at: entry.sequence });
          ack();
          if (entry.sequence < last.sequence) return;
          reading.unsubscribe();
          resolve();
        },
        error: reject,
      }));
    });
    return entries;
  }
}

function placeOf({ sequence, index }: Place): Place {
  return { sequence, index };
}

function isAfter({ sequence, index }: Place, other: Place): boolean {
  return sequence > other.sequence || (sequence === other.sequence && index > other.index);
}

/** Each but the last says that more of its entry follow. Pure. */
export function withMore(events: readonly AlertEvent[]): AlertEvent[] {
  return events.map((event, at) => (at + 1 < events.length ? { ...event, more: true } : event));
}
