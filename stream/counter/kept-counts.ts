import { normalizeWhere } from '../../alerts/rules/compile-where.ts';
import { WINDOW_MS_MIN, formatDuration } from '../../alerts/rules/duration.ts';
import type { CountsQuery } from '../../core/counts.ts';
import { TocsinError } from '../../core/errors.ts';
import { countAfter, seekForward } from '../windows/measure.ts';
import { windowStart } from '../windows/past-window.ts';
import { fieldsOf } from './counting-plan.ts';
import type { CountedGrouping } from './counting-plan.ts';
import type { CounterState } from './state.ts';

/** Where a question is answered: a grouping, and which of its conditions. */
export interface Counts {
  counted: CountedGrouping;
  mark: number;
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

/** True while a window reaches back to what has still to come from the store, or is not held: its counts are too low. */
export function isPastAwaited({ nowMs }: CounterState, { counted, mark }: Counts, windowMs: number): boolean {
  const { fill, missing } = counted.conditions[mark]!;
  const fromMs = nowMs - windowMs;
  return (fill !== null && fromMs < Math.min(fill.upToMs, fill.sinceMs)) || missing.some(({ upToMs }) => fromMs < upToMs);
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
