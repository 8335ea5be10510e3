export interface TopicInput {
  /** Distinct customers that say the term within the window, and their items. */
  customers: number;
  items: number;
  /** Items that a window of this length had before; null where too little of the past is known. */
  expected: number | null;
  fireAt: number;
  resolveBelow: number;
  timesMin: number;
}

export interface TopicDecision {
  state: 'fires' | 'holds' | 'over';
  reason: 'new-and-growing' | 'too-few-customers' | 'not-new' | 'no-past-yet' | 'fewer-customers';
}

/** A term fires where enough customers say it and it comes so many times as often as before. It is over when fewer customers say it. */
export function decideTopic({ customers, items, expected, fireAt, resolveBelow, timesMin }: TopicInput): TopicDecision {
  if (customers < resolveBelow) return { state: 'over', reason: 'fewer-customers' };
  if (customers < fireAt) return { state: 'holds', reason: 'too-few-customers' };
  if (expected === null) return { state: 'holds', reason: 'no-past-yet' };
  return items >= expected * timesMin ? { state: 'fires', reason: 'new-and-growing' } : { state: 'holds', reason: 'not-new' };
}
