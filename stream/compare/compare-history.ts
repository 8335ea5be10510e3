import { TocsinError } from '../../core/errors.ts';
import type { ScoredItem } from '../../core/frame.ts';
import type { Score } from '../../core/score.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { Arrivals } from '../backtest/arrivals.ts';
import { Backtester, warmUpFromMs, type BacktestOptions } from '../backtest/backtester.ts';
import type { Store } from '../store/clickhouse.ts';
import type { Reading } from '../store/keep-scores.ts';
import { scanHistory } from '../store/scan-history.ts';
import { diffAlerts, type AlertChanges } from './diff-alerts.ts';
import { ChangeTally, type ScoreChanges } from './tally-changes.ts';

export interface CompareOptions extends BacktestOptions {
  workspace: string;
  /** The other model: one score per text, in order. */
  rescore(items: readonly { text: string; rating?: number }[]): Promise<Score[]>;
  /** Given each batch of the span with its new scores, to keep them. */
  keep?(readings: readonly Reading[]): Promise<unknown>;
  /** More items than this end the run with `invalid_request`. */
  itemsMax?: number;
  /** Aborting it ends the run with `request_timeout`. */
  signal?: AbortSignal;
  /** Items gone through so far, and the event time reached. */
  report?(progress: { items: number; atMs: number }): void;
}

export interface HistoryComparison extends ScoreChanges {
  fromMs: number;
  toMs: number;
  /** Versions that scored what is stored. */
  models: string[];
  alertsBefore: number;
  alertsAfter: number;
  alerts: AlertChanges;
}

const ROWS_PER_READ = 4_000;

/**
 * Scores a span of the store again with another model and runs the rules over both readings: what would have rung, and
 * what not. Items of before the span that its windows reach back to are scored again too, so that both runs see whole
 * windows; only those of the span are counted as changes. Items that repeat another are left out, as they were not counted.
 */
export async function compareHistory(store: Store, options: CompareOptions): Promise<HistoryComparison> {
  const { workspace, fromMs, toMs, rescore, keep, itemsMax = Infinity, signal, report } = options;
  const startMs = warmUpFromMs(options);
  const runs = { before: new Run(options, startMs), after: new Run(options, startMs) };
  const tally = new ChangeTally();
  const models = new Set<string>();
  let items = 0;
  const span = { workspace, fromMs: startMs, toMs, rowsPerRead: ROWS_PER_READ, repeats: 'left-out' as const, ...(signal === undefined ? {} : { signal }) };
  await scanHistory(store, span, async (batch) => {
    const fresh = await rescore(batch.map(({ item }) => (item.rating === undefined ? { text: item.text } : { text: item.text, rating: item.rating })));
    batch.forEach(({ item, score, model, createdAtMs }, at) => {
      if (createdAtMs < fromMs) return;
      models.add(model);
      tally.add(item.text, score, fresh[at]!);
    });
    await keep?.(batch.map((stored, at) => ({ stored, score: fresh[at]! })).filter(({ stored }) => stored.createdAtMs >= fromMs));
    const atMs = batch.at(-1)?.createdAtMs ?? startMs;
    runs.before.feed(batch.map(({ score, ...each }) => scoredItem(each, score)), atMs);
    runs.after.feed(batch.map((each, at) => scoredItem(each, fresh[at]!)), atMs);
    items += batch.length;
    if (items > itemsMax) throw new TocsinError('invalid_request', `The span and the windows before it hold more than ${itemsMax} items, which is more than one run may go through. Choose fewer hours.`);
    report?.({ items, atMs });
  });
  if (signal?.aborted === true) throw new TocsinError('request_timeout', 'The run took longer than it may. Choose fewer hours.');
  const [before, after] = [runs.before.finish(), runs.after.finish()];
  return { fromMs, toMs, models: [...models].sort(), ...tally.result(), alertsBefore: before.summary.alerts, alertsAfter: after.summary.alerts, alerts: diffAlerts(before.alerts, after.alerts) };
}

/** One reading of the history through the rules, in the order in which items arrived. */
class Run {
  readonly #tester: Backtester;
  readonly #arrivals = new Arrivals();

  constructor(options: BacktestOptions, startMs: number) {
    this.#tester = new Backtester(options, startMs);
  }

  feed(items: readonly ScoredItem[], untilMs: number): void {
    this.#tester.feed(this.#arrivals.add(items, untilMs), 'received');
  }

  finish(): ReturnType<Backtester['finish']> {
    this.#tester.feed(this.#arrivals.rest(), 'received');
    return this.#tester.finish();
  }
}

/** An item counts as not given an id: the store holds each once. Its event time is the one it was counted at. */
function scoredItem({ item, createdAtMs }: Omit<StoredItem, 'score'>, score: Score): ScoredItem {
  return { item: { ...item, idGiven: false, createdAtMs }, score };
}
