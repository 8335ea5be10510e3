import type { AlertEvent } from '../../core/alert.ts';
import type { DeliveryRecord } from '../../core/page.ts';
import type { EntryAge } from '../list/log-follower.ts';
import { newPageState, takeRecord } from './delivery-state.ts';
import type { AlertPages, OpeningKnown, PageState } from './delivery-state.ts';

/** Alerts remembered by one ledger; about 1 kB each and channel. */
const LEDGER_ALERTS_MAX = 50_000;

interface AlertDeliveries {
  byChannel: Map<string, Map<string, PageState>>;
  opening: OpeningKnown;
  /** When this entry was begun, for `knownSinceMs` once it is forgotten. */
  begunAtMs: number;
}

/**
 * What is known of the pages of each alert over each channel: a fold of the deliveries log, and what this process holds.
 * Bounded: past `alertsMax` it forgets alerts that are over, oldest first; then, oldest first, open ones, and says by
 * `knownSinceMs` that its knowledge begins later.
 */
export class DeliveryLedger {
  readonly #alertsMax: number;
  readonly #open = new Map<string, AlertDeliveries>();
  readonly #over = new Map<string, AlertDeliveries>();
  #knownSinceMs = 0;
  #startedAtMs = 0;

  constructor(alertsMax: number = LEDGER_ALERTS_MAX) {
    this.#alertsMax = alertsMax;
  }

  /** Deliveries before this time, in milliseconds since the epoch, may be unknown; 0 when all are known. */
  get knownSinceMs(): number {
    return this.#knownSinceMs;
  }

  /** When this process began to take events, in milliseconds since the epoch. */
  get startedAtMs(): number {
    return this.#startedAtMs;
  }

  get alertsHeld(): number {
    return this.#open.size + this.#over.size;
  }

  start(nowMs: number): void {
    this.#startedAtMs = nowMs;
  }

  /** The log was not read from its beginning, but from an entry of this time. */
  beginAt(timeMs: number): void {
    this.#knownSinceMs = Math.max(this.#knownSinceMs, timeMs);
  }

  /** Takes a record of an attempt; taking it again changes nothing. */
  take(record: DeliveryRecord): void {
    const alert = this.#of(record.alertId, record.atMs);
    if (record.eventKind === 'opened' && alert.opening === 'unknown') alert.opening = 'recorded';
    const page = pageOf(alert, record.channelId, record);
    takeRecord(page, record);
    if (record.eventKind === 'resolved' && page.settled !== null && this.#open.delete(record.alertId)) this.#over.set(record.alertId, alert);
  }

  /** Notes that this process holds an event, and over which channels it is to go out. */
  see(event: AlertEvent, channelIds: readonly string[], nowMs: number): void {
    const alert = this.#of(event.alertId, nowMs);
    if (event.kind === 'opened') alert.opening = 'seen';
    for (const channelId of channelIds) {
      const page = pageOf(alert, channelId, { eventId: event.id, eventKind: event.kind });
      page.place ??= { sequence: event.sequence, index: event.index };
      page.firstSeenAtMs ??= nowMs;
    }
  }

  /** Notes that an event was ordered for these channels: it is yet to be handed out, to this process or to another one. `age`: whether it was ordered before this process began. */
  expect(event: AlertEvent, channelIds: readonly string[], { nowMs, age }: { nowMs: number; age: EntryAge }): void {
    const alert = this.#of(event.alertId, nowMs);
    if (event.kind === 'opened') alert.opening = 'seen';
    for (const channelId of channelIds) {
      const page = pageOf(alert, channelId, { eventId: event.id, eventKind: event.kind });
      page.place ??= { sequence: event.sequence, index: event.index };
      page.expectedAtMs ??= nowMs;
      if (age === 'read-back' && page.settled === null) page.mayHaveArrived = true;
    }
  }

  /** Notes that a page was put off by the rate budget of its channel. Not kept over a restart. */
  putOff({ alertId, id }: Pick<AlertEvent, 'alertId' | 'id'>, channelId: string, forMs: number): void {
    const page = this.#find(alertId)?.byChannel.get(channelId)?.get(id);
    if (page !== undefined) page.putOffMs += forMs;
  }

  pages(alertId: string, channelId: string): AlertPages {
    return this.#find(alertId)?.byChannel.get(channelId) ?? NO_PAGES;
  }

  opening(alertId: string): OpeningKnown {
    return this.#find(alertId)?.opening ?? 'unknown';
  }

  #find(alertId: string): AlertDeliveries | undefined {
    return this.#open.get(alertId) ?? this.#over.get(alertId);
  }

  #of(alertId: string, nowMs: number): AlertDeliveries {
    const known = this.#find(alertId);
    if (known !== undefined) return known;
    const alert: AlertDeliveries = { byChannel: new Map(), opening: 'unknown', begunAtMs: nowMs };
    this.#open.set(alertId, alert);
    this.#forgetOldest();
    return alert;
  }

  #forgetOldest(): void {
    if (this.alertsHeld <= this.#alertsMax) return;
    const [over] = this.#over.keys();
    if (over !== undefined) {
      this.#over.delete(over);
      return;
    }
    const [open] = this.#open;
    if (open === undefined) return;
    this.#open.delete(open[0]);
    // Its fire may be forgotten with it, so an end that comes for it is told rather than skipped.
    this.beginAt(open[1].begunAtMs + 1);
  }
}

const NO_PAGES: AlertPages = new Map();

function pageOf({ byChannel }: AlertDeliveries, channelId: string, event: { eventId: string; eventKind: AlertEvent['kind'] }): PageState {
  const pages = byChannel.get(channelId) ?? new Map<string, PageState>();
  byChannel.set(channelId, pages);
  const page = pages.get(event.eventId) ?? newPageState(event.eventId, event.eventKind);
  pages.set(event.eventId, page);
  return page;
}
