import type { GroupKey } from '../../core/alert.ts';
import type { AlertSeverity, Rule } from '../../core/rule.ts';

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
}

/** A rule in force. */
export interface RuleState {
  readonly rule: Rule;
  /** Its `where` and its window in its grouping, and the place of its count in a key's record. */
  mark: number;
  window: number;
  place: number;
  /** By key of the grouping. */
  readonly open: Map<number, OpenAlertState>;
  /** When the last alert of a group ended: late items complete only windows that ended after it. Oldest first. */
  readonly closedAtMs: Map<number, number>;
}
