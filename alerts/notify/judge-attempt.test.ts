import { describe, expect, it } from 'vitest';
import type { SendOutcome } from '../channels/channel.ts';
import { DELIVERY_POLICY } from './decide-delivery.ts';
import { CHANNEL_WELL } from './delivery-state.ts';
import type { ChannelState } from './delivery-state.ts';
import { judgeAttempt } from './judge-attempt.ts';
import type { Attempt, Verdict } from './judge-attempt.ts';

const NOW_MS = 1_000_000_000;
const refusedConnection: SendOutcome = { kind: 'retry', detail: 'connection refused', fault: 'channel' };
const serverError: SendOutcome = { kind: 'retry', detail: 'HTTP 500', fault: 'page' };

function judge(outcome: SendOutcome, over: Partial<Attempt> = {}): Verdict {
  return judgeAttempt({ alertId: 'a', outcome, attempt: 1, firstAttemptAtMs: NOW_MS, channel: CHANNEL_WELL, nowMs: NOW_MS, draw: 0.5, ...over }, DELIVERY_POLICY);
}

describe('an attempt', () => {
  it('that is delivered settles the page and makes the channel well', () => {
    const troubled = { failures: 4, pausedUntilMs: NOW_MS + 9, pageFaults: 2, lastFaultAlertId: 'b', busyUntilMs: NOW_MS + 3 };
    expect(judge({ kind: 'delivered', detail: 'HTTP 204' }, { channel: troubled }))
      .toEqual({ page: { outcome: 'delivered', detail: 'HTTP 204' }, channel: { ...CHANNEL_WELL, busyUntilMs: NOW_MS + 3 } });
  });

  it('that is refused settles the page as failed and blames nothing on the channel', () => {
    expect(judge({ kind: 'refused', detail: 'HTTP 400' })).toEqual({ page: { outcome: 'failed', detail: 'HTTP 400' }, channel: CHANNEL_WELL });
  });

  it.each([[1, 500], [2, 1_000], [5, 8_000], [30, 150_000]])('that fails as number %i is tried again after %i ms', (attempt, waitMs) => {
    expect(judge(serverError, { attempt }).page).toEqual({ outcome: 'retrying', detail: 'HTTP 500', nextAttemptAtMs: NOW_MS + waitMs });
  });

  it('obeys Retry-After when it is longer than the backoff, for the page and the channel', () => {
    const verdict = judge({ ...refusedConnection, retryAfterMs: 42_000 });
    expect(verdict.page).toMatchObject({ nextAttemptAtMs: NOW_MS + 42_000 });
    expect(verdict.channel.pausedUntilMs).toBe(NOW_MS + 42_000);
  });

  it('obeys Retry-After up to a limit', () => {
    const verdict = judge({ ...refusedConnection, retryAfterMs: 7 * 86_400_000 });
    expect(verdict.channel.pausedUntilMs).toBe(NOW_MS + DELIVERY_POLICY.retryAfterMaxMs);
    expect(verdict.page).toMatchObject({ nextAttemptAtMs: NOW_MS + DELIVERY_POLICY.retryAfterMaxMs });
  });

  it('that fails after the page has had its time gives it up and says so', () => {
    expect(judge(refusedConnection, { attempt: 300, firstAttemptAtMs: NOW_MS - DELIVERY_POLICY.giveUpAfterMs }).page)
      .toEqual({ outcome: 'failed', detail: 'connection refused; given up after 24 h' });
  });
});

describe('a channel', () => {
  it('is paused longer with each fault in a row, up to its limit', () => {
    let channel: ChannelState = CHANNEL_WELL;
    const pauses: number[] = [];
    for (let nowMs = NOW_MS, fault = 0; fault < 10; fault++, nowMs = channel.pausedUntilMs) {
      channel = judge(refusedConnection, { channel, nowMs }).channel;
      pauses.push(channel.pausedUntilMs - nowMs);
    }
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  });

  it('counts attempts that were under way together as one fault', () => {
    const once = judge(refusedConnection).channel;
    expect(judge(refusedConnection, { channel: once }).channel.failures).toBe(1);
  });

  it('is not paused because one alert\'s page meets a fault again and again', () => {
    let channel: ChannelState = CHANNEL_WELL;
    for (let attempt = 1; attempt <= 50; attempt++) channel = judge(serverError, { channel, attempt }).channel;
    expect(channel).toMatchObject({ failures: 0, pausedUntilMs: 0 });
  });

  it('is paused when the pages of five alerts in a row meet a fault', () => {
    let channel: ChannelState = CHANNEL_WELL;
    const failures = ['a', 'b', 'c', 'd', 'e'].map((alertId) => {
      channel = judge(serverError, { channel, alertId }).channel;
      return channel.failures;
    });
    expect(failures).toEqual([0, 0, 0, 0, 1]);
    expect(channel.pausedUntilMs).toBeGreaterThan(NOW_MS);
  });
});
