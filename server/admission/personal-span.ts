export type PersonalKind = 'phone' | 'id-card' | 'bank-card' | 'email';

/** A stretch of a text that tells who somebody is. */
export interface PersonalSpan {
  kind: PersonalKind;
  /** UTF-16 offsets, end exclusive. */
  start: number;
  end: number;
  /** The same in one spelling: ASCII digits without separators, or the address in lower case. */
  value: string;
}
