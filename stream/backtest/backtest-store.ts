import { setImmediate } from 'node:timers/promises';
import { TocsinError } from '../../core/errors.ts';
import type { Store } from '../store/clickhouse.ts';
import type { StoredField } from '../store/from-row.ts';
import { scanColumns } from '../store/scan-history.ts';
import { Arrivals } from './arrivals.ts';
import { Backtester, warmUpFromMs, type BacktestOptions, type BacktestResult } from './backtester.ts';
import { ALWAYS_READ, itemsFromColumns } from './items-from-columns.ts';
import { neededFields } from './needed-fields.ts';

export interface StoreBacktestOptions extends BacktestOptions {
  workspace: string;
  /** `received`: as items arrived, late ones late. `created`: as if each had arrived at its event time. */
  arrival: 'received' | 'created';
  /** Rows of one slice: how long other work of the process may have to wait. Default 20,000. */
  rowsPerSlice?: number;
  /** More items than this end the run with `invalid_request`. */
  itemsMax?: number;
  /** Aborting it ends the run with `request_timeout`. */
  signal?: AbortSignal;
  /** After each slice: items so far, and the event time reached. */
  report?(progress: BacktestProgress): void;
}

export interface BacktestProgress {
  items: number;
  atMs: number;
}

/**
 * Runs rules over what ClickHouse holds of a workspace, only reading the columns that the rules ask for.
 * Items of before `fromMs` that its windows reach back to are gone through first.
 */
export async function backtestStore(store: Store, options: StoreBacktestOptions): Promise<BacktestResult> {
  const { rules, workspace, arrival, toMs, rowsPerSlice, itemsMax = Infinity, signal, report } = options;
  const startMs = warmUpFromMs(options);
  const tester = new Backtester(options, startMs);
  const arrivals = new Arrivals();
  const fields = [...new Set<StoredField>([...ALWAYS_READ, ...neededFields(rules)])];
  let items = 0;
  const span = { workspace, fromMs: startMs, toMs, fields, repeats: 'left-out' as const, ...(rowsPerSlice === undefined ? {} : { rowsPerRead: rowsPerSlice }), ...(signal === undefined ? {} : { signal }) };
  await scanColumns(store, span, async (batch) => {
    const atMs = batch.columns.createdAtMs[batch.count - 1] as number;
    const scored = itemsFromColumns(workspace, batch);
    tester.feed(arrival === 'received' ? arrivals.add(scored, atMs) : scored, arrival);
    items += batch.count;
    if (items > itemsMax) throw new TocsinError('invalid_request', `The span holds more than ${itemsMax} items, which is more than one run may go through. Choose a shorter one.`);
    report?.({ items, atMs });
    await setImmediate();
  });
  if (signal?.aborted === true) throw new TocsinError('request_timeout', 'The run took longer than it may. Choose a shorter span.');
  if (arrival === 'received') tester.feed(arrivals.rest(), arrival);
  return tester.finish();
}
