import type { AlertMeasure, GroupKey } from '../../core/alert.ts';
import type { AlertSeverity, Rule } from '../../core/rule.ts';
import type { OpenAlerts } from './open-alerts.ts';
import type { RuleWatch } from './watch/rule-watch.ts';

/** An alert of one rule and group, from opened to resolved. */
export interface OpenAlertState {
  alertId: string;
  workspace: string;
  group: GroupKey;
  severity: AlertSeverity;
  /** Highest `atLeast` announced; 0 before the first escalation. */
  escalatedAt: number;
  openedAtMs: number;
  peak: number;
  /** When its end is looked at next: never after it. */
  dueMs: number;
  /** Of a new topic the term that it is counted by; its name in `group` may be longer. */
  term?: string;
  /** What a watched rule found when it was last looked at. */
  reading?: { count: number; fireAt: number; resolveBelow: number; measure?: AlertMeasure; endsAtMs: number | null };
}

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
