/** The one rule that every program here is given. */
export const RULE = {
  fireAt: 50,
  /** Armed again as soon as the window holds fewer than this. */
  rearmBelow: 40,
  /** The window at t is `(t − windowMs, t]`. */
  windowMs: 24 * 3_600_000,
  /** An event arrives at most this long after it happened. */
  disorderMs: 30_000,
} as const;

export interface WindowEvent {
  /** When it happened, milliseconds since the epoch. */
  timeMs: number;
  /** When it arrived; never goes back from one event to the next. */
  arrivalMs: number;
  key: string;
  id: string;
}

/** An alert: its key and the time of the newest event in the window that fired. */
export interface Fire {
  key: string;
  timeMs: number;
}
