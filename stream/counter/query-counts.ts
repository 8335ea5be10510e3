import { normalizeWhere } from '../../alerts/rules/compile-where.ts';
import { WINDOW_MS_MIN, formatDuration } from '../../alerts/rules/duration.ts';
import type { CountedGroup, CountsAnswer, CountsQuery } from '../../core/counts.ts';
import { TocsinError } from '../../core/errors.ts';
import { DistinctCounter } from '../windows/distinct.ts';
import { countAfter, end, seekBack, timeOf, visitCustomers } from '../windows/measure.ts';
import { groupOf } from './alert-writer.ts';
import { definitionOf, seriesId } from './series-plan.ts';
import type { CountedSeries } from './series-plan.ts';
import type { CounterState } from './state.ts';

/** An answer names the largest groups only. */
export const GROUPS_ANSWERED_MAX = 10_000;

/**
 * Exact counts of one kept series over `(now − window, now]`, largest group first, groups without items left out.
 * Throws `invalid_request`, and says which series are kept, for one that is not.
 */
export function queryCounts(state: CounterState, query: CountsQuery): Pick<CountsAnswer, 'asOfMs' | 'groups'> {
  const counted = find(state, query);
  const { series } = counted;
  const afterMs = state.nowMs - query.windowMs;
  const found: { slot: number; count: number }[] = [];
  for (const slot of series.slots()) {
    if (series.names.text(series.keyOf(slot), 0) !== query.workspace) continue;
    const count = countAfter(series.times, series.recordOf(slot), afterMs);
    if (count > 0) found.push({ slot, count });
  }
  const groups = found
    .sort((a, b) => b.count - a.count || compareKeys(counted, a.slot, b.slot))
    .slice(0, GROUPS_ANSWERED_MAX)
    .map(({ slot, count }) => describe(state, { counted, slot, count, query }));
  return { asOfMs: state.nowMs, groups };
}

function describe(state: CounterState, of: { counted: CountedSeries; slot: number; count: number; query: CountsQuery }): CountedGroup {
  const { counted, slot, count, query } = of;
  const { times } = counted.series;
  const at = counted.series.recordOf(slot);
  const afterMs = state.nowMs - query.windowMs;
  const customers = new DistinctCounter(state.config.distinctExactMax);
  visitCustomers(times, at, afterMs, (customer) => {
    if (customer !== 0) customers.add(customer);
  });
  const oldest = timeOf(times, seekBack(times, at, end(times, at), afterMs));
  return {
    key: groupOf(counted, slot, query.groupBy).group,
    count,
    distinctCustomers: customers.count(),
    ...(customers.exact ? {} : { distinctCustomersExact: false as const }),
    nextExpiryAtMs: oldest === null ? null : oldest + query.windowMs,
  };
}

function find(state: CounterState, query: CountsQuery): CountedSeries {
  if (!(Number.isInteger(query.windowMs) && query.windowMs >= WINDOW_MS_MIN)) {
    throw new TocsinError('invalid_request', 'window must be at least 1 minute (1m).');
  }
  const id = seriesId(definitionOf(query));
  const counted = state.plan.counted.find((one) => one.id === id);
  if (counted === undefined) {
    const asked = `groupBy=${query.groupBy.join(',')}${query.where === undefined ? '' : ` with where=${normalizeWhere(query.where)}`}`;
    throw new TocsinError('invalid_request', `The counter does not keep ${asked}. It keeps: ${keptSeries(state).join('; ')}.`);
  }
  const { keepMs } = counted.series.shape;
  if (query.windowMs > keepMs) {
    throw new TocsinError('invalid_request', `window=${formatDuration(query.windowMs)} is longer than the ${formatDuration(keepMs)} that the counter keeps of this series.`);
  }
  return counted;
}

function keptSeries(state: CounterState): string[] {
  return state.plan.counted.map(({ definition: { where, groupBy }, series }) => {
    const by = groupBy.length === 0 ? 'no groupBy' : `groupBy=${groupBy.join(',')}`;
    return `${by}${where === '' ? '' : ` with where=${normalizeWhere(where)}`} up to ${formatDuration(series.shape.keepMs)}`;
  });
}

function compareKeys({ series }: CountedSeries, a: number, b: number): number {
  for (let index = 0; index < series.names.width; index++) {
    const left = series.names.text(series.keyOf(a), index);
    const right = series.names.text(series.keyOf(b), index);
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
