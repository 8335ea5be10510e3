import type { QuotedItem } from '../../core/alert.ts';
import { LocalDays } from '../../alerts/rules/calendar.ts';
import { TocsinError } from '../../core/errors.ts';
import type { GroupField, Rule } from '../../core/rule.ts';
import type { DuplicateConfig } from '../duplicates/config.ts';
import { readDuplicates, writeDuplicates } from '../duplicates/encode-duplicates.ts';
import { createDuplicateState } from '../duplicates/state.ts';
import type { DuplicateState } from '../duplicates/state.ts';
import { Arena } from '../windows/arena.ts';
import { ByteReader, ByteWriter } from '../windows/bytes.ts';
import type { StateWriter } from '../windows/bytes.ts';
import { Grouping } from '../windows/grouping.ts';
import { RotatingTable } from '../windows/rotating-table.ts';
import { CampaignTally } from './campaign-tally.ts';
import type { SavedTally } from './campaign-tally.ts';
import { COUNTER_DEFAULTS } from './config.ts';
import type { CounterConfig } from './config.ts';
import { countedGrouping, emptyPlan } from './counting-plan.ts';
import type { AwaitedFill, MissingItems } from './counting-plan.ts';
import { DueHeap } from './due-heap.ts';
import { OpenAlerts } from './open-alerts.ts';
import { planCounting } from './plan-counting.ts';
import { Quotes } from './quotes.ts';
import type { OpenAlertState } from './open-alerts.ts';
import type { RuleState } from './rule-state.ts';
import { SequenceGaps } from './sequence-gaps.ts';
import type { SavedGaps } from './sequence-gaps.ts';
import type { CounterState } from './state.ts';
import { RuleWatch, isWatched } from './watch/rule-watch.ts';
import { TopicSketch } from './watch/topics/topic-sketch.ts';
import type { SavedWatch } from './watch/rule-watch.ts';

/** "TOCS" as a little-endian number, then the version. */
const MAGIC = 0x53434f54;
export const STATE_FORMAT = 5;
/** The oldest format that is read. Format 3 has no duplicates: what was said before it is not known to be repeated. */
const OLDEST_FORMAT = 3;
/** For a snapshot of an older format: `decodeState` reads those from the oldest one on as they are. */
export const STATE_MIGRATIONS: ReadonlyMap<number, (bytes: Uint8Array) => Uint8Array> = new Map([[3, (bytes) => bytes], [4, (bytes) => bytes]]);

/** `afterMs`: absent in older snapshots, where it reaches from the beginning. */
type SavedMissing = Omit<MissingItems, 'afterMs'> & { afterMs?: number };

interface SavedState {
  config: CounterConfig;
  nowMs: number;
  /** From format 5 on, as is what watched rules remember. */
  watchedSinceMs?: number;
  sequence: number;
  rawSequences: SavedGaps;
  rules: Rule[];
  groupings: {
    fields: readonly GroupField[];
    overflowReported: boolean;
    /** `missing`: absent where nothing is; one stretch from the beginning in older snapshots. */
    conditions: { where: string; completeFromMs: number; fill: AwaitedFill | null; missing?: SavedMissing[] | SavedMissing }[];
  }[];
  told: string[];
}

/** The whole state as bytes of its own: later steps do not change them. */
export function encodeState(state: CounterState): Uint8Array {
  const out = new ByteWriter();
  writeState(state, out);
  return out.finish();
}

/** As `encodeState`, to a writer that may take the large parts piece by piece. */
export function writeState(state: CounterState, out: StateWriter): void {
  out.number(MAGIC);
  out.number(STATE_FORMAT);
  const saved: SavedState = {
    config: state.config,
    nowMs: state.nowMs,
    watchedSinceMs: state.watchedSinceMs,
    sequence: state.sequence,
    rawSequences: state.rawSequences.save(),
    rules: state.rules.map(({ rule }) => rule),
    groupings: state.plan.groupings.map(({ fields, overflowReported, conditions }) => ({
      fields,
      overflowReported,
      conditions: conditions.map(({ where, completeFromMs, fill, missing }) => ({ where, completeFromMs, fill, ...(missing.length === 0 ? {} : { missing: [...missing] }) })),
    })),
    told: [...state.told],
  };
  out.json(saved);
  for (const { open, closedAtMs, watch } of state.rules) {
    out.list(Array.from(open.entries(), ([key, alert]) => [key, { ...alert }]));
    out.words(Uint32Array.from(closedAtMs.keys()));
    out.bytes(new Uint8Array(Float64Array.from(closedAtMs.values()).buffer));
    if (watch !== null) {
      out.list([watch.save()]);
      for (const topic of watch.topics) out.bytes(topic.save().bytes);
    }
  }
  for (const { conditions } of state.plan.groupings) for (const { quotes, campaigns } of conditions) {
    out.list(quotes.save());
    out.list(campaigns.save());
  }
  state.arena.encode(out);
  state.ids.encode(out);
  state.customers.encode(out);
  if (state.duplicates !== null) writeDuplicates(state.duplicates, out);
  for (const { grouping } of state.plan.groupings) grouping.encode(out);
}

/**
 * The state that `encodeState` saved; going on from it gives what going on from the original gives. `config`: limits in
 * force from now on, where they are others than the saved ones.
 * Throws `frame_corrupt` for bytes that are no state, are cut short, or were written by a newer version or one that is too old.
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
  if (!(format >= OLDEST_FORMAT && format <= STATE_FORMAT)) {
    throw new TocsinError('frame_corrupt', `The saved counter state has format ${format}, and this version reads formats ${OLDEST_FORMAT} to ${STATE_FORMAT}.`);
  }
  const saved = from.json() as SavedState;
  const rules = saved.rules.map((rule) => readRule(rule, from));
  const texts = saved.groupings.map(({ conditions }) => conditions.map(() => ({
    quotes: from.list() as [number, QuotedItem[]][],
    campaigns: format < 4 ? [] : from.list() as SavedTally[],
  })));
  const complete = { ...COUNTER_DEFAULTS, ...saved.config, ...config };
  const state: CounterState = {
    config: complete,
    localDays: new LocalDays(complete.timeZone),
    nowMs: saved.nowMs,
    watchedSinceMs: saved.watchedSinceMs ?? saved.nowMs,
    sequence: saved.sequence,
    rawSequences: new SequenceGaps(config.missingFramesMax ?? saved.config.missingFramesMax, saved.rawSequences),
    arena: Arena.decode(from),
    ids: RotatingTable.decode(from),
    customers: RotatingTable.decode(from),
    duplicates: decodeLinks(from, saved.config.duplicates ?? null, complete.duplicates),
    plan: emptyPlan(),
    rules,
    due: new DueHeap(),
    told: new Set(saved.told),
    pendingNotices: [],
  };
  if (state.duplicates !== null) complete.duplicates = state.duplicates.config;
  state.plan.groupings = saved.groupings.map(({ fields, overflowReported, conditions }, index) => countedGrouping({
    fields,
    overflowReported,
    grouping: Grouping.decode(from, state.arena),
    conditions: conditions.map(({ where, completeFromMs, fill, missing = [] }, at) => ({
      where, matcher: 0, completeFromMs, fill, missing: [missing].flat().map(readMissing),
      quotes: new Quotes(state.config, texts[index]![at]!.quotes),
      campaigns: new CampaignTally(state.config.quotedGroupsMax, texts[index]![at]!.campaigns),
    })),
  }));
  planCounting(state);
  for (const { rule, open, watch } of state.rules) {
    for (const [key, { dueMs }] of watch?.entries ?? []) if (dueMs > 0) state.due.push({ dueMs, ruleId: rule.id, key, alertId: '' });
    if (watch === null) for (const [key, { dueMs, alertId }] of open.entries()) state.due.push({ dueMs, ruleId: rule.id, key, alertId });
  }
  return state;
}

/** What was saved, under the limits in force now; begun anew where it is wanted and was not before, given up where it is not wanted. */
function decodeLinks(from: ByteReader, saved: DuplicateConfig | null, wanted: DuplicateConfig | null): DuplicateState | null {
  const links = saved === null ? null : readDuplicates(from, wanted ?? {});
  return wanted === null ? null : (links ?? createDuplicateState(wanted));
}

/** In the order in which it is written, so that what is restored is saved as the same bytes. */
function readMissing({ sinceSequence, afterMs = 0, upToMs }: SavedMissing): MissingItems {
  return { sinceSequence, afterMs, upToMs };
}

function readRule(rule: Rule, from: ByteReader): RuleState {
  const open = new OpenAlerts(from.list() as [number, OpenAlertState][]);
  const keys = new Uint32Array(from.bytes().buffer);
  const closedMs = new Float64Array(from.bytes().buffer);
  const watch = isWatched(rule) ? readWatch(rule, from) : null;
  return { rule, mark: 0, window: 0, place: 0, openBit: 0, open, closedAtMs: new Map(Array.from(keys, (key, index) => [key, closedMs[index]!])), watch };
}

function readWatch(rule: Rule, from: ByteReader): RuleWatch {
  const [saved] = from.list() as [SavedWatch];
  const watch = new RuleWatch(saved);
  if (rule.kind === 'newTopic') watch.topics = saved.topics.map((topic) => new TopicSketch(rule, topic, new Float64Array(from.bytes().slice().buffer)));
  return watch;
}
