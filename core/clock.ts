/** The only source of "now". Read once a decision; pure parts receive the number instead. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
}

/** Does something later: the runtime's own timers, or virtual time. */
export interface Timers {
  /** Calls `act` once, `delayMs` from now or later. The returned function takes it back. */
  after(delayMs: number, act: () => void): () => void;
  /** Calls `act` once, when the running turn of the event loop is done. The returned function takes it back. */
  soon(act: () => void): () => void;
}
