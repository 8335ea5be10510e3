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
  'customerTier', 'customerGroup', 'customer',
] as const;
export type GroupField = (typeof GROUP_FIELDS)[number];

/** What every rule has, whatever its kind. A kind that has no use for one of the numbers says what it holds there. */
export interface RuleCommon {
  id: string;
  title: LocalText;
  /** CEL over the scored item; absent means every item. */
  where?: string;
  /** Empty: one group for the whole workspace. */
  groupBy: GroupField[];
  /** 1 minute to 90 days: the rule looks at `(t − windowMs, t]` of event time. */
  windowMs: number;
  /** The count at which it fires: `atLeast: N` is N, `moreThan: N` is N + 1. */
  fireAt: number;
  /** An open alert resolves when the count falls below this; at most `fireAt`. */
  resolveBelow: number;
  severity: AlertSeverity;
  /** Ascending by `atLeast`. */
  escalate: Escalation[];
  notify: string[];
  /** Its incidents are given to the one with most of these skills, then with the fewest open incidents; absent: to nobody by itself. */
  assign?: { skills: string[] };
  /** What fires must hold this long before the alert opens; absent: it opens at once. */
  forMs?: number;
  /** An alert stays open this long after its end has come, and goes on if it fires again meanwhile; absent: it ends at once. */
  keepFiringMs?: number;
}

/** A count over a sliding window of event time. */
export interface ThresholdRule extends RuleCommon {
  kind: 'threshold';
  /** What is counted: distinct customers, or the sum of `complaintProbability`; absent: items. */
  of?: 'customers' | 'probability';
}

/** One item is enough. `windowMs` is the cool-down: further items of the group belong to the alert until none came for so long. */
export interface SevereRule extends RuleCommon {
  kind: 'severe';
}

/** The share of matching items among those of a second condition, over one window. `fireAt`: least number of matching items. */
export interface ShareRule extends RuleCommon {
  kind: 'share';
  /** What the share is of: its groups are those of the rule by some of its fields. `where` "" is every item. */
  of: { where: string; groupBy: GroupField[] };
  /** 0 to 1. */
  shareAtLeast: number;
  /** 0 to `shareAtLeast`. */
  resolveShareBelow: number;
  /** Fewer items of `of` than this decide nothing. */
  volumeMin: number;
  /** How people say it: a share of 0.012 is 1.2 % or 12 in 1,000. */
  per: 100 | 1000;
}

/** More than at the same hours of earlier days or weeks. `fireAt`: least number of items. */
export interface SpikeRule extends RuleCommon {
  kind: 'spike';
  against: { every: 'day' | 'week'; windows: number };
  /** `poisson`: the tail probability is at most 10^−sensitivity. `robust-z`: the robust z-score is at least `sensitivity`. */
  method: 'poisson' | 'robust-z';
  sensitivity: number;
  /** The count is at least so many times what was expected. */
  timesMin: number;
  /** Which days are compared with each other; `none`: all of them. */
  calendar: 'china' | 'weekends' | 'none';
  /** Days of sales, `MM-DD`; they are no measure for others, and on them `saleTimes` as much is expected. */
  saleDays: string[];
  saleTimes: number;
}

/** Fewer than usual. It fires below `fireAt` items and is over at `fireAt` again. */
export interface AbsenceRule extends RuleCommon {
  kind: 'absence';
  /** Items that a window normally has: given, or learned from the same hours of earlier days. */
  normal: { kind: 'given'; items: number } | { kind: 'learned'; days: number; itemsMin: number };
}

/** A term that is new and growing. `fireAt`: distinct customers that say it within the window. */
export interface NewTopicRule extends RuleCommon {
  kind: 'newTopic';
  terms: 'text' | 'keywords';
  /** Half-life of what is remembered of a term. */
  memoryMs: number;
  /** At least so many times as often as before. */
  timesMin: number;
  stopWords: string[];
}

/** Other rules joined by and, or, not. `windowMs`, `fireAt` and `resolveBelow` hold nothing of use. */
export interface CompositeRule extends RuleCommon {
  kind: 'composite';
  /** Such as `burst and not (outage or drill)`, of rule ids. */
  when: string;
}

export type Rule = ThresholdRule | SevereRule | ShareRule | SpikeRule | AbsenceRule | NewTopicRule | CompositeRule;
