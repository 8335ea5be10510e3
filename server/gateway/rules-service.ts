import type { MatcherJudge } from '../../alerts/silences/warn-of-matcher.ts';
import type { Rule } from '../../core/rule.ts';
import type { BookedRule } from '../rules/rule-book.ts';

/** The rules in force, and what is to be said of them. */
export interface Rules {
  /** By id. */
  list(): Promise<BookedRule[]>;
  /** What would be refused, each with its key; `warningsOf`, what is most likely not meant, of each of the rules. */
  check(input: unknown): Promise<{ key: string; message: string }[]>;
  warningsOf(rules: readonly Rule[]): { key: string; message: string }[][];
  /** What says the same of matchers of silences and of the routing book, by the rules of now. Never rejects. */
  matcherJudge(): Promise<MatcherJudge>;
  /** Rejects with `not_found`. */
  get(id: string): Promise<BookedRule>;
  /** Rejects with `invalid_rule` or `conflict`. */
  create(input: unknown): Promise<BookedRule>;
  /** Rejects with `invalid_rule`, `not_found` or `conflict`. */
  replace(id: string, input: unknown): Promise<BookedRule>;
  /** Rejects with `not_found` or `conflict`. */
  remove(id: string): Promise<void>;
}
