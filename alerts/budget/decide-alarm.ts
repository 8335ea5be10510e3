import type { SendOutcome } from '../channels/channel.ts';

/** What is known of how a channel does, for the alarm about it. */
export interface AlarmState {
  /** Since when it fails as a whole; null while it does not. */
  failingSinceMs: number | null;
  /** When its alarm was raised; null while there is none. */
  raisedAtMs: number | null;
  /** Whether somebody could be told. */
  told: boolean;
}

export const QUIET: AlarmState = { failingSinceMs: null, raisedAtMs: null, told: false };

export type AlarmDecision = { action: 'none' } | { action: 'raise'; reason: 'page-lost' | 'not-set-up' | 'failing' } | { action: 'end' };

/** A channel that fails for so long raises an alarm. One that says it is not set up right does so sooner: waiting mends nothing. */
export const ALARM_AFTER_MS = { channel: 5 * 60_000, setup: 30_000 } as const;

/** Pure: what follows for the alarm from one outcome, and the state after it. */
export function decideAlarm(state: AlarmState, outcome: SendOutcome, nowMs: number): { decision: AlarmDecision; state: AlarmState } {
  switch (outcome.kind) {
    case 'postponed':
      return { decision: { action: 'none' }, state };
    case 'delivered':
      return { decision: state.raisedAtMs === null ? { action: 'none' } : { action: 'end' }, state: QUIET };
    case 'refused':
      return raise({ ...state }, 'page-lost', nowMs);
    case 'retry': {
      if (outcome.fault === 'page') return { decision: { action: 'none' }, state };
      const failing = { ...state, failingSinceMs: state.failingSinceMs ?? nowMs };
      const lastedMs = nowMs - failing.failingSinceMs;
      if (lastedMs < ALARM_AFTER_MS[outcome.fault]) return { decision: { action: 'none' }, state: failing };
      return raise(failing, outcome.fault === 'setup' ? 'not-set-up' : 'failing', nowMs);
    }
  }
}

/** Told once; raised again only where nobody could be told. */
function raise(state: AlarmState, reason: 'page-lost' | 'not-set-up' | 'failing', nowMs: number): { decision: AlarmDecision; state: AlarmState } {
  if (state.raisedAtMs !== null && state.told) return { decision: { action: 'none' }, state };
  return { decision: { action: 'raise', reason }, state: { ...state, raisedAtMs: state.raisedAtMs ?? nowMs } };
}
