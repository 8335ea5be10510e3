/** The only source of "now". Read once a decision; pure parts receive the number instead. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  nowMs(): number;
}
