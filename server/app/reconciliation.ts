import { Subscription, exhaustMap, timer } from 'rxjs';
import type { Bus } from '../../stream/ports.ts';
import type { DuplicateConfig } from '../../stream/duplicates/config.ts';
import { Reconciler, type ReconcileReport, type StoredRows } from '../../stream/reconcile/reconciler.ts';
import { ClickHouseWriter } from '../../stream/store/clickhouse-writer.ts';
import type { Store } from '../../stream/store/clickhouse.ts';
import { rowsBetweenSequences } from '../../stream/store/counts.ts';
import { storedIds } from '../../stream/store/stored-ids.ts';
import { storedPlaces } from '../../stream/store/stored-places.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import { duplicateConfig } from './duplicate-config.ts';
import type { AppContext } from './app-context.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PART = 'reconciliation';
/** A fifth of a core while it reads the log; live work never waits longer than a slice. */
const BESIDE_LIVE_WORK = { workMs: 10, restMs: 40 };

export interface ReconcilerOptions {
  bus: Bus;
  store: Store;
  latenessMaxMs: number;
  duplicates: DuplicateConfig | null;
  pace?: { workMs: number; restMs: number };
}

export function createReconciler({ bus, store, latenessMaxMs, duplicates, pace = { workMs: 1_000, restMs: 1 } }: ReconcilerOptions): Reconciler {
  const stored: StoredRows = {
    fingerprint: (range) => rowsBetweenSequences(store, range),
    places: (range) => storedPlaces(store, range),
    among: (workspace, ids) => storedIds(store, workspace, ids),
  };
  return new Reconciler({ scored: bus.log('scored'), latenessMaxMs, duplicates, timers: systemTimers, monotonicMs: () => performance.now(), ...pace, stored, writer: new ClickHouseWriter(store) });
}

export interface Reconciliation {
  /** Null before the first comparison has ended. */
  latest(): ReconcileReport | null;
  stop(): void;
}

/** Compares the log with the store every so often beside the live flow, puts back what is lost, and says what differs. */
export function startReconciliation({ settings, clock, metrics, health, logger }: AppContext, parts: { bus: Bus; store: Store; storedThrough(): number }): Reconciliation {
  let latest: ReconcileReport | null = null;
  if (settings.TOCSIN_RECONCILE_MINUTES === 0) return { latest: () => null, stop: () => undefined };
  const everyMs = settings.TOCSIN_RECONCILE_MINUTES * MINUTE_MS;
  const stopping = new AbortController();
  const reconciler = createReconciler({ ...parts, latenessMaxMs: settings.TOCSIN_LATENESS_MAX_HOURS * HOUR_MS, duplicates: duplicateConfig(settings), pace: BESIDE_LIVE_WORK });
  const run = async (): Promise<void> => {
    const startedAtMs = clock.nowMs();
    try {
      latest = await reconciler.run({ storedThrough: parts.storedThrough(), repairId: String(startedAtMs), signal: stopping.signal });
      if (stopping.signal.aborted) return;
      const { rows, missing, repaired, extra } = latest;
      metrics.telemetry({ kind: 'log-reconciled', rows, missing, repaired, extra, durationMs: clock.nowMs() - startedAtMs });
      if (latest.outcome !== 'equal') logger.warn({ part: PART, ...latest }, 'log and store differ');
      const note = describeReport(latest);
      if (latest.outcome === 'equal') health.ok(PART);
      else health.note(PART, note);
    } catch (error) {
      // The store's or the log's own part says that it is away; the next run looks again.
      logger.warn({ part: PART, err: error }, 'log and store could not be compared');
    }
  };
  const running: Subscription = timer(everyMs, everyMs).pipe(exhaustMap(run)).subscribe();
  return {
    latest: () => latest,
    stop() {
      stopping.abort();
      running.unsubscribe();
    },
  };
}

/** One sentence for a person. */
export function describeReport({ outcome, rows, fromSequence, throughSequence, missing, repaired, notRepaired, extra, notCompared }: ReconcileReport): string {
  const through = `of ${rows} rows ${fromSequence > 1 ? `from entry ${fromSequence} ` : ''}up to entry ${throughSequence} of the scored log`;
  switch (outcome) {
    case 'equal':
      return `log and store are equal: ${through.replace('of ', '')}`;
    case 'repaired':
      return `${repaired} ${through} were missing in the store and were put back`;
    case 'differs':
      return `${through.replace('of ', 'Of ')}, ${missing} were missing in the store (${repaired} put back, ${notRepaired} not), ${extra} stood there too many${notCompared === 0 ? '' : `; ${notCompared} ranges were not looked into`}`;
  }
}
