import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../core/alert.ts';
import { DELIVERY_POLICY, decideDelivery } from './decide-delivery.ts';
import type { DeliveryDecision, DeliveryQuestion } from './decide-delivery.ts';
import { CHANNEL_WELL, newPageState } from './delivery-state.ts';
import type { PageState } from './delivery-state.ts';
import { escalated, opened, resolved } from './testing/sample-events.ts';

const NOW_MS = 1_000_000_000;
const OPENED = opened();
const ESCALATED = escalated();
const ESCALATED_AGAIN = escalated({ id: 'a-1500-0', sequence: 1_500 });
const RESOLVED = resolved({ openedAtMs: NOW_MS - 3_600_000 });

function page(event: AlertEvent, over: Partial<PageState> = {}): PageState {
  return { ...newPageState(event.id, event.kind), place: { sequence: event.sequence, index: event.index }, firstSeenAtMs: NOW_MS, ...over };
}
const delivered = { settled: 'delivered', attempts: 1, firstAttemptAtMs: NOW_MS } as const;

function decide(event: AlertEvent, pages: PageState[], over: Partial<DeliveryQuestion> = {}): DeliveryDecision {
  const byId = new Map(pages.map((each) => [each.eventId, each]));
  return decideDelivery({ event, pages: byId, opening: 'seen', channel: CHANNEL_WELL, knownSinceMs: 0, startedAtMs: 0, nowMs: NOW_MS, ...over }, DELIVERY_POLICY);
}

describe('a page is', () => {
  const paused = { ...CHANNEL_WELL, failures: 3, pausedUntilMs: NOW_MS + 5_000 };
  const table: [name: string, event: AlertEvent, pages: PageState[], over: Partial<DeliveryQuestion>, expected: DeliveryDecision][] = [
    ['sent the first time', OPENED, [page(OPENED)], {},
      { action: 'send', reason: 'first-attempt', attempt: 1 }],
    ['done when it was delivered', OPENED, [page(OPENED, delivered)], {},
      { action: 'done', reason: 'already-settled', outcome: 'delivered' }],
    ['done when it was given up', OPENED, [page(OPENED, { settled: 'failed', attempts: 9 })], {},
      { action: 'done', reason: 'already-settled', outcome: 'failed' }],
    ['kept until its backoff is over', OPENED, [page(OPENED, { attempts: 2, firstAttemptAtMs: NOW_MS - 9, nextAttemptAtMs: NOW_MS + 1 })], {},
      { action: 'wait', reason: 'backoff', untilMs: NOW_MS + 1 }],
    ['sent again at the very time it is due', OPENED, [page(OPENED, { attempts: 2, firstAttemptAtMs: NOW_MS - 9, nextAttemptAtMs: NOW_MS })], {},
      { action: 'send', reason: 'retry-due', attempt: 3 }],
    ['kept while the channel is paused', OPENED, [page(OPENED)], { channel: paused },
      { action: 'wait', reason: 'channel-paused', untilMs: NOW_MS + 5_000 }],
    ['looked at again during a long pause', OPENED, [page(OPENED)], { channel: { ...paused, pausedUntilMs: NOW_MS + 900_000 } },
      { action: 'wait', reason: 'channel-paused', untilMs: NOW_MS + DELIVERY_POLICY.pauseMaxMs }],
    ['given up while the channel is paused once its time is over', OPENED, [page(OPENED, { attempts: 40, firstAttemptAtMs: NOW_MS - DELIVERY_POLICY.giveUpAfterMs })], { channel: paused },
      { action: 'give-up', reason: 'too-old' }],
    ['tried once more when its time is over and the channel is well', OPENED, [page(OPENED, { attempts: 40, firstAttemptAtMs: NOW_MS - DELIVERY_POLICY.giveUpAfterMs })], {},
      { action: 'send', reason: 'retry-due', attempt: 41 }],
    ['never given up before a first attempt', OPENED, [page(OPENED, { firstSeenAtMs: NOW_MS - 9e9 })], { channel: paused },
      { action: 'wait', reason: 'channel-paused', untilMs: NOW_MS + 5_000 }],
  ];
  it.each(table)('%s', (_name, event, pages, over, expected) => {
    expect(decide(event, pages, over)).toEqual(expected);
  });
});

describe('of one alert over one channel', () => {
  const { recheckMs, orderWaitMaxMs } = DELIVERY_POLICY;
  const openRetrying = page(OPENED, { attempts: 1, firstAttemptAtMs: NOW_MS, nextAttemptAtMs: NOW_MS + 60_000 });
  const table: [name: string, event: AlertEvent, pages: PageState[], over: Partial<DeliveryQuestion>, expected: DeliveryDecision][] = [
    ['an escalation goes out after its delivered opening', ESCALATED, [page(OPENED, delivered), page(ESCALATED)], {},
      { action: 'send', reason: 'first-attempt', attempt: 1 }],
    ['an escalation waits for its opening to be tried again', ESCALATED, [openRetrying, page(ESCALATED)], {},
      { action: 'wait', reason: 'earlier-page', untilMs: NOW_MS + 60_000 }],
    ['an end waits for an opening that is held and not tried yet', RESOLVED, [page(OPENED), page(RESOLVED)], {},
      { action: 'wait', reason: 'earlier-page', untilMs: NOW_MS + recheckMs }],
    ['an end waits for an escalation', RESOLVED, [page(OPENED, delivered), page(ESCALATED), page(RESOLVED)], {},
      { action: 'wait', reason: 'earlier-page', untilMs: NOW_MS + recheckMs }],
    ['a second escalation waits for the first', ESCALATED_AGAIN, [page(OPENED, delivered), page(ESCALATED), page(ESCALATED_AGAIN)], {},
      { action: 'wait', reason: 'earlier-page', untilMs: NOW_MS + recheckMs }],
    ['a first escalation does not wait for the second', ESCALATED, [page(OPENED, delivered), page(ESCALATED_AGAIN), page(ESCALATED)], {},
      { action: 'send', reason: 'first-attempt', attempt: 1 }],
    ['an escalation known by its records alone comes before one that is new', ESCALATED_AGAIN,
      [page(OPENED, delivered), page(ESCALATED, { place: null, attempts: 2, nextAttemptAtMs: NOW_MS + 7_000 }), page(ESCALATED_AGAIN)], {},
      { action: 'wait', reason: 'earlier-page', untilMs: NOW_MS + 7_000 }],
    ['an escalation to somebody who was not paged at the opening goes out at once', ESCALATED, [page(ESCALATED)], { opening: 'seen' },
      { action: 'send', reason: 'first-attempt', attempt: 1 }],
    ['an escalation whose opening is known by records over other channels waits out the time after a start', ESCALATED, [page(ESCALATED)],
      { opening: 'recorded', startedAtMs: NOW_MS - DELIVERY_POLICY.orderWaitAfterStartMs + 300 },
      { action: 'wait', reason: 'earlier-page-unknown', untilMs: NOW_MS + 300 }],
    ['and goes out after that', ESCALATED, [page(ESCALATED)], { opening: 'recorded', startedAtMs: NOW_MS - DELIVERY_POLICY.orderWaitAfterStartMs },
      { action: 'send', reason: 'first-attempt', attempt: 1 }],
    ['an end waits for an opening of which nothing is known', RESOLVED, [page(RESOLVED)], { opening: 'unknown' },
      { action: 'wait', reason: 'earlier-page-unknown', untilMs: NOW_MS + recheckMs }],
    ['an end waits, just after a start, for pages that the log still keeps', RESOLVED, [page(OPENED, delivered), page(RESOLVED)], { startedAtMs: NOW_MS - 5_000 },
      { action: 'wait', reason: 'just-started', untilMs: NOW_MS - 5_000 + DELIVERY_POLICY.orderWaitAfterStartMs }],
    ['an end does not wait when its alert opened after the start', RESOLVED, [page(OPENED, delivered), page(RESOLVED)], { startedAtMs: RESOLVED.openedAtMs },
      { action: 'send', reason: 'first-attempt', attempt: 1 }],
    ['an end is not told where the alert was never paged', RESOLVED, [page(RESOLVED, { firstSeenAtMs: NOW_MS - orderWaitMaxMs })], { opening: 'unknown' },
      { action: 'skip', reason: 'never-fired-here' }],
    ['an end is told where the records of its opening are too old to be known', RESOLVED, [page(RESOLVED, { firstSeenAtMs: NOW_MS - orderWaitMaxMs })],
      { opening: 'unknown', knownSinceMs: RESOLVED.openedAtMs + 1 },
      { action: 'send', reason: 'first-attempt', attempt: 1 }],
    ['an end is not told where the opening was refused', RESOLVED, [page(OPENED, { settled: 'failed', attempts: 1 }), page(RESOLVED)], { knownSinceMs: NOW_MS },
      { action: 'skip', reason: 'never-fired-here' }],
    ['an end is told where the opening was given up after an attempt that may have arrived', RESOLVED, [page(OPENED, { settled: 'failed', attempts: 9, mayHaveArrived: true }), page(RESOLVED)], {},
      { action: 'send', reason: 'first-attempt', attempt: 1 }],
    ['an end is told where the opening was refused and an escalation delivered', RESOLVED,
      [page(OPENED, { settled: 'failed', attempts: 1 }), page(ESCALATED, delivered), page(RESOLVED)], {},
      { action: 'send', reason: 'first-attempt', attempt: 1 }],
    ['an escalation of which no opening is known goes out after a while', ESCALATED, [page(ESCALATED, { firstSeenAtMs: NOW_MS - orderWaitMaxMs })], { opening: 'unknown' },
      { action: 'send', reason: 'first-attempt', attempt: 1 }],
    ['an opening that comes after the end was told is not sent', OPENED, [page(RESOLVED, delivered), page(OPENED)], {},
      { action: 'skip', reason: 'overtaken' }],
    ['an opening that comes after an escalation was told is not sent', OPENED, [page(ESCALATED, delivered), page(OPENED)], {},
      { action: 'skip', reason: 'overtaken' }],
    ['an opening that could not be delivered while the alert was open still goes out', OPENED, [{ ...openRetrying, nextAttemptAtMs: NOW_MS }, page(RESOLVED)], {},
      { action: 'send', reason: 'retry-due', attempt: 2 }],
    ['a page behind another waits out the channel\'s pause', RESOLVED, [page(OPENED), page(RESOLVED)], { channel: { ...CHANNEL_WELL, failures: 1, pausedUntilMs: NOW_MS + 20_000 } },
      { action: 'wait', reason: 'earlier-page', untilMs: NOW_MS + 20_000 }],
  ];
  it.each(table)('%s', (_name, event, pages, over, expected) => {
    expect(decide(event, pages, over)).toEqual(expected);
  });
});
