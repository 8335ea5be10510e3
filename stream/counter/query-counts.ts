import type { GroupKey } from '../../core/alert.ts';
import type { CountedGroup, CountsAnswer, CountsQuery } from '../../core/counts.ts';
import { DistinctCounter } from '../windows/distinct.ts';
import { end, firstFrom, seekBack, visitCustomers } from '../windows/measure.ts';
import { groupOf } from './alert-writer.ts';
import { earlierCount, earlierWeeks, isKnownSince } from './earlier-counts.ts';
import type { EarlierWindow } from './earlier-counts.ts';
import { countInside, countsFor, keysOf } from './kept-counts.ts';
import type { Counts } from './kept-counts.ts';
import type { CounterState } from './state.ts';

/** An answer names the largest groups only. */
const GROUPS_ANSWERED_MAX = 10_000;

/** A group of the question, and the keys of the grouping whose items are in it. */
interface Sum {
  group: GroupKey;
  keys: number[];
  count: number;
  /** Items of each earlier window that was asked for. */
  before: number[];
}

/**
 * Exact counts over `(now − window, now]`, largest group first, groups without items left out. A grouping with more fields
 * answers a question for fewer. A group that is empty now and was not in an earlier window asked for is there with 0. Throws `invalid_request`, and says what is kept, where none can answer. Changes nothing.
 */
export function queryCounts(state: CounterState, query: CountsQuery): Pick<CountsAnswer, 'asOfMs' | 'groups'> {
  const counts = countsFor(state, query);
  const earlier = earlierOf(state, counts, query);
  const sums = new Map<string, Sum>();
  for (const key of keysOf(counts, query.workspace)) {
    const count = countInside(counts, key, state.nowMs, query.windowMs);
    const before = earlier.asked.map((window) => earlierCount(counts, key, state.nowMs, window));
    if (count === 0 && before.every((one) => one === 0)) continue;
    const { group } = groupOf(counts.counted, key, query.groupBy);
    const id = JSON.stringify(Object.values(group));
    const sum = sums.get(id) ?? { group, keys: [], count: 0, before: before.map(() => 0) };
    sum.keys.push(key);
    sum.count += count;
    before.forEach((one, index) => (sum.before[index] = sum.before[index]! + one));
    sums.set(id, sum);
  }
  const groups = [...sums.values()]
    .sort((a, b) => b.count - a.count || compareGroups(a.group, b.group))
    .slice(0, GROUPS_ANSWERED_MAX)
    .map((sum) => ({
      ...describe(state, counts, sum, query.windowMs), ...earlier.say(sum.before),
      ...campaignsOf(state, counts, sum, query.windowMs),
    }));
  return { asOfMs: state.nowMs, groups };
}

function campaignsOf({ duplicates, nowMs }: CounterState, { counted, mark }: Counts, { keys }: Sum, windowMs: number): Partial<CountedGroup> {
  const campaigns = duplicates === null ? [] : counted.conditions[mark]!.campaigns.of(keys, nowMs - windowMs, duplicates.campaigns);
  return campaigns.length === 0 ? {} : { campaigns };
}

/** The earlier windows that are asked for and held whole, and how a group's counts in them are told. */
function earlierOf({ nowMs }: CounterState, counts: Counts, { windowMs, previousAgoMs, weeks: weeksMax }: CountsQuery): { asked: EarlierWindow[]; say(before: number[]): Partial<CountedGroup> } {
  const weeks = weeksMax === undefined ? [] : earlierWeeks(counts, { nowMs, windowMs, weeksMax });
  const isKnown = previousAgoMs !== undefined && isKnownSince(counts, nowMs - previousAgoMs - windowMs, nowMs);
  const previous = isKnown ? [{ agoMs: previousAgoMs, windowMs }] : [];
  return {
    asked: [...previous, ...weeks],
    say: (before) => ({
      ...(previousAgoMs === undefined ? {} : { previous: isKnown ? before[0]! : null }),
      ...(weeksMax === undefined ? {} : { weeks: before.slice(previous.length) }),
    }),
  };
}

function describe(state: CounterState, { counted, mark }: Counts, sum: Sum, windowMs: number): CountedGroup {
  const { times, kinds } = counted.grouping;
  const of = kinds.having(mark);
  const afterMs = state.nowMs - windowMs;
  const customers = new DistinctCounter(state.config.distinctExactMax);
  let oldestMs = Infinity;
  for (const key of sum.keys) {
    const at = counted.grouping.recordOf(key);
    visitCustomers(times, at, { afterMs, of }, (customer) => {
      if (customer !== 0) customers.add(customer);
    });
    oldestMs = Math.min(oldestMs, firstFrom(times, seekBack(times, at, end(times, at), afterMs, of), of) ?? Infinity);
  }
  return {
    key: sum.group,
    count: sum.count,
    distinctCustomers: customers.count(),
    ...(customers.exact ? {} : { distinctCustomersExact: false as const }),
    nextExpiryAtMs: oldestMs === Infinity ? null : oldestMs + windowMs,
  };
}

function compareGroups(a: GroupKey, b: GroupKey): number {
  for (const field of Object.keys(a)) if (a[field] !== b[field]) return a[field]! < b[field]! ? -1 : 1;
  return 0;
}
