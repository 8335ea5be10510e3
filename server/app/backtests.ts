import { withMembers } from '../../alerts/rules/check-composites.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Clock } from '../../core/clock.ts';
import { backtestLog } from '../../stream/backtest/backtest-log.ts';
import { backtestStore } from '../../stream/backtest/backtest-store.ts';
import { judgeIncidents } from '../../stream/backtest/judge-incidents.ts';
import type { DuplicateConfig } from '../../stream/duplicates/config.ts';
import type { Bus } from '../../stream/ports.ts';
import type { Store } from '../../stream/store/clickhouse.ts';
import type { Backtests } from '../gateway/services.ts';

const RUN_MS_MAX = 120_000;
/** Where no time is named: the last 30 days. */
const SPAN_MS = 30 * 86_400_000;
const ITEMS_MAX = 20_000_000;
/** A slice holds up live work for some ten milliseconds. */
const ROWS_PER_SLICE = 4_000;

/** Backtests beside the live flow: one at a time, in small slices, for a bounded time. */
export function backtestsOf({ bus, store, clock, latenessMaxMs, timeZone, duplicates }: { bus: Bus; store: Store; clock: Clock; latenessMaxMs: number; timeZone: string; duplicates: DuplicateConfig | null }): Backtests {
  let isRunning = false;
  return {
    async run({ rule, others = [], fromMs: askedFromMs, toMs: askedToMs, incidents, workspace, source, arrival }) {
      const toMs = askedToMs ?? clock.nowMs();
      const fromMs = askedFromMs ?? toMs - SPAN_MS;
      if (fromMs >= toMs) throw new TocsinError('invalid_request', '`from` must be before `to`.');
      if (isRunning) throw new TocsinError('overloaded', 'Another backtest is running; try again when it has ended.', { retryable: true });
      isRunning = true;
      const startedAtMs = clock.nowMs();
      const limit = new AbortController();
      const timer = setTimeout(() => limit.abort(), RUN_MS_MAX);
      const options = { rules: withMembers(rule, others), toldIds: [rule.id], fromMs, toMs: Math.min(toMs, clock.nowMs() + 1), latenessMaxMs, timeZone, signal: limit.signal };
      try {
        const result = source === 'log'
          ? await backtestLog(bus.log('scored'), { ...options, duplicates, workspace })
          : await backtestStore(store, { ...options, workspace, arrival, rowsPerSlice: ROWS_PER_SLICE, itemsMax: ITEMS_MAX });
        const judged = incidents === undefined ? {} : { incidents: judgeIncidents(result.alerts.filter(({ openedAtMs }) => openedAtMs >= fromMs), incidents) };
        return { ...result, ...judged, durationMs: clock.nowMs() - startedAtMs };
      } finally {
        clearTimeout(timer);
        isRunning = false;
      }
    },
  };
}
