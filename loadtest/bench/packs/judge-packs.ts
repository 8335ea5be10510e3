import type { BacktestAlert } from '../../../stream/backtest/summarize.ts';
import type { LaidOut, Planted } from './lay-out.ts';

export interface Judged {
  unexplainedADay: number;
  /** Those with any, most first. */
  unexplainedByRule: [rule: string, aDay: number][];
  planted: number;
  found: number;
  foundShare: number;
  byPlant: { name: string; planted: number; found: number; medianDelayMinutes: number; itemsUntil: number }[];
}

/** An alert that comes so long after a surge may still be its: windows of a day hold its items. */
const AFTERMATH_MS = 26 * 3_600_000;
/** A surge counts as found when a rule that is meant for it opens or climbs during it, or so long after. */
const FOUND_WITHIN_MS = 3_600_000;

/** Pure. Alerts of one pack against what was planted; surges for which the pack has no rule are left out. */
export function judgePacks(alerts: readonly BacktestAlert[], { planted, days, fromMs }: Pick<LaidOut, 'planted' | 'days' | 'fromMs'>, ruleIds: ReadonlySet<string>): Judged {
  const own = planted.filter(({ plant }) => plant.rules.some((id) => ruleIds.has(id)));
  const unexplained = alerts.filter((alert) => alert.openedAtMs >= fromMs && !planted.some((one) => explains(one, alert)));
  const byRule = new Map<string, number>();
  for (const { ruleId } of unexplained) byRule.set(ruleId, (byRule.get(ruleId) ?? 0) + 1);
  const byPlant = [...new Set(own.map(({ plant }) => plant))].map((plant) => {
    const times = own.filter((one) => one.plant === plant);
    const delays = times.flatMap((one) => {
      const seen = alerts.flatMap((alert) => (plant.rules.includes(alert.ruleId) && isOf(one, alert) ? momentsIn(one, alert) : []));
      const first = Math.min(...seen);
      return Number.isFinite(first) ? [{ delayMs: first - one.fromMs, items: one.atMs.filter((atMs) => atMs <= first).length }] : [];
    });
    return { name: plant.name, planted: times.length, found: delays.length, medianDelayMinutes: round(median(delays.map(({ delayMs }) => delayMs)) / 60_000), itemsUntil: median(delays.map(({ items }) => items)) };
  });
  const found = byPlant.reduce((sum, each) => sum + each.found, 0);
  return {
    unexplainedADay: round(unexplained.length / days), unexplainedByRule: [...byRule].sort((a, b) => b[1] - a[1]).map(([rule, count]) => [rule, round(count / days)]),
    planted: own.length, found, foundShare: own.length === 0 ? 1 : round(found / own.length), byPlant,
  };
}

/** When somebody is told of it: at its opening and at each level; at once where it is open already for the same group. */
function momentsIn({ fromMs, toMs }: Planted, { openedAtMs, resolvedAtMs, escalated }: BacktestAlert): number[] {
  if (openedAtMs < fromMs && (resolvedAtMs === null || resolvedAtMs > toMs)) return [fromMs];
  return [openedAtMs, ...escalated.map(({ atMs }) => atMs)].filter((atMs) => atMs >= fromMs && atMs <= toMs + FOUND_WITHIN_MS);
}

/** Whether the alert's group is one that the surge's items are in. */
function isOf({ plant, categories }: Planted, { group }: BacktestAlert): boolean {
  if (group['category'] !== undefined && !categories.has(group['category'])) return false;
  if (group['product'] !== undefined && group['product'] !== plant.fields?.product) return false;
  return group['store'] === undefined || group['store'] === plant.fields?.store;
}

function explains(one: Planted, alert: BacktestAlert): boolean {
  const { plant, fromMs, toMs } = one;
  return (plant.rules.includes(alert.ruleId) || plant.alsoExplains?.includes(alert.ruleId) === true) && isOf(one, alert) && alert.openedAtMs >= fromMs && alert.openedAtMs <= toMs + AFTERMATH_MS;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
