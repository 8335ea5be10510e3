import type { BoardCounts } from '../../core/live.ts';

export const MINUTE_MS = 60_000;
const MINUTES_SHOWN = 60;

type PerMinute = BoardCounts['perMinute'];
export type MinuteField = 'items' | 'complaints';

/** Three columns of `MINUTES_SHOWN` entries, written in place: times in s, whole minutes, the minute that is still filling. */
type MinuteColumns = [number[], (number | null)[], (number | null)[]];

export function emptyMinutes(): MinuteColumns {
  return [new Array<number>(MINUTES_SHOWN).fill(0), new Array<null>(MINUTES_SHOWN).fill(null), new Array<null>(MINUTES_SHOWN).fill(null)];
}

/** Index of the last whole minute: the last entry is still filling while its end lies after `asOfMs`. */
function lastWhole(perMinute: PerMinute, asOfMs: number): number {
  return perMinute.endMs > asOfMs ? MINUTES_SHOWN - 2 : MINUTES_SHOWN - 1;
}

function valueAt(values: readonly number[], index: number): number | null {
  return values[values.length - MINUTES_SHOWN + index] ?? null;
}

/** Each time is the end of its minute; the two value columns share the last whole minute, so that their lines meet there. */
export function fillMinutes(columns: MinuteColumns, counts: BoardCounts, field: MinuteField): void {
  const { perMinute, asOfMs } = counts;
  const whole = lastWhole(perMinute, asOfMs);
  const [times, done, filling] = columns;
  for (let index = 0; index < MINUTES_SHOWN; index++) {
    const value = valueAt(perMinute[field], index);
    times[index] = (perMinute.endMs - (MINUTES_SHOWN - 1 - index) * MINUTE_MS) / 1000;
    done[index] = index <= whole ? value : null;
    filling[index] = index >= whole ? value : null;
  }
}

interface MinuteSummary {
  /** Of the last whole minute; null when there is none. */
  last: number | null;
  /** Over the whole minutes shown. */
  min: number;
  max: number;
  total: number;
}

export function summariseMinutes(counts: BoardCounts, field: MinuteField): MinuteSummary {
  const whole = lastWhole(counts.perMinute, counts.asOfMs);
  const values: number[] = [];
  for (let index = 0; index <= whole; index++) {
    const value = valueAt(counts.perMinute[field], index);
    if (value !== null) values.push(value);
  }
  const total = values.reduce((sum, value) => sum + value, 0);
  return { last: values.at(-1) ?? null, min: values.length === 0 ? 0 : Math.min(...values), max: Math.max(0, ...values), total };
}

/** Sums of five minutes, oldest first: the table that stands for a chart. `endMs` is the end of each. */
export function fiveMinuteSums(counts: BoardCounts): { endMs: number; items: number; complaints: number }[] {
  const { perMinute } = counts;
  const rows: { endMs: number; items: number; complaints: number }[] = [];
  for (let start = 0; start < MINUTES_SHOWN; start += 5) {
    const sum = (field: MinuteField): number => {
      let total = 0;
      for (let index = start; index < start + 5; index++) total += valueAt(perMinute[field], index) ?? 0;
      return total;
    };
    rows.push({ endMs: perMinute.endMs - (MINUTES_SHOWN - 5 - start) * MINUTE_MS, items: sum('items'), complaints: sum('complaints') });
  }
  return rows;
}
