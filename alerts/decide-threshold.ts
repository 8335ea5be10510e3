import type { AlertSeverity, Escalation, ThresholdRule } from '../core/rule.ts';

/** What is known of one group of one rule at one instant of stream time. */
export interface ThresholdInput {
  rule: Pick<ThresholdRule, 'fireAt' | 'resolveBelow' | 'severity' | 'escalate'>;
  /** Items in `(now − W, now]`. */
  count: number;
  /** The alert that is open, or null. */
  open: OpenThreshold | null;
  cause: ThresholdCause;
}

export interface OpenThreshold {
  severity: AlertSeverity;
  /** Highest `atLeast` of the levels announced; 0 before the first. */
  escalatedAt: number;
}

/** Why the question is asked. */
export type ThresholdCause =
  /** An item of the group was counted. `pastCount`: most items in a window that it completed and that has ended, 0 for none. */
  | { kind: 'item'; lateness: 'in-time' | 'too-late'; pastCount: number }
  /** Items may have left the window. */
  | { kind: 'time' };

export type ThresholdDecision =
  | { action: 'open'; reason: 'reached-now' | 'reached-in-the-past'; severity: AlertSeverity; late: boolean }
  | { action: 'escalate'; reason: 'reached-level'; from: AlertSeverity; level: Escalation }
  | { action: 'resolve'; reason: 'below-threshold' }
  | { action: 'none'; reason: 'below-fire-at' | 'already-open' | 'still-above' | 'item-too-late' | 'only-items-open' };

/**
 * Opens on the item that makes the count reach `fireAt`, once; escalates to the highest level reached, each level once;
 * resolves below `resolveBelow`, and may open again after that. An item later than the allowed lateness decides nothing.
 * An item that completes a window which has ended opens with `late`; the caller asks again with cause `time` right after.
 */
export function decideThreshold({ rule, count, open, cause }: ThresholdInput): ThresholdDecision {
  if (cause.kind === 'time') {
    if (open === null) return { action: 'none', reason: 'only-items-open' };
    return count < rule.resolveBelow ? { action: 'resolve', reason: 'below-threshold' } : { action: 'none', reason: 'still-above' };
  }
  if (cause.lateness === 'too-late') return { action: 'none', reason: 'item-too-late' };
  if (open !== null) {
    const level = highestLevel(rule.escalate, count);
    if (level === null || level.atLeast <= open.escalatedAt) return { action: 'none', reason: 'already-open' };
    return { action: 'escalate', reason: 'reached-level', from: open.severity, level };
  }
  if (count >= rule.fireAt) return { action: 'open', reason: 'reached-now', severity: rule.severity, late: false };
  if (cause.pastCount >= rule.fireAt) return { action: 'open', reason: 'reached-in-the-past', severity: rule.severity, late: true };
  return { action: 'none', reason: 'below-fire-at' };
}

function highestLevel(levels: readonly Escalation[], count: number): Escalation | null {
  let highest: Escalation | null = null;
  for (const level of levels) if (count >= level.atLeast) highest = level;
  return highest;
}
