import type { DeliveryFault } from '../../core/delivery-fault.ts';
import type { FaultScope, SendOutcome } from '../channels/channel.ts';
import { backoffMs } from './backoff.ts';
import { isTooOld } from './decide-delivery.ts';
import type { DeliveryPolicy } from './decide-delivery.ts';
import { CHANNEL_WELL } from './delivery-state.ts';
import type { ChannelState } from './delivery-state.ts';

export interface Attempt {
  alertId: string;
  outcome: SendOutcome;
  /** 1, 2, 3 … */
  attempt: number;
  /** Of this page; equal to `nowMs` on the first attempt. */
  firstAttemptAtMs: number;
  channel: ChannelState;
  nowMs: number;
  /** Uniform in [0, 1). */
  draw: number;
}

/** What an attempt came to for its page, and what it says of the channel. */
export interface Verdict {
  page:
    | { outcome: 'delivered'; detail: string; over?: string }
    | { outcome: 'failed'; detail: string; fault?: DeliveryFault }
    | { outcome: 'retrying'; detail: string; fault?: DeliveryFault; nextAttemptAtMs: number };
  channel: ChannelState;
}

/** Pure: decides what follows from one attempt. A page is given up only by an attempt that failed, or while its channel is paused. */
export function judgeAttempt(attempt: Attempt, policy: DeliveryPolicy): Verdict {
  const { outcome, nowMs } = attempt;
  switch (outcome.kind) {
    case 'delivered':
      return { page: { outcome: 'delivered', detail: outcome.detail, ...(outcome.over === undefined ? {} : { over: outcome.over }) }, channel: well(attempt) };
    case 'refused':
      return { page: { outcome: 'failed', detail: outcome.detail, ...faultOf(outcome) }, channel: well(attempt) };
    case 'postponed':
      return { page: { outcome: 'retrying', detail: outcome.detail, nextAttemptAtMs: outcome.untilMs }, channel: attempt.channel };
    case 'retry': {
      const askedForMs = Math.min(outcome.retryAfterMs ?? 0, policy.retryAfterMaxMs);
      const channel = channelAfterFault(attempt, outcome.fault, askedForMs, policy);
      if (isTooOld(attempt.firstAttemptAtMs, nowMs, policy)) {
        return { page: { outcome: 'failed', detail: givenUp(outcome.detail, policy), ...faultOf(outcome) }, channel };
      }
      const waitMs = Math.max(askedForMs, backoffMs(attempt.attempt, attempt.draw, policy.backoff));
      return { page: { outcome: 'retrying', detail: outcome.detail, ...faultOf(outcome), nextAttemptAtMs: nowMs + waitMs }, channel };
    }
  }
}

const faultOf = ({ why }: { why?: DeliveryFault }): { fault?: DeliveryFault } => (why === undefined ? {} : { fault: why });

/** Says that the time is up, after what went wrong last. */
export function givenUp(lastDetail: string, policy: DeliveryPolicy): string {
  const hours = Math.round(policy.giveUpAfterMs / 3_600_000);
  return `${lastDetail}; given up after ${hours} h`;
}

/** A page that meets a fault alone leaves the channel free for others; when page after page does, it is the channel. */
function channelAfterFault(attempt: Attempt, fault: FaultScope, askedForMs: number, policy: DeliveryPolicy): ChannelState {
  const { channel, alertId } = attempt;
  if (fault !== 'page') return paused(attempt, askedForMs, policy);
  const pageFaults = channel.pageFaults + (channel.lastFaultAlertId === alertId ? 0 : 1);
  if (pageFaults >= policy.pageFaultsMax) return { ...paused(attempt, askedForMs, policy), pageFaults, lastFaultAlertId: alertId };
  return { ...well(attempt), pageFaults, lastFaultAlertId: alertId };
}

function well({ channel }: Attempt): ChannelState {
  return { ...CHANNEL_WELL, busyUntilMs: channel.busyUntilMs };
}

/** Attempts that were under way together fail together: they count as one fault. */
function paused({ channel, nowMs, draw }: Attempt, askedForMs: number, policy: DeliveryPolicy): ChannelState {
  const failures = channel.pausedUntilMs > nowMs ? channel.failures : channel.failures + 1;
  const waitMs = Math.max(askedForMs, Math.min(policy.pauseMaxMs, backoffMs(failures, draw, policy.backoff)));
  return { ...channel, failures, pausedUntilMs: Math.max(channel.pausedUntilMs, nowMs + waitMs) };
}
