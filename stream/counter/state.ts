import { LocalDays } from '../../alerts/rules/calendar.ts';
import { createDuplicateState } from '../duplicates/state.ts';
import type { DuplicateState } from '../duplicates/state.ts';
import { Arena } from '../windows/arena.ts';
import { RotatingTable } from '../windows/rotating-table.ts';
import type { CounterConfig } from './config.ts';
import { COUNTER_DEFAULTS } from './config.ts';
import { emptyPlan } from './counting-plan.ts';
import type { CountingPlan } from './counting-plan.ts';
import { DueHeap } from './due-heap.ts';
import type { CounterNotice } from './notice.ts';
import { planCounting } from './plan-counting.ts';
import type { RuleState } from './rule-state.ts';
import { SequenceGaps } from './sequence-gaps.ts';


/**
 * Everything the counter knows: a function of the scored log's entries so far and of nothing else. `step` changes it in
 * place; `encodeState` and `decodeState` make bytes of it and back.
 */
export interface CounterState {
  config: CounterConfig;
  /** Stream time, milliseconds since the epoch; never goes back. 0 before the first entry. */
  nowMs: number;
  /** Stream time since which entries have come without a gap. */
  watchedSinceMs: number;
  localDays: LocalDays;
  /** Sequence of the last entry on the scored log that was counted in. */
  sequence: number;
  rawSequences: SequenceGaps;
  arena: Arena;
  ids: RotatingTable;
  customers: RotatingTable;
  /** What is remembered of texts and customers; null where duplicates are not looked for. */
  duplicates: DuplicateState | null;
  plan: CountingPlan;
  rules: RuleState[];
  due: DueHeap;
  /** Notices told so far, by what they are about. */
  told: Set<string>;
  /** Notices that the next step hands out. */
  pendingNotices: CounterNotice[];
}

/** Where counting begins when what stood before it on the log is gone, and no snapshot holds it. */
export interface LateBeginning {
  /** Of the log's first entry. */
  sequence: number;
  timeMs: number;
}

/** An empty state. `begins`: everything that is counted waits for its past from the store, as a new rule does. */
export function createState(config: Partial<CounterConfig> = {}, begins?: LateBeginning): CounterState {
  const complete = { ...COUNTER_DEFAULTS, ...config };
  const state: CounterState = {
    config: complete,
    nowMs: 0,
    watchedSinceMs: 0,
    localDays: new LocalDays(complete.timeZone),
    sequence: 0,
    rawSequences: new SequenceGaps(complete.missingFramesMax),
    arena: new Arena(),
    ids: new RotatingTable(),
    customers: new RotatingTable(),
    duplicates: complete.duplicates === null ? null : createDuplicateState(complete.duplicates),
    plan: emptyPlan(),
    rules: [],
    due: new DueHeap(),
    told: new Set(),
    pendingNotices: [],
  };
  if (begins === undefined) {
    planCounting(state);
    return state;
  }
  Object.assign(state, { nowMs: begins.timeMs, watchedSinceMs: begins.timeMs, sequence: begins.sequence });
  planCounting(state);
  state.sequence = begins.sequence - 1;
  return state;
}
