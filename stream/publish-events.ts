import { Subscription } from 'rxjs';
import type { AlertEvent, PlacelessEvent } from '../core/alert.ts';
import type { Timers } from '../core/clock.ts';
import { TocsinError } from '../core/errors.ts';
import type { Telemetry } from '../core/telemetry.ts';
import { decodeJson, encodeJson } from './frames/record.ts';
import type { AppendLog, ReadLog } from './ports.ts';
import { sleep, systemTimers } from './system-timers.ts';

const RETRY_DELAY_MS = 200;
/** So many entries at the end of the log are looked at: one that stands beside may have come late, after a newer event. */
const LOOKED_AT = 16;

/**
 * Appends alert events to the alert log, in order, each once.
 *
 * The log itself says how far publishing got: a replay of the scored log makes the same events again, and those at or
 * before the last published place are left out.
 */
export class EventPublisher {
  readonly #alerts: AppendLog & Pick<ReadLog, 'last' | 'read'>;
  readonly #telemetry: Telemetry;
  readonly #timers: Timers;
  #published = { sequence: 0, index: -1 };
  /** Ids of the entries at the end of the log. */
  #latestIds = new Set<string>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(alerts: AppendLog & Pick<ReadLog, 'last' | 'read'>, telemetry: Telemetry, timers: Timers = systemTimers) {
    this.#alerts = alerts;
    this.#telemetry = telemetry;
    this.#timers = timers;
  }

  /** Finds the last published place. Call before the first `publish`. */
  async start(): Promise<void> {
    const events = await this.#latest();
    this.#latestIds = new Set(events.map(({ id }) => id));
    for (const { sequence, index } of events) if (this.#isNew({ sequence, index })) this.#published = { sequence, index };
  }

  /** Resolves when every event is durable; tries for as long as the log is away. */
  publish(events: readonly AlertEvent[]): Promise<void> {
    return this.#inTurn(async () => {
      for (const event of events) {
        if (!this.#isNew(event)) continue;
        await this.#append(event, () => !this.#isNew(event));
        this.#published = { sequence: event.sequence, index: event.index };
        this.#told(event);
      }
    });
  }

  /**
   * The same for an event that comes of no entry of the scored log. It stands there under the last published place, so that whoever
   * looks for that place at the end of the log finds it.
   */
  publishBeside(event: PlacelessEvent): Promise<void> {
    return this.#inTurn(async () => {
      await this.#append({ ...event, ...this.#published }, () => this.#latestIds.has(event.id));
      this.#told(event);
    });
  }

  #isNew({ sequence, index }: Pick<AlertEvent, 'sequence' | 'index'>): boolean {
    const published = this.#published;
    return sequence > published.sequence || (sequence === published.sequence && index > published.index);
  }

  /** Each starts when the one before it is done, well or not. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #append(event: AlertEvent, isThere: () => boolean): Promise<void> {
    const bytes = encodeJson('alert', event);
    for (let attempt = 1; ; attempt += 1) {
      try {
        // The log forgets message ids after a while, and may be away for longer: so it is asked whether it has the event.
        if (attempt > 1) await this.start();
        if (attempt === 1 || !isThere()) await this.#alerts.append(bytes, event.id);
        return;
      } catch (error) {
        if (!(error instanceof TocsinError)) throw error;
        await sleep(this.#timers, RETRY_DELAY_MS);
      }
    }
  }

  #told({ kind, ruleId }: Pick<AlertEvent, 'kind' | 'ruleId'>): void {
    this.#telemetry({ kind: 'alert-published', event: kind, ruleId });
  }

  /** The last few entries of the log, oldest first. */
  async #latest(): Promise<AlertEvent[]> {
    const last = await this.#alerts.last();
    if (last === null) return [];
    const events: AlertEvent[] = [];
    await new Promise<void>((resolve, reject) => {
      const reading = new Subscription();
      reading.add(this.#alerts.read(Math.max(1, last.sequence - LOOKED_AT + 1), LOOKED_AT).subscribe({
        next: ({ entry, ack }) => {
          if (entry.sequence <= last.sequence) events.push(decodeJson('alert', entry.value));
          ack();
          if (entry.sequence < last.sequence) return;
          reading.unsubscribe();
          resolve();
        },
        error: reject,
      }));
    });
    return events;
  }
}
