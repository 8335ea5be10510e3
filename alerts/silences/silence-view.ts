import type { Silence } from '../../core/operation.ts';
import { writeMatcher } from '../routing/write-entry.ts';
import { nextBeginMs, silentUntilMs } from './silence-times.ts';

/** A silence as `GET /v1/silences` shows it. Times in RFC 3339. */
export interface SilenceView {
  id: string;
  matchers: string[];
  author: string;
  reason: string;
  startsAt: string;
  endsAt: string | null;
  recurring: { cron: string; timeZone: string; durationMinutes: number } | null;
  createdAt: string;
  state: 'waiting' | 'active' | 'over';
  /** When the silence that holds now ends, or the next one begins; null when neither is known. */
  untilAt: string | null;
  nextBeginAt: string | null;
}

export function silenceView(silence: Silence, nowMs: number): SilenceView {
  const untilMs = silentUntilMs(silence, nowMs);
  const nextMs = nextBeginMs(silence, nowMs);
  const { recurring } = silence;
  return {
    id: silence.id, matchers: silence.matchers.map(writeMatcher), author: silence.author, reason: silence.reason,
    startsAt: rfc3339(silence.startsAtMs), endsAt: silence.endsAtMs === null ? null : rfc3339(silence.endsAtMs),
    recurring: recurring === undefined ? null : { cron: recurring.cron, timeZone: recurring.timeZone, durationMinutes: recurring.durationMs / 60_000 },
    createdAt: rfc3339(silence.createdAtMs),
    state: untilMs !== null ? 'active' : nextMs === null ? 'over' : 'waiting',
    untilAt: untilMs === null || !Number.isFinite(untilMs) ? null : rfc3339(untilMs),
    nextBeginAt: nextMs === null ? null : rfc3339(nextMs),
  };
}

function rfc3339(atMs: number): string {
  return new Date(atMs).toISOString();
}
