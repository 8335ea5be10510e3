import type { FeedbackItem } from './feedback.ts';
import type { Rule } from './rule.ts';
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

export type ScoredEntry = ScoredFrame | Tick | RuleSet;

/** What stands on a log: a value with the sequence and the time that the log gave it. */
export interface LogEntry<T> {
  /** 1, 2, 3 … within one log. */
  sequence: number;
  /** The log's own time of the append, milliseconds since the epoch. */
  timeMs: number;
  value: T;
}
