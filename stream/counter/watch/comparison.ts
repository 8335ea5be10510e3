import type { AbsenceRule, SpikeRule } from '../../../core/rule.ts';

export const DAY_MS = 86_400_000;
/** Days looked back at most to find as many like today as a rule asks for. */
const DAYS_MAX = 62;

/** How far back a rule compares. */
export interface Comparison {
  everyDays: 1 | 7;
  windows: number;
  calendar: SpikeRule['calendar'];
  saleDays: readonly string[];
}

export function comparisonOf(rule: SpikeRule | AbsenceRule): Comparison | null {
  if (rule.kind === 'spike') return { everyDays: rule.against.every === 'day' ? 1 : 7, windows: rule.against.windows, calendar: rule.calendar, saleDays: rule.saleDays };
  if (rule.normal.kind === 'given') return null;
  return { everyDays: 1, windows: rule.normal.days, calendar: 'none', saleDays: [] };
}

/** The longest time ago that windows are looked at, milliseconds. With a calendar days are passed over, so it reaches further back. */
export function farthestAgoMs({ everyDays, windows, calendar }: Comparison): number {
  const days = everyDays * windows;
  return (calendar === 'none' ? days : Math.min(Math.max(days, DAYS_MAX), everyDays === 1 ? days * 2 + 7 : days + 14)) * DAY_MS;
}
