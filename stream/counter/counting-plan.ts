import { compileWhere, normalizeWhere } from '../../alerts/rules/compile-where.ts';
import type { WherePredicate } from '../../alerts/rules/compile-where.ts';
import type { FeedbackItem } from '../../core/feedback.ts';
import type { ScoredItem } from '../../core/frame.ts';
import type { GroupField, Rule } from '../../core/rule.ts';
import { READ_AHEAD_MAX } from '../duplicates/readers.ts';
import type { Grouping } from '../windows/grouping.ts';
import { TextHash } from '../windows/hash.ts';
import { KeysAhead } from '../windows/keys-ahead.ts';
import type { CampaignTally } from './campaign-tally.ts';
import { BOARD_WINDOW_MS } from './config.ts';
import type { CounterConfig } from './config.ts';
import { KeyTexts } from './group-keys.ts';
import { OpenBits } from './open-alerts.ts';
import type { Quotes } from './quotes.ts';
import { ReadAhead } from './read-ahead.ts';
import type { RuleState } from './rule-state.ts';
import { windowsOf } from './rule-windows.ts';
import { isGrouped } from './watch/rule-watch.ts';
import type { WaitingQuestion } from './watch/watch-item.ts';

/** One `where`, evaluated at most once an item however many rules have it; null: every item. */
export interface Matcher {
  where: string;
  matches: WherePredicate | null;
}

/** A `where` under which a grouping counts. Its place among them is its mark in the grouping. */
export interface Condition {
  where: string;
  /** Index among the plan's matchers. */
  matcher: number;
  /** Latest texts of its groups that are close to firing. */
  quotes: Quotes;
  /** Copied texts among what its groups counted. */
  campaigns: CampaignTally;
  /** Stream time from which every matching item is in it; 0 where it has seen all. */
  completeFromMs: number;
  /** What is still to come from the store; null where nothing is. */
  fill: AwaitedFill | null;
  /** What it lacks and no window of it has reached so far, the latest event times first: stretches that do not overlap, all of them before what `fill` brings. */
  missing: readonly MissingItems[];
}

/** An item that has just been counted into a group. */
export interface CountedItem {
  counted: CountedGrouping;
  key: number;
  kind: number;
  item: FeedbackItem;
  scored: ScoredItem;
  /** Number of its customer; 0 where it names none. */
  customer: number;
  createdAtMs: number;
}

/** Items of entries before a place of the log that are not held, with an event time in `(afterMs, upToMs]`. */
export interface MissingItems {
  sinceSequence: number;
  afterMs: number;
  upToMs: number;
}

/** A stretch of the time before that a condition waits for. */
export interface AwaitedFill {
  /** The rule set that made it necessary; items of earlier entries are missing, */
  sinceSequence: number;
  sinceMs: number;
  /** and of these the ones with an event time up to here. */
  upToMs: number;
  /** Place in the history up to which it has come; '' at the beginning. */
  place: string;
  /** Items with an event time up to here are not of this fill; absent where it reaches as far back as items are held. */
  keepAfterMs?: number;
}

/** Items by one set of fields: all rules and boards that group alike share it, whatever their `where` and window. */
export interface CountedGrouping {
  /** Fields in alphabetical order, joined. */
  readonly id: string;
  readonly fields: readonly GroupField[];
  readonly keyTexts: KeyTexts;
  grouping: Grouping;
  conditions: Condition[];
  /** Of the conditions, by mark. */
  matcherOf: Uint16Array;
  /** For the present item: 1 for the conditions that it meets. */
  present: Uint8Array;
  /** Keys of the items read ahead; null where they are not read. */
  keysAhead: KeysAhead | null;
  rules: RuleState[];
  /** Which of `rules` have an open alert, by key. */
  openBits: OpenBits;
  /** Rules that look at an item of a kind. */
  rulesOfKind: RuleState[][];
  /** Rules that are more than a count which opens at a number, and those of them that look at an item of a kind. */
  watched: RuleState[];
  watchedOfKind: RuleState[][];
  /** Of the grouping, when `rulesOfKind` was begun. */
  kindsGeneration: number;
  overflowReported: boolean;
}

/** A grouping without its rules. */
export function countedGrouping({ fields, grouping, conditions, overflowReported }: Pick<CountedGrouping, 'fields' | 'grouping' | 'conditions' | 'overflowReported'>): CountedGrouping {
  return {
    id: fields.join(),
    fields,
    keyTexts: new KeyTexts(fields),
    grouping,
    conditions,
    matcherOf: Uint16Array.from(conditions, ({ matcher }) => matcher),
    present: new Uint8Array(conditions.length),
    keysAhead: fields.includes('category') ? null : new KeysAhead(READ_AHEAD_MAX, fields.length + 1),
    rules: [],
    openBits: new OpenBits(),
    rulesOfKind: [],
    watched: [],
    watchedOfKind: [],
    kindsGeneration: grouping.kindsGeneration,
    overflowReported,
  };
}

/** Everything that is counted, with what is shared. */
export interface CountingPlan {
  groupings: CountedGrouping[];
  matchers: Matcher[];
  /** For the present item: 1 where a matcher matches, −1 where it does not, 0 where it was not asked. */
  matched: Int8Array;
  /** The item that is being counted, in one object that is used again; null before the first. */
  present: CountedItem | null;
  hash: TextHash;
  ahead: ReadAhead;
  /** Rules that count in groups. */
  byRule: Map<string, { counted: CountedGrouping; ruleState: RuleState }>;
  /** Questions that the present item has raised; empty between items. */
  waiting: WaitingQuestion[];
  /** Members before the composites that name them, and when the first of these has to be asked. */
  composites: RuleState[];
  compositeDueMs: number;
  /** Rules that watch for new topics, and when the first of their alerts has to be looked at. */
  topics: RuleState[];
  topicDueMs: number;
}

export function emptyPlan(): CountingPlan {
  return { groupings: [], matchers: [], matched: new Int8Array(0), present: null, hash: new TextHash(), ahead: new ReadAhead(), byRule: new Map(), waiting: [], composites: [], compositeDueMs: 0, topics: [], topicDueMs: 0 };
}

/** What one grouping must count. */
export interface GroupingNeed {
  fields: readonly GroupField[];
  /** Windows to keep counted for each `where`, milliseconds; none where only questions are answered. */
  windowsMs: Map<string, Set<number>>;
  /** Rules' own ones, which are read at each item. */
  rulesWindowsMs: Set<number>;
  keepMs: number;
}

const HOUR_MS = 3_600_000;

/** What boards show. Totals by channel, by sentiment and of all are sums of the first. */
const BOARD_NEEDS: readonly { fields: GroupField[]; where: string; windowsMs: number[] }[] = [
  { fields: ['channel', 'sentiment'], where: '', windowsMs: [BOARD_WINDOW_MS] },
  { fields: ['channel', 'sentiment'], where: 'complaint', windowsMs: [BOARD_WINDOW_MS] },
  { fields: ['category'], where: '', windowsMs: [] },
  { fields: ['category'], where: 'complaint', windowsMs: [HOUR_MS / 12, HOUR_MS, BOARD_WINDOW_MS] },
];

export function fieldsOf(groupBy: readonly GroupField[]): GroupField[] {
  return [...groupBy].sort();
}

/** Rules with the same name here count the same items in the same groups. */
export function countedName(rule: { where?: string | undefined; groupBy: readonly GroupField[] }): string {
  return `${fieldsOf(rule.groupBy).join()}|${normalizeWhere(rule.where)}`;
}

/** By the groupings' ids: those of the boards first, then those of rules in their order. */
export function groupingNeeds(rules: readonly Rule[], config: CounterConfig): Map<string, GroupingNeed> {
  const needs = new Map<string, GroupingNeed>();
  const want = (groupBy: readonly GroupField[], where: string, windowsMs: readonly number[], keepMs: number): GroupingNeed => {
    const fields = fieldsOf(groupBy);
    const need = needs.get(fields.join()) ?? { fields, windowsMs: new Map<string, Set<number>>(), rulesWindowsMs: new Set<number>(), keepMs: 0 };
    const windows = need.windowsMs.get(where) ?? new Set<number>();
    for (const windowMs of windowsMs) windows.add(windowMs);
    need.windowsMs.set(where, windows);
    need.keepMs = Math.max(need.keepMs, keepMs);
    needs.set(fields.join(), need);
    return need;
  };
  if (config.boards === 'kept') for (const { fields, where, windowsMs } of BOARD_NEEDS) want(fields, where, windowsMs, Math.max(BOARD_WINDOW_MS, config.boardKeepMs));
  for (const rule of rules) {
    if (!isGrouped(rule)) continue;
    if (rule.kind === 'share') want(rule.of.groupBy, normalizeWhere(rule.of.where), [rule.windowMs], rule.windowMs + config.latenessMaxMs);
    const { windowsMs, keepMs } = windowsOf(rule);
    // A late item may complete a window that ended as long ago as it is late.
    want(rule.groupBy, normalizeWhere(rule.where), windowsMs, keepMs + config.latenessMaxMs).rulesWindowsMs.add(windowsMs[0]!);
  }
  return needs;
}

export function makeMatcher(where: string, failed: (message: string) => void): Matcher {
  return { where, matches: where === '' ? null : compileWhere(where, failed) };
}
