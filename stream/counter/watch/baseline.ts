import { dayKind, lastCalendarYear } from '../../../alerts/rules/calendar.ts';
import type { DayKind } from '../../../alerts/rules/calendar.ts';
import { BASELINE_MIN } from '../../../alerts/decide-spike.ts';
import type { AlertBasis, SpikeMeasure } from '../../../core/alert.ts';
import { countBetween, isKnownSince } from '../earlier-counts.ts';
import type { Counts } from '../kept-counts.ts';
import { tell } from '../notice.ts';
import type { CounterState } from '../state.ts';
import { DAY_MS, farthestAgoMs } from './comparison.ts';
import type { Comparison } from './comparison.ts';

/** A baseline serves for this long; the past changes slowly, and a look at it is a walk. */
const SERVES_MS = 60_000;

/** Counts of earlier windows at the same hours, as of a while ago. */
export interface Baseline {
  /** Until which stream time it serves. */
  untilMs: number;
  counts: number[];
  /** Where the windows of `counts` end. */
  endsMs: number[];
  /** Place of the scored log up to which they were counted. */
  sequence: number;
  itemIndex: number | null;
  days: SpikeMeasure['days'];
  today: DayKind | null;
}

interface CompareWith {
  comparison: Comparison;
  windowMs: number;
  /** Of the item that is being counted. */
  itemIndex: number | null;
}

/**
 * The counts of a group at the same hours of earlier days. With a calendar only days of today's kind count: workdays with
 * workdays, days of rest with days of rest; days of sales are no measure for others. Where there are too few of them all
 * days but those of sales stand in.
 */
function baselineOf(state: CounterState, counts: Counts, key: number, { comparison, windowMs, itemIndex }: CompareWith): Omit<Baseline, 'untilMs'> {
  const { everyDays, windows, calendar, saleDays } = comparison;
  const kindAt = (agoMs: number): DayKind | null => {
    if (calendar === 'none') return null;
    // The middle of the window says which day it is of.
    return dayKind(state.localDays.of(state.nowMs - agoMs - windowMs / 2), calendar, saleDays);
  };
  const today = kindAt(0);
  if (calendar === 'china') sayWhereCalendarEnds(state);
  const like: [count: number, endMs: number][] = [];
  const others: [count: number, endMs: number][] = [];
  for (let agoMs = everyDays * DAY_MS; agoMs <= farthestAgoMs(comparison) && like.length < windows; agoMs += everyDays * DAY_MS) {
    const toMs = state.nowMs - agoMs;
    if (!isKnownSince(counts, toMs - windowMs, state.nowMs)) break;
    const kind = kindAt(agoMs);
    if (kind === today && kind !== 'sale-day') like.push([countBetween(counts, key, toMs - windowMs, toMs), toMs]);
    else if (kind !== 'sale-day' && others.length < windows) others.push([countBetween(counts, key, toMs - windowMs, toMs), toMs]);
  }
  const found = (chosen: readonly (readonly [number, number])[], days: SpikeMeasure['days']): Omit<Baseline, 'untilMs'> =>
    ({ counts: chosen.map(([count]) => count), endsMs: chosen.map(([, endMs]) => endMs), sequence: state.sequence, itemIndex, days, today });
  if (today === null) return found(like, 'all');
  if (like.length >= Math.min(BASELINE_MIN, windows)) return found(like, 'like');
  return found([...like, ...others].slice(0, windows), 'mixed');
}

function sayWhereCalendarEnds(state: CounterState): void {
  const year = Number(state.localDays.of(state.nowMs).slice(0, 4));
  if (year > lastCalendarYear()) tell(state, String(year), { kind: 'calendar-ends', year, lastYear: lastCalendarYear() });
}

/** As `baselineOf`, not more often than once in a while for a group. */
export function keptBaseline(state: CounterState, kept: Map<number, Baseline>, counts: Counts, key: number, of: CompareWith): Baseline {
  const known = kept.get(key);
  // One of an older snapshot does not say where its windows end.
  if (known?.endsMs !== undefined && state.nowMs < known.untilMs) return known;
  const baseline = { ...baselineOf(state, counts, key, of), untilMs: (Math.floor(state.nowMs / SERVES_MS) + 1) * SERVES_MS };
  kept.set(key, baseline);
  return baseline;
}

/** What an event says of the windows that were compared. */
export function earlierOf({ endsMs, sequence, itemIndex }: Baseline): NonNullable<AlertBasis['earlier']> {
  return { endsMs, sequence, ...(itemIndex === null ? {} : { itemIndex }) };
}
