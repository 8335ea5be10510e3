import type { FeedbackItem } from './feedback.ts';
import type { GroupField, Rule } from './rule.ts';
import type { Score } from './score.ts';

/** The unit on the raw log: what the gateway gathered within a couple of milliseconds. */
export interface RawFrame {
  kind: 'raw';
  /** When the gateway closed the frame, milliseconds since the epoch. */
  gatheredAtMs: number;
  items: FeedbackItem[];
}

export interface ScoredItem {
  item: FeedbackItem;
  score: Score;
}

/** The unit on the scored log. One raw frame gives one scored frame; the first one counts. */
export interface ScoredFrame {
  kind: 'scored';
  /** Sequence on the raw log of the frame that was scored. */
  rawSequence: number;
  gatheredAtMs: number;
  /** The raw log's time of that frame, and when the scorer took it up; absent in frames written before they were kept. */
  rawAtMs?: number;
  takenAtMs?: number;
  /** When the scorer finished, milliseconds since the epoch. */
  scoredAtMs: number;
  /** Version of the model that scored every item here. */
  model: string;
  items: ScoredItem[];
}

/** Appended to the scored log every second, so that windows expire when nothing arrives. */
export interface Tick {
  kind: 'tick';
}

/** The whole rule set in force from this entry on. */
export interface RuleSet {
  kind: 'rules';
  rules: Rule[];
}

/**
 * A part of what the store holds of the time before a rule: what its `where` and `groupBy` count of entries before
 * `sinceSequence`. Parts follow each other by their places; one that does not fit on the last is left out.
 */
export interface HistoryFill {
  kind: 'fill';
  /** In alphabetical order. */
  groupBy: GroupField[];
  where: string;
  /** The rule that alone keeps what this brings; absent: it is for every rule with this `where` and `groupBy`. */
  ruleId?: string;
  /** Sequence of the rule set that asked for it. */
  sinceSequence: number;
  /** Place in the history after which this part begins and up to which it goes; the first one begins after ''. */
  after: string;
  through: string;
  /** `complete`: there is no more. */
  state: 'more' | 'complete';
  groups: FilledGroup[];
  /** Of a rule that watches for new topics: how often terms were said before its window. */
  sketch?: FilledSketch;
}

export interface FilledGroup {
  /** The workspace, then a value for each field of `groupBy`. */
  key: string[];
  /** Event times, milliseconds since the epoch. */
  timesMs: number[];
  /** Id of each item's customer, '' where it names none. */
  customers: string[];
  /** Of a rule that adds up probabilities: each item's, in thousandths. */
  thousandths?: number[];
  /** Of a rule that watches for new topics: what terms are taken from, and a number for who said it. */
  texts?: string[];
  languages?: string[];
  voices?: number[];
}

/** Some rows of a sketch of terms of one workspace, as they stood at `atMs`. */
export interface FilledSketch {
  workspace: string;
  /** Event time of the first item in it. */
  sinceMs: number;
  atMs: number;
  fromRow: number;
  /** 32-bit floats, little-endian, in base64. */
  rows: string[];
}

export type ScoredEntry = ScoredFrame | Tick | RuleSet | HistoryFill;

/** What stands on a log: a value with the sequence and the time that the log gave it. */
export interface LogEntry<T> {
  /** 1, 2, 3 … within one log. */
  sequence: number;
  /** The log's own time of the append, milliseconds since the epoch. */
  timeMs: number;
  value: T;
}
