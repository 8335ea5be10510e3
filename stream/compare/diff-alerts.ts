import type { BacktestAlert } from '../backtest/summarize.ts';

export interface AlertChanges {
  /** Rung with the scores as they are, and not with the other model. */
  silenced: BacktestAlert[];
  /** Rung with the other model only. */
  added: BacktestAlert[];
  /** Rung with both, at another time, with another peak or level, or ending otherwise. */
  shifted: { before: BacktestAlert; after: BacktestAlert }[];
  same: number;
}

/** Two alerts of one rule and group are the same incident when they were open at the same time; each meets one other at most. */
export function diffAlerts(before: readonly BacktestAlert[], after: readonly BacktestAlert[]): AlertChanges {
  const left = new Map<string, BacktestAlert[]>();
  for (const alert of after) {
    const key = keyOf(alert);
    const list = left.get(key);
    if (list === undefined) left.set(key, [alert]);
    else list.push(alert);
  }
  const changes: AlertChanges = { silenced: [], added: [], shifted: [], same: 0 };
  for (const alert of before) {
    const candidates = left.get(keyOf(alert)) ?? [];
    const at = candidates.findIndex((other) => overlap(alert, other));
    const [other] = at < 0 ? [] : candidates.splice(at, 1);
    if (other === undefined) changes.silenced.push(alert);
    else if (isSame(alert, other)) changes.same++;
    else changes.shifted.push({ before: alert, after: other });
  }
  changes.added = [...left.values()].flat().sort((a, b) => a.openedAtMs - b.openedAtMs);
  return changes;
}

function keyOf({ ruleId, workspace, group }: BacktestAlert): string {
  return JSON.stringify([ruleId, workspace, Object.entries(group).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function overlap(a: BacktestAlert, b: BacktestAlert): boolean {
  return a.openedAtMs <= (b.resolvedAtMs ?? Infinity) && b.openedAtMs <= (a.resolvedAtMs ?? Infinity);
}

function isSame(a: BacktestAlert, b: BacktestAlert): boolean {
  return a.openedAtMs === b.openedAtMs && a.resolvedAtMs === b.resolvedAtMs && a.peak === b.peak && a.severity === b.severity;
}
