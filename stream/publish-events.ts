import type { AlertEvent } from '../core/alert.ts';
import type { Timers } from '../core/clock.ts';
import { TocsinError } from '../core/errors.ts';
import type { Telemetry } from '../core/telemetry.ts';
import { decodeJson, encodeJson } from './frames/record.ts';
import type { AppendLog, ReadLog } from './ports.ts';
import { sleep, systemTimers } from './system-timers.ts';

const RETRY_DELAY_MS = 200;

/**
 * Appends alert events to the alert log, in order, each once.
 *
 * The log itself says how far publishing got: a replay of the scored log makes the same events again, and those at or
 * before the last published place are left out.
 */
export class EventPublisher {
  readonly #alerts: AppendLog & Pick<ReadLog, 'last'>;
  readonly #telemetry: Telemetry;
  readonly #timers: Timers;
  #published = { sequence: 0, index: -1 };

  constructor(alerts: AppendLog & Pick<ReadLog, 'last'>, telemetry: Telemetry, timers: Timers = systemTimers) {
    this.#alerts = alerts;
    this.#telemetry = telemetry;
    this.#timers = timers;
  }

  /** Finds the last published place. Call before the first `publish`. */
  async start(): Promise<void> {
    const last = await this.#alerts.last();
    if (last === null) return;
    const { sequence, index } = decodeJson('alert', last.value);
    this.#published = { sequence, index };
  }

  /** Resolves when every event is durable; tries for as long as the log is away. */
  async publish(events: readonly AlertEvent[]): Promise<void> {
    for (const event of events) {
      if (!this.#isNew(event)) continue;
      await this.#append(event);
      this.#published = { sequence: event.sequence, index: event.index };
      this.#telemetry({ kind: 'alert-published', event: event.kind, ruleId: event.ruleId });
    }
  }

  #isNew({ sequence, index }: AlertEvent): boolean {
    const published = this.#published;
    return sequence > published.sequence || (sequence === published.sequence && index > published.index);
  }

  async #append(event: AlertEvent): Promise<void> {
    const bytes = encodeJson('alert', event);
    for (let attempt = 1; ; attempt += 1) {
      try {
        // The log forgets message ids after a while, and may be away for longer: so it is asked whether it has the event.
        if (attempt > 1) await this.start();
        if (this.#isNew(event)) await this.#alerts.append(bytes, event.id);
        return;
      } catch (error) {
        if (!(error instanceof TocsinError)) throw error;
        await sleep(this.#timers, RETRY_DELAY_MS);
      }
    }
  }
}
