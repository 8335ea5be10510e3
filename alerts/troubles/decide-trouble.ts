/** When a trouble is worth an alert, and when it is over. Levels are in the trouble's own unit. */
export interface TroubleLimits {
  /** From this level on it is bad. */
  openAt: number;
  /** It must be bad for so long, milliseconds; 0: at once. */
  openAfterMs: number;
  /** Below this level it is well again; at most `openAt`. */
  endBelow: number;
  /** It must be well for so long, milliseconds. */
  endAfterMs: number;
}

export interface TroubleState {
  /** Since when the level was at `openAt` or above at each look; null where it is not. */
  badSinceMs: number | null;
  /** Since when the level was below `endBelow` at each look; null where it is not. */
  wellSinceMs: number | null;
  isOpen: boolean;
}

export const NO_TROUBLE: TroubleState = { badSinceMs: null, wellSinceMs: null, isOpen: false };

export type TroubleDecision =
  | { action: 'open'; reason: 'lasted' }
  | { action: 'end'; reason: 'well-again' }
  | { action: 'none'; reason: 'well' | 'must-last-first' | 'goes-on' | 'must-stay-well-first' | 'unknown' };

/**
 * What one look at a trouble comes to. Pure. A level that nobody could tell (null) changes nothing: not to know is neither bad nor well.
 * Between the two limits an alert goes on and none begins.
 */
export function decideTrouble(state: TroubleState, level: number | null, limits: TroubleLimits, nowMs: number): { decision: TroubleDecision; state: TroubleState } {
  if (level === null) return { decision: { action: 'none', reason: 'unknown' }, state };
  if (!state.isOpen) {
    if (level < limits.openAt) return { decision: { action: 'none', reason: 'well' }, state: NO_TROUBLE };
    const badSinceMs = Math.min(state.badSinceMs ?? nowMs, nowMs);
    if (nowMs - badSinceMs < limits.openAfterMs) return { decision: { action: 'none', reason: 'must-last-first' }, state: { ...NO_TROUBLE, badSinceMs } };
    return { decision: { action: 'open', reason: 'lasted' }, state: { ...NO_TROUBLE, isOpen: true } };
  }
  if (level >= limits.endBelow) return { decision: { action: 'none', reason: 'goes-on' }, state: { ...NO_TROUBLE, isOpen: true } };
  const wellSinceMs = Math.min(state.wellSinceMs ?? nowMs, nowMs);
  if (nowMs - wellSinceMs < limits.endAfterMs) return { decision: { action: 'none', reason: 'must-stay-well-first' }, state: { ...NO_TROUBLE, isOpen: true, wellSinceMs } };
  return { decision: { action: 'end', reason: 'well-again' }, state: NO_TROUBLE };
}
