import { concatMap, from, takeWhile, tap, type Observable } from 'rxjs';
import { setImmediate } from 'node:timers/promises';
import { decodeScoredEntry } from '../frames/scored-entry.ts';
import type { ReadLog } from '../ports.ts';
import { Backtester, type BacktestOptions, type BacktestResult } from './backtester.ts';
import type { BacktestProgress } from './backtest-store.ts';

const ENTRIES_IN_FLIGHT_MAX = 256;

/**
 * Runs rules over the scored log itself, from its first entry: the very input of the counter, with repeats, late items and
 * the log's own times. Slower than over the store, whose rows hold what was kept of it in columns.
 */
export async function backtestLog(scored: ReadLog, options: BacktestOptions & { report?(progress: BacktestProgress): void }): Promise<BacktestResult> {
  const tester = new Backtester(options, 0);
  const { lastSequence } = await scored.info();
  if (lastSequence === 0) return tester.finish();
  let items = 0;
  const entries: Observable<unknown> = scored.read(1, ENTRIES_IN_FLIGHT_MAX).pipe(
    tap(({ entry: { sequence, timeMs, value } }) => {
      const entry = decode(value);
      if (entry === null) return;
      tester.feedEntry({ sequence, timeMs, value: entry });
      if (entry.kind === 'scored') options.report?.({ items: (items += entry.items.length), atMs: timeMs });
    }),
    takeWhile(({ entry: { sequence, timeMs } }) => sequence < lastSequence && timeMs < options.toMs, true),
    concatMap((delivery) => from(setImmediate().then(() => delivery.ack()))),
  );
  await new Promise<void>((resolve, reject) => entries.subscribe({ complete: resolve, error: reject }));
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
