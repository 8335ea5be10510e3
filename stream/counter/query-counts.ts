import { normalizeWhere } from '../../alerts/rules/compile-where.ts';
import { WINDOW_MS_MIN, formatDuration } from '../../alerts/rules/duration.ts';
import type { GroupKey } from '../../core/alert.ts';
import type { CountedGroup, CountsAnswer, CountsQuery } from '../../core/counts.ts';
import { TocsinError } from '../../core/errors.ts';
import { DistinctCounter } from '../windows/distinct.ts';
import { countAfter, end, seekBack, timeOf, visitCustomers } from '../windows/measure.ts';
import { groupOf } from './alert-writer.ts';
import { definitionOf } from './series-plan.ts';
import type { CountedSeries } from './series-plan.ts';
import type { CounterState } from './state.ts';

/** An answer names the largest groups only. */
export const GROUPS_ANSWERED_MAX = 10_000;

/** A group of the question, and the slots of the series whose items are in it. */
interface Sum {
  key: GroupKey;
  slots: number[];
  count: number;
}

/**
 * Exact counts over `(now − window, now]`, largest group first, groups without items left out. A series with finer groups
 * answers a question for coarser ones. Throws `invalid_request`, and says what is kept, where no series can answer.
 */
export function queryCounts(state: CounterState, query: CountsQuery): Pick<CountsAnswer, 'asOfMs' | 'groups'> {
  const counted = seriesFor(state, query);
  const sums = sumGroups(counted, query, state.nowMs - query.windowMs);
  const groups = sums
    .sort((a, b) => b.count - a.count || compareKeys(a.key, b.key))
    .slice(0, GROUPS_ANSWERED_MAX)
    .map((sum) => describe(state, { counted, sum, query }));
  return { asOfMs: state.nowMs, groups };
}

function sumGroups(counted: CountedSeries, query: CountsQuery, afterMs: number): Sum[] {
  const { series } = counted;
  const sums = new Map<string, Sum>();
  for (const slot of series.slots()) {
    if (series.names.text(series.keyOf(slot), 0) !== query.workspace) continue;
    const count = countAfter(series.times, series.recordOf(slot), afterMs);
    if (count === 0) continue;
    const key = groupOf(counted, slot, query.groupBy).group;
    const id = JSON.stringify(Object.values(key));
    const sum = sums.get(id) ?? { key, slots: [], count: 0 };
    sum.slots.push(slot);
    sum.count += count;
    sums.set(id, sum);
  }
  return [...sums.values()];
}

function describe(state: CounterState, { counted, sum, query }: { counted: CountedSeries; sum: Sum; query: CountsQuery }): CountedGroup {
  const { times } = counted.series;
  const afterMs = state.nowMs - query.windowMs;
  const customers = new DistinctCounter(state.config.distinctExactMax);
  let oldestMs = Infinity;
  for (const slot of sum.slots) {
    const at = counted.series.recordOf(slot);
    visitCustomers(times, at, afterMs, (customer) => {
      if (customer !== 0) customers.add(customer);
    });
    oldestMs = Math.min(oldestMs, timeOf(times, seekBack(times, at, end(times, at), afterMs)) ?? Infinity);
  }
  return {
    key: sum.key,
    count: sum.count,
    distinctCustomers: customers.count(),
    ...(customers.exact ? {} : { distinctCustomersExact: false as const }),
    nextExpiryAtMs: oldestMs + query.windowMs,
  };
}

/**
 * The series with the fewest fields that has those of the question. It may have more of them, but not `category`: an item
 * stands in each of its categories, so sums over them would count it more than once.
 */
export function seriesFor(state: CounterState, query: CountsQuery): CountedSeries {
  if (!(Number.isInteger(query.windowMs) && query.windowMs >= WINDOW_MS_MIN)) {
    throw new TocsinError('invalid_request', 'window must be at least 1 minute (1m).');
  }
  const asked = definitionOf(query);
  const able = state.plan.counted
    .filter(({ definition }) => definition.where === asked.where && asked.groupBy.every((field) => definition.groupBy.includes(field)))
    .filter(({ definition }) => asked.groupBy.includes('category') || !definition.groupBy.includes('category'))
    .sort((a, b) => a.definition.groupBy.length - b.definition.groupBy.length);
  const found = able.find(({ series }) => series.shape.keepMs >= query.windowMs);
  if (found !== undefined) return found;
  if (able.length === 0) {
    const where = asked.where === '' ? '' : ` with where=${asked.where}`;
    throw new TocsinError('invalid_request', `The counter does not keep groupBy=${asked.groupBy.join(',')}${where}. It keeps: ${keptSeries(state).join('; ')}.`);
  }
  const keepMs = Math.max(...able.map(({ series }) => series.shape.keepMs));
  throw new TocsinError('invalid_request', `window=${formatDuration(query.windowMs)} is longer than the ${formatDuration(keepMs)} that the counter keeps of this.`);
}

function keptSeries(state: CounterState): string[] {
  return state.plan.counted.map(({ definition: { where, groupBy }, series }) => {
    const by = groupBy.length === 0 ? 'no groupBy' : `groupBy=${groupBy.join(',')}`;
    return `${by}${where === '' ? '' : ` with where=${normalizeWhere(where)}`} up to ${formatDuration(series.shape.keepMs)}`;
  });
}

function compareKeys(a: GroupKey, b: GroupKey): number {
  for (const field of Object.keys(a)) if (a[field] !== b[field]) return a[field]! < b[field]! ? -1 : 1;
  return 0;
}
