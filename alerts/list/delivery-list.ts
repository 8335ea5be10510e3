import type { LogEntry } from '../../core/frame.ts';
import type { DeliveryRecord } from '../../core/page.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import { decodeJson } from '../../stream/frames/record.ts';
import type { ReadLog } from '../../stream/ports.ts';
import { LogFollower } from './log-follower.ts';

export interface DeliveryListLimits {
  /** Alerts whose deliveries are kept; those with no delivery for the longest go first. */
  alertsMax: number;
  /** Records kept of one alert: the first half of them and the latest. */
  recordsPerAlertMax: number;
  /** Records read back at the start. */
  recordsReadBackMax: number;
}

export const DELIVERY_LIST_LIMITS: DeliveryListLimits = { alertsMax: 10_000, recordsPerAlertMax: 100, recordsReadBackMax: 200_000 };

export interface DeliveryListOptions {
  log: Pick<ReadLog, 'read' | 'last'>;
  telemetry: Telemetry;
  limits?: DeliveryListLimits;
}

/** Attempts to deliver, by alert: what `GET /v1/alerts/{id}/deliveries` shows. */
export class DeliveryList {
  readonly #limits: DeliveryListLimits;
  readonly #telemetry: Telemetry;
  readonly #follower: LogFollower;
  readonly #byAlert = new Map<string, DeliveryRecord[]>();

  constructor(options: DeliveryListOptions) {
    this.#limits = options.limits ?? DELIVERY_LIST_LIMITS;
    this.#telemetry = options.telemetry;
    this.#follower = new LogFollower({
      log: options.log, entriesMax: this.#limits.recordsReadBackMax, take: (entry) => this.#take(entry),
    });
  }

  /** Resolves when the log has been read back. Idempotent. @throws TocsinError `log_unavailable` when it cannot be. */
  start(): Promise<void> {
    return this.#follower.start();
  }

  stop(): void {
    this.#follower.stop();
  }

  /** Attempts in the order of the log; empty for an alert of which none is known. */
  of(alertId: string): readonly DeliveryRecord[] {
    return this.#byAlert.get(alertId) ?? [];
  }

  #take(entry: LogEntry<Uint8Array>): void {
    try {
      this.#keep(decodeJson('delivery', entry.value));
    } catch (error) {
      this.#telemetry({ kind: 'frame-dead-lettered', stage: 'delivery-list', reason: error instanceof TocsinError ? error.code : 'internal' });
    }
  }

  #keep(record: DeliveryRecord): void {
    const { alertsMax, recordsPerAlertMax } = this.#limits;
    const records = this.#byAlert.get(record.alertId) ?? [];
    records.push(record);
    // How it began and how it stands matter more than the hundredth attempt between.
    if (records.length > recordsPerAlertMax) records.splice(Math.ceil(recordsPerAlertMax / 2), 1);
    this.#byAlert.delete(record.alertId);
    this.#byAlert.set(record.alertId, records);
    const [oldest] = this.#byAlert.keys();
    if (this.#byAlert.size > alertsMax && oldest !== undefined) this.#byAlert.delete(oldest);
  }
}
