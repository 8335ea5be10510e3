export interface AbsenceInput {
  /** Items in the window. */
  count: number;
  /** It fires below this. */
  fireAt: number;
  /** Items that such a window normally has; null where too little of the past is known. */
  expected: number | null;
  /** Fewer than this are no measure. */
  expectedMin: number;
  /** True where the counter was at work for the whole window: what it did not see while it was away is no silence. */
  isWatchedWhole: boolean;
}

export interface AbsenceDecision {
  state: 'fires' | 'holds' | 'over';
  reason: 'silent' | 'speaks' | 'seldom-speaks' | 'no-past-yet' | 'not-watched-long-enough';
}

/** Where a window normally has fewer items than this a silence means nothing. */
export function silenceMeansFrom({ expectedMin, fireAt }: Pick<AbsenceInput, 'expectedMin' | 'fireAt'>): number {
  return Math.max(expectedMin, fireAt);
}

/** A group that normally speaks is silent. An open alert ends when the group speaks again, and for no other reason. */
export function decideAbsence({ count, fireAt, expected, expectedMin, isWatchedWhole }: AbsenceInput): AbsenceDecision {
  if (count >= fireAt) return { state: 'over', reason: 'speaks' };
  if (!isWatchedWhole) return { state: 'holds', reason: 'not-watched-long-enough' };
  if (expected === null) return { state: 'holds', reason: 'no-past-yet' };
  return expected < silenceMeansFrom({ expectedMin, fireAt }) ? { state: 'holds', reason: 'seldom-speaks' } : { state: 'fires', reason: 'silent' };
}
