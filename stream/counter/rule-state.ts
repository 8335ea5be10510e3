import type { Rule } from '../../core/rule.ts';
import type { OpenAlerts } from './open-alerts.ts';
import type { RuleWatch } from './watch/rule-watch.ts';

/** A rule in force. */
export interface RuleState {
  readonly rule: Rule;
  /** Its `where` and its window in its grouping, and the place of its count in a key's record. */
  mark: number;
  window: number;
  place: number;
  /** By key of the grouping. */
  readonly open: OpenAlerts;
  /** Its bit in the grouping's `openBits`. */
  openBit: number;
  /** When the count of a group's last alert fell below `resolveBelow`: late items complete only windows that ended after it. */
  readonly closedAtMs: Map<number, number>;
  /** Of a rule that is more than a count which opens at a number; null for the others. */
  readonly watch: RuleWatch | null;
}
