export const ALERT_SEVERITIES = ['notice', 'warning', 'critical'] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

/** A text in both languages; zh-CN is the first language of the product. */
export interface LocalText {
  zh: string;
  en: string;
}

export interface Escalation {
  atLeast: number;
  severity: AlertSeverity;
  /** Who is paged when this level is reached. Absent: nobody, for the alert's one page went out when it opened. */
  notify?: string[];
}

/** Fields an item can be grouped by. `category` counts an item once in each of its categories. */
export const GROUP_FIELDS = [
  'category', 'channel', 'sentiment', 'severity', 'language', 'product', 'store', 'region', 'agent',
  'customerTier', 'customerGroup',
] as const;
export type GroupField = (typeof GROUP_FIELDS)[number];

/** A count over a sliding window of event time: `(t − windowMs, t]`. */
export interface ThresholdRule {
  id: string;
  title: LocalText;
  kind: 'threshold';
  /** CEL over the scored item; absent means every item. */
  where?: string;
  /** Empty: one group for the whole workspace. */
  groupBy: GroupField[];
  /** 1 minute to 90 days. */
  windowMs: number;
  /** The count at which it fires: `atLeast: N` is N, `moreThan: N` is N + 1. */
  fireAt: number;
  /** An open alert resolves when the count falls below this; at most `fireAt`. */
  resolveBelow: number;
  severity: AlertSeverity;
  /** Ascending by `atLeast`. */
  escalate: Escalation[];
  notify: string[];
}

export type Rule = ThresholdRule;
