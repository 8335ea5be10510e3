import { compileWhere, normalizeWhere } from '../../alerts/rules/compile-where.ts';
import type { WherePredicate } from '../../alerts/rules/compile-where.ts';
import type { GroupField, Rule } from '../../core/rule.ts';
import { TextHash } from '../windows/hash.ts';
import type { Series } from '../windows/series.ts';
import { BOARD_WINDOW_MS } from './config.ts';
import type { CounterConfig } from './config.ts';
import type { ItemKeys } from './group-keys.ts';
import type { Quotes } from './quotes.ts';
import type { RuleState } from './rule-state.ts';

/** What makes two rules share a series: the items that match and how they are grouped. Fields in alphabetical order. */
export interface SeriesDefinition {
  where: string;
  groupBy: GroupField[];
}

/** One `where`, evaluated at most once an item however many series ask. */
export interface Matcher {
  where: string;
  matches: WherePredicate | null;
}

/** A series in the flow: who feeds it, which rules read it. */
export interface CountedSeries {
  readonly id: string;
  readonly definition: SeriesDefinition;
  series: Series;
  /** Index of its matcher and of its keys among those of the plan. */
  matcher: number;
  keys: number;
  rules: RuleState[];
  quotes: Quotes;
  /** Stream time from which every item is in it; 0 where it has seen all. */
  completeFromMs: number;
  overflowReported: boolean;
}

/** The counter's whole set of series with what they share. */
export interface SeriesPlan {
  counted: CountedSeries[];
  matchers: Matcher[];
  /** For the present item: 1 where a matcher matches, −1 where it does not, 0 where it was not asked. */
  matched: Int8Array;
  itemKeys: ItemKeys[];
  hash: TextHash;
  byRule: Map<string, { counted: CountedSeries; ruleState: RuleState }>;
}

export function emptyPlan(): SeriesPlan {
  return { counted: [], matchers: [], matched: new Int8Array(0), itemKeys: [], hash: new TextHash(), byRule: new Map() };
}

/** What boards show; kept whatever the rules are. Totals by channel, by sentiment and of all come from the first. */
export const BOARD_SERIES: readonly SeriesDefinition[] = [
  { where: '', groupBy: ['channel', 'sentiment'] },
  { where: '', groupBy: ['category'] },
  { where: 'complaint', groupBy: [] },
  { where: 'complaint', groupBy: ['category'] },
];

export function definitionOf(rule: { where?: string | undefined; groupBy: readonly GroupField[] }): SeriesDefinition {
  return { where: normalizeWhere(rule.where), groupBy: [...rule.groupBy].sort() };
}

export function seriesId({ where, groupBy }: SeriesDefinition): string {
  return `${groupBy.join(',')}|${where}`;
}

/** Windows and holding time that a definition needs for its rules. */
export interface SeriesNeed {
  definition: SeriesDefinition;
  windowsMs: number[];
  keepMs: number;
}

/** One need for each different definition: those of the boards first, then those of rules in their order. */
export function seriesNeeds(rules: readonly Rule[], config: CounterConfig): Map<string, SeriesNeed> {
  const needs = new Map<string, SeriesNeed>();
  for (const definition of config.boards === 'kept' ? BOARD_SERIES : []) needs.set(seriesId(definition), { definition, windowsMs: [], keepMs: BOARD_WINDOW_MS });
  for (const rule of rules) {
    const definition = definitionOf(rule);
    const id = seriesId(definition);
    const need = needs.get(id) ?? { definition, windowsMs: [], keepMs: 0 };
    if (!need.windowsMs.includes(rule.windowMs)) need.windowsMs.push(rule.windowMs);
    need.windowsMs.sort((a, b) => a - b);
    // A late item may complete a window that ended as long ago as it is late.
    need.keepMs = Math.max(need.keepMs, rule.windowMs + config.latenessMaxMs);
    needs.set(id, need);
  }
  return needs;
}

export function makeMatcher(where: string, failed: (message: string) => void): Matcher {
  return { where, matches: where === '' ? null : compileWhere(where, failed) };
}
