import type { QuotedItem } from '../../core/alert.ts';
import { TocsinError } from '../../core/errors.ts';
import type { GroupField, Rule } from '../../core/rule.ts';
import { Arena } from '../windows/arena.ts';
import { ByteReader, ByteWriter } from '../windows/bytes.ts';
import { KeyNames } from '../windows/key-names.ts';
import { RotatingTable } from '../windows/rotating-table.ts';
import { Series } from '../windows/series.ts';
import { COUNTER_DEFAULTS } from './config.ts';
import type { CounterConfig } from './config.ts';
import { DueHeap } from './due-heap.ts';
import { makeItemKeys } from './group-keys.ts';
import { planSeries } from './plan-series.ts';
import { Quotes } from './quotes.ts';
import type { OpenAlertState, RuleState } from './rule-state.ts';
import { SequenceGaps } from './sequence-gaps.ts';
import type { SavedGaps } from './sequence-gaps.ts';
import { emptyPlan } from './series-plan.ts';
import type { SeriesDefinition } from './series-plan.ts';
import type { CounterState } from './state.ts';

/** "TOCS" as a little-endian number, then the version. */
const MAGIC = 0x53434f54;
export const STATE_FORMAT = 1;

interface SavedState {
  config: CounterConfig;
  nowMs: number;
  sequence: number;
  rawSequences: SavedGaps;
  rules: { rule: Rule; open: [number, OpenAlertState][]; closedAtMs: [number, number][] }[];
  series: { id: string; definition: SeriesDefinition; completeFromMs: number; overflowReported: boolean; quotes: [number, QuotedItem[]][] }[];
  /** Fields of each set of key names, in the order in which they follow. */
  groupBys: GroupField[][];
  told: string[];
}

/** The whole state as bytes of its own: later steps do not change them. */
export function encodeState(state: CounterState): Uint8Array {
  const out = new ByteWriter();
  out.number(MAGIC);
  out.number(STATE_FORMAT);
  const saved: SavedState = {
    config: state.config,
    nowMs: state.nowMs,
    sequence: state.sequence,
    rawSequences: state.rawSequences.save(),
    rules: state.rules.map(({ rule, open, closedAtMs }) => ({ rule, open: [...open], closedAtMs: [...closedAtMs] })),
    series: state.plan.counted.map(({ id, definition, completeFromMs, overflowReported, quotes }) => ({
      id,
      definition,
      completeFromMs,
      overflowReported,
      quotes: quotes.save(),
    })),
    groupBys: state.plan.itemKeys.map(({ fields }) => [...fields]),
    told: [...state.told],
  };
  out.json(saved);
  state.arena.encode(out);
  state.ids.encode(out);
  state.customers.encode(out);
  for (const { names } of state.plan.itemKeys) names.encode(out);
  for (const { series } of state.plan.counted) series.encode(out);
  return out.finish();
}

/**
 * The state that `encodeState` saved; going on from it gives what going on from the original gives. `config`: limits in
 * force from now on, where they are others than the saved ones.
 * Throws `frame_corrupt` for bytes that are no state, are cut short, or were written by a newer version.
 */
export function decodeState(bytes: Uint8Array, config: Partial<CounterConfig> = {}): CounterState {
  try {
    return decode(new ByteReader(bytes), config);
  } catch (error) {
    if (error instanceof TocsinError) throw error;
    throw new TocsinError('frame_corrupt', 'The saved counter state is damaged.', { cause: error });
  }
}

function decode(from: ByteReader, config: Partial<CounterConfig>): CounterState {
  if (from.number() !== MAGIC) throw new TocsinError('frame_corrupt', 'These bytes are not a saved counter state.');
  const format = from.number();
  if (format !== STATE_FORMAT) {
    throw new TocsinError('frame_corrupt', `The saved counter state has format ${format}, and this version reads format ${STATE_FORMAT}.`);
  }
  const saved = from.json() as SavedState;
  const state: CounterState = {
    config: { ...COUNTER_DEFAULTS, ...saved.config, ...config },
    nowMs: saved.nowMs,
    sequence: saved.sequence,
    rawSequences: new SequenceGaps(config.missingFramesMax ?? saved.config.missingFramesMax, saved.rawSequences),
    arena: Arena.decode(from),
    ids: RotatingTable.decode(from),
    customers: RotatingTable.decode(from),
    plan: emptyPlan(),
    rules: saved.rules.map(({ rule, open, closedAtMs }): RuleState => ({ rule, window: 0, open: new Map(open), closedAtMs: new Map(closedAtMs) })),
    due: new DueHeap(),
    told: new Set(saved.told),
    pendingNotices: [],
  };
  state.plan.itemKeys = saved.groupBys.map((fields) => makeItemKeys(fields, KeyNames.decode(from)));
  state.plan.counted = saved.series.map(({ quotes, ...rest }) => ({
    ...rest,
    series: Series.decode(from, state.arena, namesOf(state, rest.definition)),
    matcher: 0,
    keys: 0,
    rules: [],
    quotes: new Quotes(state.config, quotes),
  }));
  planSeries(state);
  for (const { rule, open } of state.rules) {
    for (const [slot, { dueMs, alertId }] of open) state.due.push({ dueMs, ruleId: rule.id, slot, alertId });
  }
  return state;
}

function namesOf(state: CounterState, { groupBy }: SeriesDefinition): KeyNames {
  const keys = state.plan.itemKeys.find(({ fields }) => fields.join() === groupBy.join());
  if (keys === undefined) throw new TocsinError('frame_corrupt', 'The saved counter state is damaged: a series has no names.');
  return keys.names;
}
