import type { DeliveryFault } from '../../core/delivery-fault.ts';
import type { Page } from '../notify/page.ts';
import type { PageLanguage } from '../notify/summarize.ts';

/**
 * A way to reach people. Implementations send; whether, when and how often is decided by the notifier.
 */
export interface Channel {
  /** Unique among the configured channels; part of idempotency keys, so it keeps its name across restarts. */
  readonly id: string;
  /** `console`, `webhook` …: shown beside each attempt. */
  readonly kind: string;
  /** Of its cards; pages of a channel without one are in both. */
  readonly language?: PageLanguage;
  /** Whether it is told that somebody has an incident, which is a page that rings at nobody. False when absent. */
  readonly hearsAcknowledgements?: boolean;
  /** Pages in hand at once; the notifier's own limit when absent. */
  readonly concurrencyMax?: number;
  /**
   * One attempt. Resolves for every answer and every fault of the way there, within the channel's own time limit;
   * `signal` ends it early. The same key on a later attempt means the same page. `firedOver`: ids of other channels that took
   * over a page of the same alert in this one's place; none when absent.
   */
  send(page: Page, idempotencyKey: string, signal: AbortSignal, firedOver?: ReadonlySet<string>): Promise<SendOutcome>;
  /** Several pages as one message, worst first; absent where a kind has no such thing. */
  sendDigest?(pages: readonly Page[], idempotencyKey: string, signal: AbortSignal): Promise<SendOutcome>;
  /** Those of several pages that a digest has no room to name; none when absent. */
  leftOfDigest?(pages: readonly Page[]): readonly Page[];
}

/**
 * What came of one attempt. `detail` is a few words without secrets.
 * `retry`: it may succeed later; the page is kept. `refused`: the receiver has read it and will never take it. `why`: what a person can do about it.
 */
export type SendOutcome =
  /** `over`: the id of another channel that took it over. */
  | { kind: 'delivered'; detail: string; over?: string }
  | { kind: 'retry'; detail: string; fault: FaultScope; why?: DeliveryFault; retryAfterMs?: number }
  | { kind: 'refused'; detail: string; why?: DeliveryFault }
  /** Nothing was sent: the page is to come back then. It says nothing of the channel's health. */
  | { kind: 'postponed'; detail: string; untilMs: number };

/**
 * Whether every page over this channel meets the fault (nobody answers, slow down), or this page alone may. `setup`: every
 * page meets it until a person changes how the channel is set up (a wrong key, a robot that was removed).
 */
export type FaultScope = 'channel' | 'page' | 'setup';
