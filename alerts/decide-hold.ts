import type { AlertSeverity, Escalation, RuleCommon } from '../core/rule.ts';

/** What is known of one group of one rule when it is asked. */
export interface HoldInput {
  rule: Pick<RuleCommon, 'severity' | 'escalate' | 'forMs' | 'keepFiringMs'>;
  /** `fires`: enough to open. `holds`: not enough to open, too much to end. `over`: an open alert may end. */
  state: 'fires' | 'holds' | 'over';
  /** What the levels of `escalate` are compared with. */
  level: number;
  /** When the state became `over`, where that is known exactly and lies in the past; else null. */
  overSinceMs: number | null;
  /** Since when it fires without having opened; null where it does not. */
  pendingSinceMs: number | null;
  /** Since when the open alert is kept though it is over; null where it is not. */
  keptSinceMs: number | null;
  open: { severity: AlertSeverity; escalatedAt: number } | null;
  cause: 'item' | 'too-late-item' | 'time';
  nowMs: number;
}

export type HoldDecision =
  | { action: 'open'; reason: 'fires' | 'held-long-enough'; severity: AlertSeverity }
  | { action: 'wait'; reason: 'must-hold-first' }
  | { action: 'forget'; reason: 'did-not-hold' }
  | { action: 'escalate'; reason: 'reached-level'; from: AlertSeverity; level: Escalation }
  | { action: 'keep'; reason: 'keeps-firing-for'; sinceMs: number }
  | { action: 'go-on'; reason: 'no-longer-over' }
  | { action: 'resolve'; reason: 'over' }
  | { action: 'none'; reason: 'does-not-fire' | 'still-waiting' | 'already-open' | 'still-kept' | 'item-too-late' };

/**
 * What a rule that must hold for a while, or that keeps firing for a while, does now. It waits `forMs` from the item on that
 * made it fire, and opens if it fired all that time; it stays open for `keepFiringMs` after its end, and goes on if it holds again
 * meanwhile. An item later than the allowed lateness starts and escalates nothing. The caller asks again after an answer
 * that changes something, until there is nothing more to do.
 */
export function decideHold(input: HoldInput): HoldDecision {
  return input.open === null ? decideClosed(input) : decideOpen(input, input.open);
}

function decideClosed({ rule, state, pendingSinceMs, cause, nowMs }: HoldInput): HoldDecision {
  if (pendingSinceMs !== null) {
    if (state !== 'fires') return { action: 'forget', reason: 'did-not-hold' };
    if (nowMs - pendingSinceMs < (rule.forMs ?? 0)) return { action: 'none', reason: 'still-waiting' };
    return { action: 'open', reason: 'held-long-enough', severity: rule.severity };
  }
  if (state !== 'fires') return { action: 'none', reason: 'does-not-fire' };
  if (cause === 'too-late-item') return { action: 'none', reason: 'item-too-late' };
  return (rule.forMs ?? 0) > 0 ? { action: 'wait', reason: 'must-hold-first' } : { action: 'open', reason: 'fires', severity: rule.severity };
}

function decideOpen({ rule, state, level, overSinceMs, keptSinceMs, cause, nowMs }: HoldInput, open: { severity: AlertSeverity; escalatedAt: number }): HoldDecision {
  const keepMs = rule.keepFiringMs ?? 0;
  if (state === 'over') {
    const sinceMs = keptSinceMs ?? overSinceMs ?? nowMs;
    if (nowMs - sinceMs >= keepMs) return { action: 'resolve', reason: 'over' };
    return keptSinceMs === null ? { action: 'keep', reason: 'keeps-firing-for', sinceMs } : { action: 'none', reason: 'still-kept' };
  }
  if (keptSinceMs !== null) return { action: 'go-on', reason: 'no-longer-over' };
  const reached = highestLevel(rule.escalate, level);
  if (reached === null || reached.atLeast <= open.escalatedAt) return { action: 'none', reason: 'already-open' };
  if (cause === 'too-late-item') return { action: 'none', reason: 'item-too-late' };
  return { action: 'escalate', reason: 'reached-level', from: open.severity, level: reached };
}

function highestLevel(levels: readonly Escalation[], count: number): Escalation | null {
  let highest: Escalation | null = null;
  for (const level of levels) if (count >= level.atLeast) highest = level;
  return highest;
}
