import { normalizeWhere } from '../../alerts/rules/compile-where.ts';
import { WINDOW_MS_MIN, formatDuration } from '../../alerts/rules/duration.ts';
import type { GroupKey } from '../../core/alert.ts';
import type { CountedGroup, CountsAnswer, CountsQuery } from '../../core/counts.ts';
import { TocsinError } from '../../core/errors.ts';
import { DistinctCounter } from '../windows/distinct.ts';
import { countAfter, end, firstFrom, seekBack, seekForward, visitCustomers } from '../windows/measure.ts';
import { windowStart } from '../windows/past-window.ts';
import { groupOf } from './alert-writer.ts';
import { fieldsOf } from './counting-plan.ts';
import type { CountedGrouping } from './counting-plan.ts';
import type { CounterState } from './state.ts';

/** An answer names the largest groups only. */
export const GROUPS_ANSWERED_MAX = 10_000;

/** Where a question is answered: a grouping, and which of its conditions. */
export interface Counts {
  counted: CountedGrouping;
  mark: number;
}

/** A group of the question, and the keys of the grouping whose items are in it. */
interface Sum {
  group: GroupKey;
  keys: number[];
  count: number;
}

/**
 * Exact counts over `(now − window, now]`, largest group first, groups without items left out. A grouping with more fields
 * answers a question for fewer. Throws `invalid_request`, and says what is kept, where none can answer. Changes nothing.
 */
export function queryCounts(state: CounterState, query: CountsQuery): Pick<CountsAnswer, 'asOfMs' | 'groups'> {
  const counts = countsFor(state, query);
  const sums = new Map<string, Sum>();
  for (const key of keysOf(counts, query.workspace)) {
    const count = countInside(counts, key, state.nowMs, query.windowMs);
    if (count === 0) continue;
    const { group } = groupOf(counts.counted, key, query.groupBy);
    const id = JSON.stringify(Object.values(group));
    const sum = sums.get(id) ?? { group, keys: [], count: 0 };
    sum.keys.push(key);
    sum.count += count;
    sums.set(id, sum);
  }
  const groups = [...sums.values()]
    .sort((a, b) => b.count - a.count || compareGroups(a.group, b.group))
    .slice(0, GROUPS_ANSWERED_MAX)
    .map((sum) => describe(state, counts, sum, query.windowMs));
  return { asOfMs: state.nowMs, groups };
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
    nextExpiryAtMs: oldestMs + windowMs,
  };
}

/**
 * The grouping with the fewest fields that has those of the question and counts under its `where`. It may have more of them,
 * but not `category`: an item stands in each of its categories, so sums over them would count it more than once.
 */
export function countsFor(state: CounterState, query: CountsQuery): Counts {
  if (!(Number.isInteger(query.windowMs) && query.windowMs >= WINDOW_MS_MIN)) {
    throw new TocsinError('invalid_request', 'window must be at least 1 minute (1m).');
  }
  const where = normalizeWhere(query.where);
  const able = state.plan.groupings
    .map((counted) => ({ counted, mark: counted.conditions.findIndex((condition) => condition.where === where) }))
    .filter(({ counted, mark }) => mark >= 0 && query.groupBy.every((field) => counted.fields.includes(field)))
    .filter(({ counted }) => query.groupBy.includes('category') || !counted.fields.includes('category'))
    .sort((a, b) => a.counted.fields.length - b.counted.fields.length);
  const found = able.find(({ counted }) => counted.grouping.shape.keepMs >= query.windowMs);
  if (found !== undefined) return found;
  if (able.length === 0) {
    const asked = `groupBy=${fieldsOf(query.groupBy).join(',')}${where === '' ? '' : ` with where=${where}`}`;
    throw new TocsinError('invalid_request', `The counter does not keep ${asked}. It keeps: ${keptCounts(state).join('; ')}.`);
  }
  const keepMs = Math.max(...able.map(({ counted }) => counted.grouping.shape.keepMs));
  throw new TocsinError('invalid_request', `window=${formatDuration(query.windowMs)} is longer than the ${formatDuration(keepMs)} that the counter keeps of this.`);
}

/** Keys of a workspace. */
export function keysOf({ counted: { grouping } }: Counts, workspace: string): number[] {
  return grouping.keys().filter((key) => grouping.names.text(key, 0) === workspace);
}

/** Items of a key in `(now − window, now]`: from the count that slides with the stream where the window has one, else by a walk. */
export function countInside({ counted: { grouping }, mark }: Counts, key: number, nowMs: number, windowMs: number): number {
  const { times, counts, kinds } = grouping;
  const at = grouping.recordOf(key);
  const of = kinds.having(mark);
  const place = counts.placeOf(windowMs, mark);
  if (place < 0) return countAfter(times, at, nowMs - windowMs, of);
  const start = windowStart(times, counts, at, counts.windowOf(windowMs));
  return counts.read(at, place) - seekForward(times, start, nowMs - windowMs, of).passed;
}

function keptCounts(state: CounterState): string[] {
  return state.plan.groupings.flatMap(({ fields, conditions, grouping }) =>
    conditions.map(({ where }) => {
      const by = fields.length === 0 ? 'no groupBy' : `groupBy=${fields.join(',')}`;
      return `${by}${where === '' ? '' : ` with where=${where}`} up to ${formatDuration(grouping.shape.keepMs)}`;
    }),
  );
}

function compareGroups(a: GroupKey, b: GroupKey): number {
  for (const field of Object.keys(a)) if (a[field] !== b[field]) return a[field]! < b[field]! ? -1 : 1;
  return 0;
}
