import { Subject } from 'rxjs';
import type { Observable } from 'rxjs';
import type { AlertEvent } from '../../core/alert.ts';
import { TocsinError } from '../../core/errors.ts';
import type { LogEntry } from '../../core/frame.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import { decodeJson } from '../../stream/frames/record.ts';
import type { ReadLog } from '../../stream/ports.ts';
import type { AlertRecord, AlertState, AlertWithTimeline } from './alert-record.ts';
import { ALERT_LIST_LIMITS, applyAlertEvent, emptyAlertList } from './apply-alert-event.ts';
import type { AlertListLimits, AlertListState } from './apply-alert-event.ts';
import { LogFollower } from './log-follower.ts';
import type { EntryAge } from './log-follower.ts';

/** Largest `limit` of one list. */
export const ALERTS_LISTED_MAX = 1_000;

export interface AlertQuery {
  /** All workspaces when absent. */
  workspace?: string;
  /** Both when absent. */
  state?: AlertState;
  /** 1 to `ALERTS_LISTED_MAX`; more is taken as that. */
  limit: number;
}

/** Events after one, oldest first. */
export interface MissedEvents {
  events: AlertEvent[];
  /** True when the asked event is not known any more: there may be earlier ones, so the list is to be read again. */
  gap: boolean;
}

export interface AlertListOptions {
  log: Pick<ReadLog, 'read' | 'last'>;
  telemetry: Telemetry;
  limits?: AlertListLimits;
}

/** The alerts that are open and the latest that were, read back from the alerts log and followed from there. */
export class AlertList {
  readonly #list: AlertListState;
  readonly #follower: LogFollower;
  readonly #telemetry: Telemetry;
  readonly #events = new Subject<AlertEvent>();

  constructor(options: AlertListOptions) {
    this.#list = emptyAlertList(options.limits ?? ALERT_LIST_LIMITS);
    this.#telemetry = options.telemetry;
    this.#follower = new LogFollower({ log: options.log, take: (entry, age) => this.#take(entry, age) });
  }

  /** Resolves when the log has been read back. Idempotent. @throws TocsinError `log_unavailable` when it cannot be. */
  start(): Promise<void> {
    return this.#follower.start();
  }

  stop(): void {
    this.#follower.stop();
    this.#events.complete();
  }

  /** Newest opening first. */
  list({ workspace, state, limit }: AlertQuery): AlertRecord[] {
    const { open, closed } = this.#list;
    const asked = [...(state === 'resolved' ? [] : open.values()), ...(state === 'firing' ? [] : closed.values())];
    return asked
      .filter((alert) => workspace === undefined || alert.workspace === workspace)
      .sort((a, b) => b.openedAtMs - a.openedAtMs || (a.alertId < b.alertId ? -1 : 1))
      .slice(0, Math.min(Math.max(limit, 1), ALERTS_LISTED_MAX))
      .map(withoutTimeline);
  }

  /** Undefined for an alert that is not known, or not any more. */
  get(alertId: string): AlertWithTimeline | undefined {
    return this.#list.open.get(alertId) ?? this.#list.closed.get(alertId);
  }

  openCount(): number {
    return this.#list.open.size;
  }

  /** What somebody missed whose last event was this one. */
  after(eventId: string): MissedEvents {
    const events = [...this.#list.events.values()];
    const place = this.#list.events.has(eventId) ? events.findIndex(({ id }) => id === eventId) : -1;
    return { events: events.slice(place + 1), gap: place < 0 };
  }

  /** The latest event known of each workspace. */
  latestEvents(): AlertEvent[] {
    return [...new Map([...this.#list.events.values()].map((event) => [event.workspace, event])).values()];
  }

  /** Each event that comes after the start; the list holds it already. */
  events(): Observable<AlertEvent> {
    return this.#events.asObservable();
  }

  #take(entry: LogEntry<Uint8Array>, age: EntryAge): void {
    let event: AlertEvent;
    try {
      event = decodeJson('alert', entry.value);
    } catch (error) {
      this.#telemetry({ kind: 'frame-dead-lettered', stage: 'alert-list', reason: error instanceof TocsinError ? error.code : 'internal' });
      return;
    }
    if (applyAlertEvent(this.#list, event) && age === 'new') this.#events.next(event);
  }
}

function withoutTimeline({ timeline: _timeline, ...record }: AlertWithTimeline): AlertRecord {
  return record;
}
