import type { GroupKey } from '../../core/alert.ts';
import type { AlertSeverity } from '../../core/rule.ts';

const HOUR_MS = 3_600_000;
const STORM_GAP_MS = HOUR_MS / 6;
const WEEK_MS = 7 * 24 * HOUR_MS;

/** An alert that there would have been. Times in milliseconds since the epoch. */
export interface BacktestAlert {
  ruleId: string;
  workspace: string;
  group: GroupKey;
  /** The highest that it reached. */
  severity: AlertSeverity;
  openedAtMs: number;
  /** Items in the window when it opened, and the event time of the first of them. */
  count: number;
  firstItemAtMs: number | null;
  /** Late items completed a window that had ended. */
  late: boolean;
  escalated: { atMs: number; severity: AlertSeverity; count: number }[];
  /** Null where it is open at the end. */
  resolvedAtMs: number | null;
  peak: number;
  /** Its opening and escalations that page somebody. */
  pages: number;
}

/** How good a rule is, in the numbers that people ask for. Counts alerts that opened within the span. */
export interface BacktestSummary {
  alerts: number;
  byRule: Record<string, number>;
  escalations: number;
  lateAlerts: number;
  openAtEnd: number;
  alertsPerWeek: number;
  /** Openings and escalations that page somebody. */
  pagesPerWeek: number;
  /** Most alerts of which each opened within ten minutes of the one before; null where no two did. */
  longestStorm: { alerts: number; fromMs: number; toMs: number } | null;
  /** An alert that is open at the end counts up to there; null without alerts. */
  longestOpenMs: number | null;
  /** Most alerts that opened within any 60 minutes. */
  mostAlertsInOneHour: number;
  /** Median time from the first item of the window to the alert; null without alerts. */
  medianFirstItemToAlertMs: number | null;
}

/** `alerts` in the order in which they opened. */
export function summarize(alerts: readonly BacktestAlert[], { fromMs, toMs }: { fromMs: number; toMs: number }): BacktestSummary {
  const opened = alerts.filter(({ openedAtMs }) => openedAtMs >= fromMs);
  const byRule: Record<string, number> = {};
  for (const { ruleId } of opened) byRule[ruleId] = (byRule[ruleId] ?? 0) + 1;
  return {
    alerts: opened.length,
    byRule,
    escalations: opened.reduce((sum, { escalated }) => sum + escalated.length, 0),
    lateAlerts: opened.filter(({ late }) => late).length,
    openAtEnd: opened.filter(({ resolvedAtMs }) => resolvedAtMs === null).length,
    alertsPerWeek: Number((opened.length / ((toMs - fromMs) / WEEK_MS)).toFixed(2)),
    pagesPerWeek: Number((opened.reduce((sum, { pages }) => sum + pages, 0) / ((toMs - fromMs) / WEEK_MS)).toFixed(2)),
    longestStorm: longestStorm(opened.map(({ openedAtMs }) => openedAtMs)),
    longestOpenMs: opened.length === 0 ? null : opened.reduce((longest, { openedAtMs, resolvedAtMs }) => Math.max(longest, (resolvedAtMs ?? toMs) - openedAtMs), 0),
    mostAlertsInOneHour: mostWithin(opened.map(({ openedAtMs }) => openedAtMs), HOUR_MS),
    medianFirstItemToAlertMs: median(opened.flatMap(({ openedAtMs, firstItemAtMs }) => (firstItemAtMs === null ? [] : [openedAtMs - firstItemAtMs]))),
  };
}

function longestStorm(ascending: readonly number[]): BacktestSummary['longestStorm'] {
  let longest: BacktestSummary['longestStorm'] = null;
  let first = 0;
  for (let last = 1; last < ascending.length; last++) {
    if (ascending[last]! - ascending[last - 1]! > STORM_GAP_MS) first = last;
    const alerts = last - first + 1;
    if (alerts > 1 && alerts > (longest?.alerts ?? 0)) longest = { alerts, fromMs: ascending[first]!, toMs: ascending[last]! };
  }
  return longest;
}

function mostWithin(ascending: readonly number[], spanMs: number): number {
  let most = 0;
  let first = 0;
  for (let last = 0; last < ascending.length; last++) {
    while (ascending[first]! <= ascending[last]! - spanMs) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** The lower of the two middle ones where there are two. */
function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >>> 1] ?? null;
}
