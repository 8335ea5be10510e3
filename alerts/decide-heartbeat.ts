/** What the dead-man's heartbeat looks at. */
export interface HeartbeatInput {
  /** Parts of this process that are not well, by name. */
  unwell: readonly string[];
  /** What the counter answers over the log; null when it does not. */
  status: { lagMs: number; unscoredFrames: number } | null;
  /** For how long the incident desk has had something to write, milliseconds; 0 when it has nothing. */
  deskBehindMs: number;
  sinceStartMs: number;
}

export interface HeartbeatPolicy {
  lagMsMax: number;
  unscoredFramesMax: number;
  deskBehindMsMax: number;
  /** For so long after a start nobody is told that heartbeats are withheld. */
  graceMs: number;
}

export const HEARTBEAT_POLICY: Omit<HeartbeatPolicy, 'graceMs'> = { lagMsMax: 60_000, unscoredFramesMax: 10_000, deskBehindMsMax: 60_000 };

export type HeartbeatDecision =
  | { action: 'send' }
  | { action: 'withhold'; reason: 'part-unwell' | 'counter-silent' | 'counter-lag' | 'scorer-lag' | 'desk-behind'; detail: string; says: 'loudly' | 'quietly' };

/**
 * Sent only while feedback really goes all the way: an outside monitor rings when it stays away. A start is no excuse to
 * send one: a server that starts again and again is dead as well; but within the grace the log does not complain.
 */
export function decideHeartbeat({ unwell, status, deskBehindMs, sinceStartMs }: HeartbeatInput, policy: HeartbeatPolicy): HeartbeatDecision {
  const says = sinceStartMs < policy.graceMs ? 'quietly' : 'loudly';
  if (unwell.length > 0) return { action: 'withhold', reason: 'part-unwell', detail: unwell.join(', '), says };
  if (status === null) return { action: 'withhold', reason: 'counter-silent', detail: 'the counter does not answer', says };
  if (status.lagMs > policy.lagMsMax) return { action: 'withhold', reason: 'counter-lag', detail: `${Math.round(status.lagMs / 1_000)} s behind`, says };
  if (status.unscoredFrames > policy.unscoredFramesMax) return { action: 'withhold', reason: 'scorer-lag', detail: `${status.unscoredFrames} frames wait`, says };
  if (deskBehindMs > policy.deskBehindMsMax) return { action: 'withhold', reason: 'desk-behind', detail: `${Math.round(deskBehindMs / 1_000)} s behind`, says };
  return { action: 'send' };
}
