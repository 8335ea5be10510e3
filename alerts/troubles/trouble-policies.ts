import type { AlertSeverity } from '../../core/rule.ts';
import type { Trouble } from '../../core/trouble.ts';
import type { TroubleLimits } from './decide-trouble.ts';

export type TroublePolicies = Readonly<Record<Trouble, TroubleLimits & { severity: AlertSeverity }>>;

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** For so long a dead letter counts as new, milliseconds. */
export const DEAD_LETTERS_NEW_MS = 10 * MINUTE_MS;

/**
 * Levels: `key-limit`, `log-nearly-full`: percent; `dead-letters`: those of the last ten minutes; `store-away`, `lag`: seconds;
 * `snapshot-failing`: failures in a row (one that stands after a snapshot was written is that of tidying up).
 */
export const TROUBLE_POLICIES: TroublePolicies = {
  'key-limit': { openAt: 100, openAfterMs: 0, endBelow: 95, endAfterMs: MINUTE_MS, severity: 'warning' },
  'dead-letters': { openAt: 5, openAfterMs: 0, endBelow: 1, endAfterMs: MINUTE_MS, severity: 'warning' },
  'log-nearly-full': { openAt: 90, openAfterMs: 10 * SECOND_MS, endBelow: 85, endAfterMs: MINUTE_MS, severity: 'critical' },
  'store-away': { openAt: 300, openAfterMs: 0, endBelow: 1, endAfterMs: 30 * SECOND_MS, severity: 'warning' },
  'snapshot-failing': { openAt: 3, openAfterMs: 0, endBelow: 2, endAfterMs: 0, severity: 'warning' },
  'lag': { openAt: 60, openAfterMs: MINUTE_MS, endBelow: 10, endAfterMs: 30 * SECOND_MS, severity: 'critical' },
};
