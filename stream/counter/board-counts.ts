import type { BoardCounts, OpenAlert } from '../../core/live.ts';
import type { GroupField } from '../../core/rule.ts';
import { countAfter, end, seekBack } from '../windows/measure.ts';
import type { Position } from '../windows/measure.ts';
import { keyHash } from '../windows/key-names.ts';
import { BOARD_WINDOW_MS } from './config.ts';
import { endsAtMs } from './resolve-due.ts';
import type { CountedSeries } from './series-plan.ts';
import { seriesId } from './series-plan.ts';
import type { CounterState } from './state.ts';

const MINUTE_MS = 60_000;
const MINUTES_SHOWN = 60;

/** What a wall shows of one workspace; the caller adds how late it is. */
export type BoardPart = Omit<BoardCounts, 'lagMs' | 'exact' | 'lowerBound'>;

/** Exact at the stream's now. A workspace without feedback gives zeros. */
export function boardCounts(state: CounterState, workspace: string): BoardPart {
  const { nowMs } = state;
  const all = board(state, '', []);
  const complaints = board(state, 'complaint', []);
  const bySentiment = board(state, '', ['sentiment']);
  const dayAgoMs = nowMs - BOARD_WINDOW_MS;
  const ofSentiment = (sentiment: string): number => countOf(bySentiment, [workspace, sentiment], dayAgoMs);
  return {
    workspace,
    asOfMs: nowMs,
    totals24h: {
      items: countOf(all, [workspace], dayAgoMs),
      complaints: countOf(complaints, [workspace], dayAgoMs),
      negative: ofSentiment('negative'),
      neutral: ofSentiment('neutral'),
      positive: ofSentiment('positive'),
    },
    categories: categories(state, workspace),
    perMinute: {
      endMs: minuteEnd(nowMs),
      items: perMinute(all, [workspace], nowMs),
      complaints: perMinute(complaints, [workspace], nowMs),
    },
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
      const at = counted.series.recordOf(slot);
      alerts.push({
        alertId: alert.alertId,
        ruleId: rule.id,
        title: rule.title,
        group: alert.group,
        severity: alert.severity,
        count: countAfter(counted.series.times, at, state.nowMs - rule.windowMs),
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
  const { series } = board(state, 'complaint', ['category']);
  const rows: BoardPart['categories'] = [];
  for (const slot of series.slots()) {
    const key = series.keyOf(slot);
    const at = series.recordOf(slot);
    const complaints24h = series.names.text(key, 0) === workspace ? countAfter(series.times, at, state.nowMs - BOARD_WINDOW_MS) : 0;
    if (complaints24h === 0) continue;
    rows.push({
      id: series.names.text(key, 1),
      complaints5m: countAfter(series.times, at, state.nowMs - 5 * MINUTE_MS),
      complaints1h: countAfter(series.times, at, state.nowMs - 60 * MINUTE_MS),
      complaints24h,
    });
  }
  return rows.sort((a, b) => b.complaints24h - a.complaints24h || (a.id < b.id ? -1 : 1));
}

/** Items of each of the last 60 minutes of the clock, the minute of now last. */
function perMinute(counted: CountedSeries, values: readonly string[], nowMs: number): number[] {
  const counts = new Array<number>(MINUTES_SHOWN).fill(0);
  const { series } = counted;
  const slot = slotOf(counted, values);
  if (slot < 0) return counts;
  const at = series.recordOf(slot);
  let from: Position = end(series.times, at);
  for (let minute = MINUTES_SHOWN - 1; minute >= 0; minute--) {
    const startMs = minuteEnd(nowMs) - (MINUTES_SHOWN - minute) * MINUTE_MS;
    const position = seekBack(series.times, at, from, startMs - 1);
    counts[minute] = position.passed;
    from = position;
  }
  return counts;
}

function minuteEnd(nowMs: number): number {
  return (Math.floor(nowMs / MINUTE_MS) + 1) * MINUTE_MS;
}

function countOf(counted: CountedSeries, values: readonly string[], afterMs: number): number {
  const slot = slotOf(counted, values);
  return slot < 0 ? 0 : countAfter(counted.series.times, counted.series.recordOf(slot), afterMs);
}

function slotOf({ series }: CountedSeries, values: readonly string[]): number {
  return series.find(series.names.find(keyHash(values, 0, values.length), values, 0));
}

function board(state: CounterState, where: string, groupBy: GroupField[]): CountedSeries {
  const id = seriesId({ where, groupBy });
  return state.plan.counted.find((counted) => counted.id === id)!;
}
