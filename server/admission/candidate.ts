/** Some groups of a chain, looked at as one number. */
export interface Candidate {
  digits: string;
  /** Lengths of its groups, in order. */
  shape: number[];
  /** A `+` stands before it. */
  plus: boolean;
  /** The text it was read from, separators included. */
  source: string;
  /** True when an `X` follows. */
  check: boolean;
}
