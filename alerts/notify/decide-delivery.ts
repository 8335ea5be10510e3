import type { AlertEvent } from '../../core/alert.ts';
import type { BackoffPolicy } from './backoff.ts';
import type { AlertPages, ChannelState, OpeningKnown, PageState, SettledOutcome } from './delivery-state.ts';

export interface DeliveryPolicy {
  backoff: BackoffPolicy;
  /** A page that has failed for this long since its first attempt is given up. */
  giveUpAfterMs: number;
  /** A `Retry-After` is obeyed up to this. */
  retryAfterMaxMs: number;
  /** A channel that does not answer is probed at least this often. */
  pauseMaxMs: number;
  /** So many alerts in a row whose page alone met a fault are taken for a fault of the channel. */
  pageFaultsMax: number;
  /** How long a later page waits for an opening of which nothing at all is known yet. */
  orderWaitMaxMs: number;
  /**
   * For how long after a start the end of an older alert waits for pages that the log still keeps from a former worker, and for how long
   * after it was read a page that is ordered and was never tried holds up the later ones.
   */
  orderWaitAfterStartMs: number;
  /** How long a page is at most sent away while a channel that is well has more waiting than it may hold. */
  turnAwayMaxMs: number;
  /** How soon a page that waits without a due time is looked at again. */
  recheckMs: number;
}

/** Both waits for pages that may still come must outlast a redelivery by the log (10 s) and the longest pause, in a row. */
export const DELIVERY_POLICY: DeliveryPolicy = {
  backoff: { baseMs: 1_000, capMs: 5 * 60_000, floorMs: 100 },
  giveUpAfterMs: 24 * 3_600_000,
  retryAfterMaxMs: 15 * 60_000,
  pauseMaxMs: 30_000,
  pageFaultsMax: 5,
  orderWaitMaxMs: 2 * 60_000,
  orderWaitAfterStartMs: 45_000,
  turnAwayMaxMs: 5_000,
  recheckMs: 1_000,
};

/** What to do with a page now, and why. */
export type DeliveryDecision =
  | { action: 'send'; reason: 'first-attempt' | 'retry-due'; attempt: number }
  | { action: 'done'; reason: 'already-settled'; outcome: SettledOutcome }
  | { action: 'skip'; reason: SkipReason }
  | { action: 'give-up'; reason: 'too-old' }
  | { action: 'wait'; reason: WaitReason; untilMs: number };

/** `never-fired-here`: no fire of this alert went out over the channel. `overtaken`: a later page of the alert was settled before. */
export type SkipReason = 'never-fired-here' | 'overtaken';
type WaitReason = 'backoff' | 'earlier-page' | 'earlier-page-unknown' | 'just-started' | 'channel-paused';

export interface DeliveryQuestion {
  event: Pick<AlertEvent, 'id' | 'alertId' | 'kind' | 'sequence' | 'index'> & { openedAtMs?: number };
  /** All pages of this alert over this channel, the asked one included. */
  pages: AlertPages;
  /** Of this alert over any channel; where it is known and has no page over this one, it was not meant for it. */
  opening: OpeningKnown;
  channel: ChannelState;
  /** When this process began to take events. */
  startedAtMs: number;
  /** Deliveries before this time may be unknown: their records were not read back. */
  knownSinceMs: number;
  nowMs: number;
}

/**
 * Decides one page over one channel. Rules, in this order:
 * - what is settled stays so;
 * - per alert and channel, pages go out in the order of their events: an earlier page is settled first, however late.
 *   So an opened page that could not be delivered while its alert was open still goes out, and its end right after it;
 *   a page that the log hands out after a later one was settled is skipped, so no fire follows its own end;
 * - an end is told where a fire was delivered, and nowhere else: skipped where every fire was refused or given up, or
 *   none was meant for the channel. Where nobody knows whether a fire arrived it is told: its records are too old to be known or were lost with
 *   their process, or it was given up, or stopped by an acknowledgement, after an attempt without an answer;
 * - then the page's own backoff, then the channel's pause.
 */
export function decideDelivery(question: DeliveryQuestion, policy: DeliveryPolicy): DeliveryDecision {
  const { event, pages, channel, nowMs } = question;
  const own = pages.get(event.id);
  if (own !== undefined && own.settled !== null) return { action: 'done', reason: 'already-settled', outcome: own.settled };
  if (some(pages, (page) => page.settled !== null && isLater(page, event))) return { action: 'skip', reason: 'overtaken' };
  const inOrder = waitForEarlier(question, own, policy);
  if (inOrder !== null) return inOrder;
  if (event.kind === 'resolved' && !firedHere(question)) return { action: 'skip', reason: 'never-fired-here' };
  if (own?.nextAttemptAtMs != null && own.nextAttemptAtMs > nowMs) {
    return { action: 'wait', reason: 'backoff', untilMs: own.nextAttemptAtMs };
  }
  const attempts = own?.attempts ?? 0;
  if (channel.pausedUntilMs <= nowMs) {
    return { action: 'send', reason: attempts === 0 ? 'first-attempt' : 'retry-due', attempt: attempts + 1 };
  }
  if (attempts > 0 && isTooOld(own?.firstAttemptAtMs ?? null, nowMs, policy)) return { action: 'give-up', reason: 'too-old' };
  // A page without a record must come back soon enough for a later one to learn of it, even after a restart.
  return { action: 'wait', reason: 'channel-paused', untilMs: Math.min(channel.pausedUntilMs, nowMs + policy.pauseMaxMs) };
}

/** True when a page first attempted then has had its time. */
export function isTooOld(firstAttemptAtMs: number | null, nowMs: number, policy: DeliveryPolicy): boolean {
  return firstAttemptAtMs !== null && nowMs - firstAttemptAtMs >= policy.giveUpAfterMs;
}

function waitForEarlier(question: DeliveryQuestion, own: Readonly<PageState> | undefined, policy: DeliveryPolicy): DeliveryDecision | null {
  const { event, pages, channel, nowMs, startedAtMs } = question;
  const recheckAtMs = nowMs + policy.recheckMs;
  for (const page of pages.values()) {
    if (page.settled !== null || !isEarlier(page, event) || isLost(page, nowMs, policy)) continue;
    const dueAtMs = page.nextAttemptAtMs ?? Math.min(Math.max(channel.pausedUntilMs, channel.busyUntilMs), nowMs + policy.pauseMaxMs);
    return { action: 'wait', reason: 'earlier-page', untilMs: Math.max(recheckAtMs, dueAtMs) };
  }
  const surveyedAtMs = startedAtMs + policy.orderWaitAfterStartMs;
  if (event.kind === 'resolved' && (event.openedAtMs ?? 0) < startedAtMs && nowMs < surveyedAtMs) {
    return { action: 'wait', reason: 'just-started', untilMs: surveyedAtMs };
  }
  if (event.kind === 'opened' || pages.has(event.alertId)) return null;
  const knownAtMs = openingKnownAtMs(question, own, policy);
  return nowMs < knownAtMs ? { action: 'wait', reason: 'earlier-page-unknown', untilMs: Math.min(knownAtMs, recheckAtMs) } : null;
}

/** Ordered, and neither handed out nor tried in the time in which it should have been: its channel was another one then. */
function isLost({ firstSeenAtMs, expectedAtMs, attempts }: Readonly<PageState>, nowMs: number, policy: DeliveryPolicy): boolean {
  return firstSeenAtMs === null && attempts === 0 && expectedAtMs !== null && nowMs >= expectedAtMs + policy.orderWaitAfterStartMs;
}

/** From when on an opening that has no page over this channel counts as one that was not meant for it. */
function openingKnownAtMs({ opening, startedAtMs, nowMs }: DeliveryQuestion, own: Readonly<PageState> | undefined, policy: DeliveryPolicy): number {
  switch (opening) {
    case 'seen':
      return 0;
    case 'recorded':
      return startedAtMs + policy.orderWaitAfterStartMs;
    case 'unknown':
      return (own?.firstSeenAtMs ?? nowMs) + policy.orderWaitMaxMs;
  }
}

const RANK: Record<AlertEvent['kind'], number> = { opened: 0, escalated: 1, resolved: 2 };

/** Negative for a page before the event. An escalation known by its records alone was sent before a restart, so before one that was not. */
function placeAgainst(page: Readonly<PageState>, event: DeliveryQuestion['event']): number {
  if (page.eventId === event.id) return 0;
  if (page.eventKind !== event.kind) return RANK[page.eventKind] - RANK[event.kind];
  if (page.place === null) return -1;
  return page.place.sequence - event.sequence || page.place.index - event.index;
}

function isEarlier(page: Readonly<PageState>, event: DeliveryQuestion['event']): boolean {
  return placeAgainst(page, event) < 0;
}

function isLater(page: Readonly<PageState>, event: DeliveryQuestion['event']): boolean {
  return placeAgainst(page, event) > 0;
}

function firedHere({ event, pages, knownSinceMs }: DeliveryQuestion): boolean {
  if (some(pages, (page) => page.eventKind !== 'resolved' && (page.settled === 'delivered' || (page.settled !== null && page.mayHaveArrived)))) return true;
  const openedIsKnown = pages.has(event.alertId);
  return !openedIsKnown && (event.openedAtMs ?? 0) < knownSinceMs;
}

function some(pages: AlertPages, is: (page: Readonly<PageState>) => boolean): boolean {
  for (const page of pages.values()) if (is(page)) return true;
  return false;
}
