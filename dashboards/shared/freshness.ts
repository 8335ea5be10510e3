/** A moment by two clocks: `steadyMs` never jumps but may stand still while a machine sleeps, `wallMs` may jump. */
export interface Instant {
  steadyMs: number;
  wallMs: number;
}

/** Past this age the data is marked as slow. */
const SLOW_AFTER_MS = 5_000;
/** Past this age the numbers are greyed and must not be acted on. */
const STALE_AFTER_MS = 15_000;

export type Freshness = 'waiting' | 'fresh' | 'slow' | 'stale';

/** What the page knows of the last counts that it received. */
export interface Arrival {
  asOfMs: number;
  /** Age of the data when the server made the message. */
  lagMs: number;
  receivedAt: Instant;
  /** When `asOfMs` last moved. */
  advancedAt: Instant;
}

/** Time between two moments, never negative. The larger clock decides, so that neither sleep nor a step hides an age. */
export function elapsedMs(from: Instant, to: Instant): number {
  return Math.max(0, to.steadyMs - from.steadyMs, to.wallMs - from.wallMs);
}

export function recordArrival(previous: Arrival | null, counts: { asOfMs: number; lagMs: number }, receivedAt: Instant): Arrival {
  const moved = previous === null || previous.asOfMs !== counts.asOfMs;
  return { asOfMs: counts.asOfMs, lagMs: Math.max(0, counts.lagMs), receivedAt, advancedAt: moved ? receivedAt : previous.advancedAt };
}

/**
 * Age of the shown numbers, in ms. It rests on the server's own lag and on time passed here, never on comparing the two
 * machines' clocks. Messages that keep coming with the same `asOfMs` do not make old numbers young.
 */
export function dataAgeMs(arrival: Arrival, now: Instant): number {
  return Math.max(arrival.lagMs + elapsedMs(arrival.receivedAt, now), elapsedMs(arrival.advancedAt, now));
}

/** The server's time now, as well as it can be known here; for durations such as "open for 3 minutes". */
export function serverNowMs(arrival: Arrival, now: Instant): number {
  return arrival.asOfMs + dataAgeMs(arrival, now);
}

/** @param ageMs null before the first data. An age of exactly a limit is still within it. */
export function classifyFreshness(ageMs: number | null): Freshness {
  if (ageMs === null) return 'waiting';
  if (ageMs > STALE_AFTER_MS) return 'stale';
  return ageMs > SLOW_AFTER_MS ? 'slow' : 'fresh';
}
