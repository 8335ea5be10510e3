import type { BoardCounts, OpenAlert } from '../../core/live.ts';
import { beforeMs, end, seekBack } from '../windows/measure.ts';
import type { Position } from '../windows/measure.ts';
import { approaching } from './approaching.ts';
import { BOARD_WINDOW_MS } from './config.ts';
import { countInside, countsFor, keysOf } from './kept-counts.ts';
import type { Counts } from './kept-counts.ts';
import type { CounterState } from './state.ts';
import { isGrouped } from './watch/rule-watch.ts';
import { endsAtMs } from './window-now.ts';

const MINUTE_MS = 60_000;
const MINUTES_SHOWN = 60;

/** What a wall shows of one workspace; the caller adds how late it is. */
export type BoardPart = Omit<BoardCounts, 'lagMs' | 'exact' | 'lowerBound'>;

/** Exact at the stream's now. A workspace without feedback gives zeros. Changes nothing. */
export function boardCounts(state: CounterState, workspace: string): BoardPart {
  const windowMs = BOARD_WINDOW_MS;
  const { nowMs } = state;
  const all = countsFor(state, { workspace, groupBy: ['sentiment'], windowMs });
  const complaints = countsFor(state, { workspace, where: 'complaint', groupBy: [], windowMs });
  const totals24h = { items: 0, complaints: 0, negative: 0, neutral: 0, positive: 0 };
  const { grouping, fields } = all.counted;
  for (const key of keysOf(all, workspace)) {
    const count = countInside(all, key, nowMs, windowMs);
    totals24h.items += count;
    totals24h[grouping.names.text(key, 1 + fields.indexOf('sentiment')) as 'negative' | 'neutral' | 'positive'] += count;
  }
  for (const key of keysOf(complaints, workspace)) totals24h.complaints += countInside(complaints, key, nowMs, windowMs);
  return {
    workspace,
    asOfMs: nowMs,
    totals24h,
    categories: categories(state, workspace),
    perMinute: { endMs: minuteEnd(nowMs), items: perMinute(all, workspace, nowMs), complaints: perMinute(complaints, workspace, nowMs) },
    openAlerts: openAlerts(state, workspace),
    approaching: approaching(state, workspace),
  };
}

/** Every open alert of a workspace, the latest first. */
export function openAlerts(state: CounterState, workspace: string): OpenAlert[] {
  const alerts: OpenAlert[] = [];
  for (const { counted, ruleState } of state.plan.byRule.values()) {
    const { rule, mark } = ruleState;
    for (const [key, alert] of ruleState.open.entries()) {
      if (alert.workspace !== workspace) continue;
      alerts.push({
        alertId: alert.alertId,
        ruleId: rule.id,
        title: rule.title,
        group: alert.group,
        severity: alert.severity,
        windowMs: rule.windowMs,
        openedAtMs: alert.openedAtMs,
        ...(alert.reading ?? {
          count: countInside({ counted, mark }, key, state.nowMs, rule.windowMs),
          fireAt: rule.fireAt,
          endsAtMs: endsAtMs({ counted, ruleState, key }),
        }),
      });
    }
  }
  for (const { rule, open } of state.rules) {
    if (isGrouped(rule)) continue;
    for (const [, { workspace: of, alertId, group, severity, openedAtMs, reading }] of open.entries()) {
      if (of === workspace && reading !== undefined) alerts.push({ alertId, ruleId: rule.id, title: rule.title, group, severity, windowMs: rule.windowMs, openedAtMs, ...reading });
    }
  }
  return alerts.sort((a, b) => b.openedAtMs - a.openedAtMs || (a.alertId < b.alertId ? -1 : 1));
}

function categories(state: CounterState, workspace: string): BoardPart['categories'] {
  const counts = countsFor(state, { workspace, where: 'complaint', groupBy: ['category'], windowMs: BOARD_WINDOW_MS });
  const rows = keysOf(counts, workspace).map((key) => ({
    id: counts.counted.grouping.names.text(key, 1),
    complaints5m: countInside(counts, key, state.nowMs, 5 * MINUTE_MS),
    complaints1h: countInside(counts, key, state.nowMs, 60 * MINUTE_MS),
    complaints24h: countInside(counts, key, state.nowMs, BOARD_WINDOW_MS),
  }));
  return rows.filter((row) => row.complaints24h > 0).sort((a, b) => b.complaints24h - a.complaints24h || (a.id < b.id ? -1 : 1));
}

/** Items of each of the last 60 minutes of the clock, the minute of now last. */
function perMinute(counts: Counts, workspace: string, nowMs: number): number[] {
  const perMinute = new Array<number>(MINUTES_SHOWN).fill(0);
  const { times, kinds } = counts.counted.grouping;
  const of = kinds.having(counts.mark);
  const endMs = minuteEnd(nowMs);
  for (const key of keysOf(counts, workspace)) {
    const at = counts.counted.grouping.recordOf(key);
    let from: Position = end(times, at);
    // From one minute that has items to the one before it that has: most of them have none in a quiet group.
    for (let ms = beforeMs(times, at, from); ms !== null; ms = beforeMs(times, at, from)) {
      const ago = Math.ceil((endMs - ms) / MINUTE_MS);
      if (ago > MINUTES_SHOWN) break;
      const position = seekBack(times, at, from, endMs - ago * MINUTE_MS - 1, of);
      perMinute[MINUTES_SHOWN - ago] = perMinute[MINUTES_SHOWN - ago]! + position.passed;
      from = position;
    }
  }
  return perMinute;
}

function minuteEnd(nowMs: number): number {
  return (Math.floor(nowMs / MINUTE_MS) + 1) * MINUTE_MS;
}
