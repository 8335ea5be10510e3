import type { AlertSeverity, LocalText } from './rule.ts';

/** Values of the rule's `groupBy` fields, in the rule's order; empty for an ungrouped rule. */
export type GroupKey = Record<string, string>;

export interface QuotedItem {
  id: string;
  /** Masked text. */
  text: string;
  channel: string;
  createdAtMs: number;
}

interface AlertEventBase {
  /** Derived from rule, group and log sequence: the same cause gives the same id. */
  id: string;
  /** Identifies the alert from opened to resolved; the id of its `opened` event. */
  alertId: string;
  workspace: string;
  ruleId: string;
  title: LocalText;
  group: GroupKey;
  severity: AlertSeverity;
  /** Items in the window when this happened. */
  count: number;
  fireAt: number;
  resolveBelow: number;
  windowMs: number;
  /** Event times of the first and last item in the window, milliseconds since the epoch. */
  firstItemAtMs: number | null;
  lastItemAtMs: number | null;
  /** Stream time of the decision, milliseconds since the epoch. */
  atMs: number;
  /** The scored log's sequence that caused it, and the place among that entry's events. */
  sequence: number;
  index: number;
  notify: string[];
}

export interface AlertOpened extends AlertEventBase {
  kind: 'opened';
  /** The latest items of the window, newest first, at most three. */
  quotes: QuotedItem[];
  /** When the count would fall below `resolveBelow` if nothing more came. */
  endsAtMs: number;
  /** True when late items completed a past window: the count at `atMs` itself is below `fireAt`. */
  late: boolean;
}

export interface AlertEscalated extends AlertEventBase {
  kind: 'escalated';
  from: AlertSeverity;
  /** Stream time of the `opened` event; absent where the writer did not keep it. */
  openedAtMs?: number;
  quotes: QuotedItem[];
  endsAtMs: number;
}

export interface AlertResolved extends AlertEventBase {
  kind: 'resolved';
  reason: 'below-threshold' | 'rule-removed';
  openedAtMs: number;
  /** Highest count while it was open. */
  peak: number;
}

export type AlertEvent = AlertOpened | AlertEscalated | AlertResolved;
