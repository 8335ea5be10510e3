import type { AlertEvent } from './alert.ts';
import type { DeliveryFault } from './delivery-fault.ts';

/** What one attempt to deliver a page came to; `skipped`: decided not to send it, and `detail` says why. */
export const DELIVERY_OUTCOMES = ['delivered', 'retrying', 'failed', 'skipped'] as const;
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

/** Kept for each attempt. */
export interface DeliveryRecord {
  /** Event id and channel id joined: the same page is the same key, on every attempt and after every restart. */
  idempotencyKey: string;
  alertId: string;
  eventId: string;
  eventKind: AlertEvent['kind'];
  channelId: string;
  channelKind: string;
  /** 1, 2, 3 …; 0 for a page skipped before any attempt. */
  attempt: number;
  outcome: DeliveryOutcome;
  /** Says why, in words without secrets: `HTTP 503`, `connection refused`. */
  detail: string;
  /** Nobody knows whether it arrived: an attempt had no answer, or the record of what became of it was lost. Absent where it is known. */
  mayHaveArrived?: true;
  /** What kind of fault it was, for words in a person's own language; absent where there was none. */
  fault?: DeliveryFault;
  /** Of a delivered one: the id of the channel that took it over in this one's place. */
  over?: string;
  atMs: number;
  durationMs: number;
  /** When the next attempt is due, for `retrying`. */
  nextAttemptAtMs?: number;
}
