import type { BoardCounts, OpenAlert } from '../../core/live.ts';
import { countAfter, end, seekBack } from '../windows/measure.ts';
import type { Position } from '../windows/measure.ts';
import { BOARD_WINDOW_MS } from './config.ts';
import { seriesFor } from './query-counts.ts';
import { endsAtMs } from './resolve-due.ts';
import type { CountedSeries } from './series-plan.ts';
import type { CounterState } from './state.ts';

const MINUTE_MS = 60_000;
const MINUTES_SHOWN = 60;

/** What a wall shows of one workspace; the caller adds how late it is. */
export type BoardPart = Omit<BoardCounts, 'lagMs' | 'exact' | 'lowerBound'>;

/** Exact at the stream's now. A workspace without feedback gives zeros. */
export function boardCounts(state: CounterState, workspace: string): BoardPart {
  const windowMs = BOARD_WINDOW_MS;
  const all = seriesFor(state, { workspace, groupBy: ['sentiment'], windowMs });
  const complaints = seriesFor(state, { workspace, where: 'complaint', groupBy: [], windowMs });
  const totals24h = { items: 0, complaints: 0, negative: 0, neutral: 0, positive: 0 };
  const sentimentAt = 1 + all.definition.groupBy.indexOf('sentiment');
  for (const slot of slotsOf(all, workspace)) {
    const count = countOf(all, slot, state.nowMs - windowMs);
    totals24h.items += count;
    totals24h[all.series.names.text(all.series.keyOf(slot), sentimentAt) as 'negative' | 'neutral' | 'positive'] += count;
  }
  for (const slot of slotsOf(complaints, workspace)) totals24h.complaints += countOf(complaints, slot, state.nowMs - windowMs);
  return {
    workspace,
    asOfMs: state.nowMs,
    totals24h,
    categories: categories(state, workspace),
    perMinute: { endMs: minuteEnd(state.nowMs), items: perMinute(all, workspace, state.nowMs), complaints: perMinute(complaints, workspace, state.nowMs) },
    openAlerts: openAlerts(state, workspace),
  };
}

/** Every open alert of a workspace, the latest first. */
export function openAlerts(state: CounterState, workspace: string): OpenAlert[] {
  const alerts: OpenAlert[] = [];
  for (const { counted, ruleState } of state.plan.byRule.values()) {
    const { rule } = ruleState;
    for (const [slot, alert] of ruleState.open) {
      if (alert.workspace !== workspace) continue;
      alerts.push({
        alertId: alert.alertId,
        ruleId: rule.id,
        title: rule.title,
        group: alert.group,
        severity: alert.severity,
        count: countOf(counted, slot, state.nowMs - rule.windowMs),
        fireAt: rule.fireAt,
        windowMs: rule.windowMs,
        openedAtMs: alert.openedAtMs,
        endsAtMs: endsAtMs({ counted, ruleState, slot }),
      });
    }
  }
  return alerts.sort((a, b) => b.openedAtMs - a.openedAtMs || (a.alertId < b.alertId ? -1 : 1));
}

function categories(state: CounterState, workspace: string): BoardPart['categories'] {
  const counted = seriesFor(state, { workspace, where: 'complaint', groupBy: ['category'], windowMs: BOARD_WINDOW_MS });
  const rows: BoardPart['categories'] = [];
  for (const slot of slotsOf(counted, workspace)) {
    const complaints24h = countOf(counted, slot, state.nowMs - BOARD_WINDOW_MS);
    if (complaints24h === 0) continue;
    rows.push({
      id: counted.series.names.text(counted.series.keyOf(slot), 1),
      complaints5m: countOf(counted, slot, state.nowMs - 5 * MINUTE_MS),
      complaints1h: countOf(counted, slot, state.nowMs - 60 * MINUTE_MS),
      complaints24h,
    });
  }
  return rows.sort((a, b) => b.complaints24h - a.complaints24h || (a.id < b.id ? -1 : 1));
}

/** Items of each of the last 60 minutes of the clock, the minute of now last. */
function perMinute(counted: CountedSeries, workspace: string, nowMs: number): number[] {
  const counts = new Array<number>(MINUTES_SHOWN).fill(0);
  const { series } = counted;
  for (const slot of slotsOf(counted, workspace)) {
    const at = series.recordOf(slot);
    let from: Position = end(series.times, at);
    for (let minute = MINUTES_SHOWN - 1; minute >= 0; minute--) {
      const startMs = minuteEnd(nowMs) - (MINUTES_SHOWN - minute) * MINUTE_MS;
      const position = seekBack(series.times, at, from, startMs - 1);
      counts[minute] = counts[minute]! + position.passed;
      from = position;
    }
  }
  return counts;
}

function minuteEnd(nowMs: number): number {
  return (Math.floor(nowMs / MINUTE_MS) + 1) * MINUTE_MS;
}

function countOf({ series }: CountedSeries, slot: number, afterMs: number): number {
  return countAfter(series.times, series.recordOf(slot), afterMs);
}

function slotsOf({ series }: CountedSeries, workspace: string): number[] {
  return series.slots().filter((slot) => series.names.text(series.keyOf(slot), 0) === workspace);
}
