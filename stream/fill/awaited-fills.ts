import type { AwaitedFill } from '../counter/counting-plan.ts';
import type { CounterState } from '../counter/state.ts';
import type { WantedHistory } from './build-parts.ts';

/** A fill that rules wait for. */
export interface Awaited extends WantedHistory, AwaitedFill {
  /** Items with an event time up to here are held by nobody any more. */
  keepAfterMs: number;
}

/** Every fill that a condition waits for now. */
export function awaitedFills(state: CounterState): Awaited[] {
  return state.plan.groupings.flatMap(({ fields, grouping, conditions }) =>
    conditions.flatMap(({ where, fill }) => (fill === null ? [] : [{ ...fill, groupBy: [...fields], where, keepAfterMs: state.nowMs - grouping.shape.keepMs }])));
}
