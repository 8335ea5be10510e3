import type { AlertSeverity, GroupField, LocalText } from './rule.ts';
import type { Trouble } from './trouble.ts';

/** Values of the rule's `groupBy` fields, in the rule's order; empty for an ungrouped rule. */
export type GroupKey = Record<string, string>;

export interface QuotedItem {
  id: string;
  /** Masked text. */
  text: string;
  channel: string;
  createdAtMs: number;
}

/**
 * What made a rule fire, beside `count` and `fireAt`. Absent on an event: items of the window were counted, and nothing more.
 * `items`: matching items in the window, where `count` is something else.
 */
export type AlertMeasure =
  /** `count`: distinct customers. */
  | { kind: 'customers'; items: number }
  /** `count`: sum of the probabilities, to two places. */
  | { kind: 'probability'; items: number }
  /** One item was enough. */
  | { kind: 'severe' }
  /** `count` of `volume` items; `share` 0 to 1, `per` how it is said. `fireAt`: the count that fires at this volume. */
  | { kind: 'share'; volume: number; share: number; shareAtLeast: number; per: 100 | 1000 }
  | SpikeMeasure
  /** `count` is below `fireAt` where `expected` are normal. `learned`: as the median of `baseline`, the counts of earlier windows, newest first. */
  | { kind: 'absence'; expected: number; learned: boolean; baseline?: number[] }
  /** `term` is said by `count` customers in `items` items, where `expected` items were usual. It stands in `group` as well. */
  | { kind: 'newTopic'; term: string; items: number; expected: number }
  /** Alerts of other rules that are open. `count`: how many. */
  | { kind: 'composite'; members: { ruleId: string; alertId: string; title: LocalText; group: GroupKey }[] }
  /** Tocsin itself is in trouble. `count`: how much of it, in the trouble's own unit; `about`: which part, where there are several. */
  | { kind: 'trouble'; trouble: Trouble; about: string };

/** `count` where `expected` was usual at these hours, as the median of `baseline`, the counts of earlier windows, newest first. */
export interface SpikeMeasure {
  kind: 'spike';
  expected: number;
  baseline: number[];
  method: 'poisson' | 'robust-z';
  /** Tail probability, or z-score. */
  score: number;
  /** `like`: only days of today's kind; `mixed`: there were too few of them; `all`: the rule asks for no calendar. */
  days: 'like' | 'mixed' | 'all';
  /** Which kind of day it is, where the rule asks for a calendar. */
  today?: 'workday' | 'rest-day' | 'sale-day';
}

/** One text that many customers sent, as far as it has to do with an alert or a group. */
export interface CampaignShare {
  /** Id of its first item. */
  of: string;
  /** Items, different customers and different texts in all, wherever they were counted. */
  items: number;
  customers: number;
  texts: number;
  /** False where a limit makes customers and texts lower bounds. */
  exact: boolean;
  /** Items counted in this group since the text was known to be copied. */
  counted: number;
}

/** What was counted, so that the very items can be found again. */
export interface AlertBasis {
  /** The rule's condition then; absent: every item. */
  where?: string;
  /** The window is `(windowEndMs − windowMs, windowEndMs]`. */
  windowEndMs: number;
  /** Place in the frame at `sequence` of the last item counted, −1 before the first; absent: all of that entry was counted. */
  itemIndex?: number;
  /** Of a share: what it is of, and in which of the group's fields. */
  of?: { where: string; groupBy: GroupField[] };
  /** Of a rule that compares: where the windows of the measure's `baseline` end, and up to which place of the log they had been counted. */
  earlier?: { endsMs: number[]; sequence: number; itemIndex?: number };
  /** Of a spike: what its rule asks of a count, and how many times the earlier ones are expected. Absent on events of older versions. */
  spike?: { sensitivity: number; timesMin: number; fireAtMin: number; factor: number };
  /** Of an absence that learned what is normal: with less than that a silence means nothing. Absent on events of older versions. */
  absence?: { expectedMin: number };
  /** Of a new topic. */
  topic?: TopicBasis;
}

/** What was counted of a new topic. */
export interface TopicBasis {
  /** One of the parts of the text, or of the words that moved the model; the name in the alert's group may be longer. */
  term: string;
  of: 'text' | 'keywords';
  /** Items of the log from this place on were counted; null: all. */
  since: { sequence: number; itemIndex: number } | null;
  /** False where a limit of memory makes the count a lower bound. */
  exact: boolean;
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
  /** Items in the window when this happened; `measure` says where it is a number of something else. */
  count: number;
  measure?: AlertMeasure;
  fireAt: number;
  resolveBelow: number;
  windowMs: number;
  /** Absent on events of rules that look at more than one window. */
  basis?: AlertBasis;
  /** Event times of the first and last item in the window, milliseconds since the epoch. */
  firstItemAtMs: number | null;
  lastItemAtMs: number | null;
  /** Stream time of the decision, milliseconds since the epoch. */
  atMs: number;
  /** The scored log's sequence that caused it, and the place among that entry's events. */
  sequence: number;
  index: number;
  /** On the alert log: further events of the same entry stand behind it. */
  more?: true;
  notify: string[];
  /** As its rule says. */
  assign?: { skills: string[] };
}

export interface AlertOpened extends AlertEventBase {
  kind: 'opened';
  /** The latest items of the window, newest first, at most three. */
  quotes: QuotedItem[];
  /** Copied texts among the items, those with most of them first, at most three; absent where there are none. */
  campaigns?: CampaignShare[];
  /** When the count would fall below `resolveBelow` if nothing more came; null where the alert does not end by waiting. */
  endsAtMs: number | null;
  /** True when late items completed a past window: the count at `atMs` itself is below `fireAt`. */
  late: boolean;
}

export interface AlertEscalated extends AlertEventBase {
  kind: 'escalated';
  from: AlertSeverity;
  /** Stream time of the `opened` event; absent where the writer did not keep it. */
  openedAtMs?: number;
  /** The count that its level asks for; absent where the writer did not keep it. */
  levelAt?: number;
  quotes: QuotedItem[];
  campaigns?: CampaignShare[];
  endsAtMs: number | null;
}

export interface AlertResolved extends AlertEventBase {
  kind: 'resolved';
  /**
   * `recovered`: what was missing has come again, or what was joined does not hold any more. `forgotten`: it has been silent for so
   * long that nothing is known of it any more.
   */
  reason: 'below-threshold' | 'rule-removed' | 'recovered' | 'forgotten';
  openedAtMs: number;
  /** Highest count while it was open. */
  peak: number;
}

export type AlertEvent = AlertOpened | AlertEscalated | AlertResolved;

/** An event that comes of no entry of the scored log, before it has a place on the alert log. */
export type PlacelessEvent = AlertEvent extends infer Event ? (Event extends AlertEvent ? Omit<Event, 'sequence' | 'index'> : never) : never;
