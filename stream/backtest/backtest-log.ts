import { concatMap, from, takeWhile, tap, type Observable } from 'rxjs';
import { setImmediate } from 'node:timers/promises';
import { TocsinError } from '../../core/errors.ts';
import { decodeScoredEntry } from '../frames/scored-entry.ts';
import type { ReadLog } from '../ports.ts';
import { Backtester, type BacktestOptions, type BacktestResult } from './backtester.ts';
import type { BacktestProgress } from './backtest-store.ts';

const ENTRIES_IN_FLIGHT_MAX = 256;

export interface LogBacktestOptions extends BacktestOptions {
  workspace: string;
  /** Aborting it ends the run with `request_timeout`. */
  signal?: AbortSignal;
  report?(progress: BacktestProgress): void;
}

/**
 * Runs rules over the scored log itself, from its first entry: the very input of the counter, with repeats, late items and
 * the log's own times. Slower than over the store, whose rows hold what was kept of it in columns.
 */
export async function backtestLog(scored: ReadLog, options: LogBacktestOptions): Promise<BacktestResult> {
  const { workspace, signal, report, toMs } = options;
  const tester = new Backtester(options, 0);
  const { lastSequence } = await scored.info();
  if (lastSequence === 0) return tester.finish();
  let items = 0;
  const entries: Observable<unknown> = scored.read(1, ENTRIES_IN_FLIGHT_MAX).pipe(
    tap(({ entry: { sequence, timeMs, value } }) => {
      const entry = decode(value);
      if (entry === null) return;
      if (entry.kind === 'scored') {
        report?.({ items: (items += entry.items.length), atMs: timeMs });
        entry.items = entry.items.filter(({ item }) => item.workspace === workspace);
      }
      tester.feedEntry({ sequence, timeMs, value: entry });
    }),
    takeWhile(({ entry: { sequence, timeMs } }) => sequence < lastSequence && timeMs < toMs && signal?.aborted !== true, true),
    concatMap((delivery) => from(setImmediate().then(() => delivery.ack()))),
  );
  await new Promise<void>((resolve, reject) => entries.subscribe({ complete: resolve, error: reject }));
  if (signal?.aborted === true) throw new TocsinError('request_timeout', 'The run took longer than it may.');
  return tester.finish();
}

/** A damaged entry stands on the dead-letter log already; it counts as nothing here. */
function decode(bytes: Uint8Array): ReturnType<typeof decodeScoredEntry> | null {
  try {
    return decodeScoredEntry(bytes);
  } catch {
    return null;
  }
}
