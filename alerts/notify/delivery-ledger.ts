import type { AlertEvent } from '../../core/alert.ts';
import type { DeliveryRecord } from '../../core/page.ts';
import { newPageState, takeRecord } from './delivery-state.ts';
import type { AlertPages, PageState } from './delivery-state.ts';

/** Alerts a channel, remembered by one ledger; about 1 kB each. */
export const LEDGER_ALERTS_MAX = 50_000;

interface AlertDeliveries {
  pages: Map<string, PageState>;
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
    const deliveries = this.#of(record.alertId, record.channelId, record.atMs);
    const page = pageOf(deliveries, record.eventId, record.eventKind);
    takeRecord(page, record);
    if (record.eventKind === 'resolved' && page.settled !== null) this.#closeOut(record.alertId, record.channelId, deliveries);
  }

  /** Notes that this process holds an event that is to go out over a channel. */
  see(event: AlertEvent, channelId: string, nowMs: number): void {
    const page = pageOf(this.#of(event.alertId, channelId, nowMs), event.id, event.kind);
    page.place ??= { sequence: event.sequence, index: event.index };
    page.firstSeenAtMs ??= nowMs;
  }

  pages(alertId: string, channelId: string): AlertPages {
    const key = keyOf(alertId, channelId);
    return (this.#open.get(key) ?? this.#over.get(key))?.pages ?? NO_PAGES;
  }

  #of(alertId: string, channelId: string, nowMs: number): AlertDeliveries {
    const key = keyOf(alertId, channelId);
    const known = this.#open.get(key) ?? this.#over.get(key);
    if (known !== undefined) return known;
    const deliveries = { pages: new Map<string, PageState>(), begunAtMs: nowMs };
    this.#open.set(key, deliveries);
    this.#forgetOldest();
    return deliveries;
  }

  #closeOut(alertId: string, channelId: string, deliveries: AlertDeliveries): void {
    const key = keyOf(alertId, channelId);
    if (!this.#open.delete(key)) return;
    this.#over.set(key, deliveries);
  }

  #forgetOldest(): void {
    if (this.alertsHeld <= this.#alertsMax) return;
    const [over] = this.#over;
    if (over !== undefined) {
      this.#over.delete(over[0]);
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

/** Channel ids hold no line feed (the notifier refuses them), so the two halves cannot be confused. */
function keyOf(alertId: string, channelId: string): string {
  return `${channelId}\n${alertId}`;
}

function pageOf({ pages }: AlertDeliveries, eventId: string, kind: AlertEvent['kind']): PageState {
  const known = pages.get(eventId);
  if (known !== undefined) return known;
  const page = newPageState(eventId, kind);
  pages.set(eventId, page);
  return page;
}
