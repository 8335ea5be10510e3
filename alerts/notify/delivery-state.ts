import type { AlertEvent } from '../../core/alert.ts';
import type { DeliveryOutcome, DeliveryRecord } from '../../core/page.ts';

/** Outcomes after which a page is not touched again. */
export type SettledOutcome = Exclude<DeliveryOutcome, 'retrying'>;

/** What is known of one page: one alert event over one channel. */
export interface PageState {
  eventId: string;
  eventKind: AlertEvent['kind'];
  /** Place among the desk's pages; null while only its records are known. */
  place: { sequence: number; index: number } | null;
  /** When this process first held the event; null while it is known from the logs alone. */
  firstSeenAtMs: number | null;
  /** When this process read on the incidents log that the page is ordered; null where it did not. */
  expectedAtMs: number | null;
  /** Somebody may have received it though no record says so: an attempt has had no answer, or another process had it in hand. A refusal says that nobody has. */
  mayHaveArrived: boolean;
  attempts: number;
  firstAttemptAtMs: number | null;
  nextAttemptAtMs: number | null;
  /** How long the channel's rate budget put it off so far, milliseconds. */
  putOffMs: number;
  lastDetail: string;
  settled: SettledOutcome | null;
  /** The id of the channel that took it over in this one's place; null where none did. */
  over: string | null;
}

/** The pages of one alert over one channel, by event id. */
export type AlertPages = ReadonlyMap<string, Readonly<PageState>>;

/** What is known of the opening of an alert over any channel: this process holds or held it, records of it exist, or nothing. */
export type OpeningKnown = 'seen' | 'recorded' | 'unknown';

/** How a channel does as a whole. */
export interface ChannelState {
  /** Faults of the channel in a row; 0 for one that is well. */
  failures: number;
  /** Nothing is sent before this; 0 when it is not paused. */
  pausedUntilMs: number;
  /** Alerts in a row whose page alone met a fault, one alert's repeats not counted. */
  pageFaults: number;
  lastFaultAlertId: string | null;
  /** When those that were turned away for want of room will all have been back; 0 or past when there is room. */
  busyUntilMs: number;
}

export const CHANNEL_WELL: Readonly<ChannelState> = { failures: 0, pausedUntilMs: 0, pageFaults: 0, lastFaultAlertId: null, busyUntilMs: 0 };

export function newPageState(eventId: string, eventKind: AlertEvent['kind']): PageState {
  return {
    eventId, eventKind, place: null, firstSeenAtMs: null, expectedAtMs: null, mayHaveArrived: false, attempts: 0, firstAttemptAtMs: null, nextAttemptAtMs: null, putOffMs: 0, lastDetail: '', settled: null, over: null,
  };
}

/**
 * Takes a delivery record into the state, in place. Records may come twice and, from several notifiers, late:
 * a delivered page stays delivered and attempts never go down.
 */
export function takeRecord(state: PageState, record: DeliveryRecord): void {
  state.firstAttemptAtMs = earliest(state.firstAttemptAtMs, record.attempt > 0 ? record.atMs : null);
  if (state.settled === 'delivered') return;
  if (record.outcome === 'failed') state.mayHaveArrived = false;
  if (record.mayHaveArrived === true) state.mayHaveArrived = true;
  if (record.outcome === 'retrying') {
    if (state.settled !== null || record.attempt < state.attempts) return;
    state.nextAttemptAtMs = record.nextAttemptAtMs ?? null;
  } else {
    state.settled = record.outcome;
    state.over = record.over ?? null;
    state.nextAttemptAtMs = null;
  }
  state.attempts = Math.max(state.attempts, record.attempt);
  state.lastDetail = record.detail;
}

/** Over which channels pages of an alert went that another channel was to deliver. Pure. */
export function takenOver(pages: AlertPages): ReadonlySet<string> {
  return new Set([...pages.values()].flatMap(({ over }) => (over === null ? [] : [over])));
}

function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
