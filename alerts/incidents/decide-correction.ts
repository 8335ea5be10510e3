/** What is known when a number that was told turns out otherwise. Times in milliseconds since the epoch. */
export interface CorrectionQuestion {
  /** Whether anybody was told of the fire. */
  wasTold: boolean;
  /** Whether the incident is over: no later page of it would say it. */
  isOver: boolean;
  /** Whether the alert would have opened, as it was told last and as it is now. */
  firedByLast: boolean;
  firesByNow: boolean;
  /** When a correction of this incident was paged last; null where none was. */
  pagedAtMs: number | null;
  /** Only because customers were erased since: what was told was right. */
  isErasure: boolean;
  nowMs: number;
}

export type CorrectionDecision =
  | { action: 'page'; reason: 'decides-otherwise' | 'is-over' }
  | { action: 'wait'; reason: 'told-lately'; untilMs: number }
  /** It stands on the timeline, and is said with the next page of the incident, its end at the latest. */
  | { action: 'with-next-page'; reason: 'decides-the-same' }
  | { action: 'note'; reason: 'nobody-was-told' | 'only-erased' };

/** Corrections of one incident are paged at most this often. */
const CORRECTION_AGAIN_MS = 3_600_000;

/** Nobody is woken by fifty that were fifty-one; that there was no reason to wake anybody is said at once, and what comes after the end by itself. Pure. */
export function decideCorrection({ wasTold, isOver, firedByLast, firesByNow, pagedAtMs, isErasure, nowMs }: CorrectionQuestion): CorrectionDecision {
  if (!wasTold) return { action: 'note', reason: 'nobody-was-told' };
  if (isOver && isErasure && firedByLast === firesByNow) return { action: 'note', reason: 'only-erased' };
  if (!isOver && firedByLast === firesByNow) return { action: 'with-next-page', reason: 'decides-the-same' };
  const againMs = pagedAtMs === null ? 0 : pagedAtMs + CORRECTION_AGAIN_MS;
  if (nowMs < againMs) return { action: 'wait', reason: 'told-lately', untilMs: againMs };
  return { action: 'page', reason: isOver ? 'is-over' : 'decides-otherwise' };
}
