import { EMPTY, Subject, catchError, filter, from, ignoreElements, interval, map, merge, mergeMap, of, share, startWith, switchMap, tap, type Subscription } from 'rxjs';
import type { CountsQuery } from '../../core/counts.ts';
import { TocsinError } from '../../core/errors.ts';
import type { BoardCounts } from '../../core/live.ts';
import type { Rule } from '../../core/rule.ts';
import { appendTicks } from '../../stream/append-ticks.ts';
import { countEntries, type Counted } from '../../stream/count-entries.ts';
import { CounterLag } from '../../stream/counter-lag.ts';
import { boardCounts } from '../../stream/counter/board-counts.ts';
import { queryCounts } from '../../stream/counter/query-counts.ts';
import { createState, type CounterState } from '../../stream/counter/state.ts';
import { step } from '../../stream/counter/step.ts';
import { DeadLetters } from '../../stream/dead-letters.ts';
import { encodeScoredEntry } from '../../stream/frames/scored-entry.ts';
import { EventPublisher } from '../../stream/publish-events.ts';
import { publishLive } from '../../stream/publish-live.ts';
import type { Bus } from '../../stream/ports.ts';
import { ClickHouseWriter } from '../../stream/store/clickhouse-writer.ts';
import type { Store } from '../../stream/store/clickhouse.ts';
import { storeRows } from '../../stream/store/store-rows.ts';
import { SUBJECTS } from '../../stream/subjects.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { AppContext, Role } from './app-context.ts';

const HOUR_MS = 3_600_000;
const LAG_CHECK_INTERVAL_MS = 1_000;
const SILENT_AFTER_MS = 10_000;

/**
 * The counter: scored log → windows → alert events and rows, and answers about counts.
 * Ready once it has caught up with what stood on the log when it started.
 */
export async function startCounterRole(context: AppContext, parts: { bus: Bus; store: Store; rules: RuleBook }): Promise<Role> {
  const counter = new CounterRole(context, parts);
  await counter.start();
  return counter;
}

class CounterRole implements Role {
  readonly #context: AppContext;
  readonly #bus: Bus;
  readonly #store: Store;
  readonly #rules: RuleBook;
  readonly #state: CounterState;
  readonly #lag: CounterLag;
  readonly #counted = new Subject<Counted>();
  readonly #running: Subscription[] = [];
  #stopAnswering: (() => void) | undefined;
  #stored = 0;

  constructor(context: AppContext, parts: { bus: Bus; store: Store; rules: RuleBook }) {
    this.#context = context;
    this.#bus = parts.bus;
    this.#store = parts.store;
    this.#rules = parts.rules;
    this.#state = createState({ latenessMaxMs: context.settings.TOCSIN_LATENESS_MAX_HOURS * HOUR_MS });
    this.#lag = new CounterLag(context.clock);
  }

  async start(): Promise<void> {
    const { clock, metrics, health, logger, fail } = this.#context;
    const { telemetry } = metrics;
    const scored = this.#bus.log('scored');
    const dead = new DeadLetters(this.#bus.log('dead'), clock, telemetry);
    const publisher = new EventPublisher(this.#bus.log('alerts'), telemetry);
    await publisher.start();
    const { identity, lastSequence } = await scored.info();
    this.#lag.startAt(lastSequence);
    if (lastSequence > 0) health.notOk('counter', `reading back ${lastSequence} log entries`);

    const counted = countEntries({
      scored,
      counter: { step: (entry) => step(this.#state, entry) },
      publish: (events) => publisher.publish(events),
      dead,
      clock,
      telemetry,
      onCounted: (entry) => this.#onCounted(entry),
    }, 1).pipe(share());
    const stored = counted.pipe(
      storeRows({
        writer: new ClickHouseWriter(this.#store),
        clock,
        telemetry,
        logId: identity,
        deadLetter: async (row, reason) => {
          const bytes = new TextEncoder().encode(JSON.stringify(row));
          const kept = await dead.put({ stage: 'store', log: 'scored', sequence: row.sequence, bytes, error: new TocsinError('rows_refused', reason) });
          if (!kept) throw new TocsinError('log_unavailable', 'the dead-letter log cannot be written', { retryable: true });
        },
      }),
      tap((batch) => (this.#stored = batch.lastSequence)),
    );
    const live = publishLive(this.#counted.pipe(filter(() => this.#lag.caughtUp)), { broadcast: this.#bus, board: (workspace) => this.#board(workspace) });
    const lag = interval(LAG_CHECK_INTERVAL_MS).pipe(startWith(0), switchMap(() => from(this.#checkLag()).pipe(catchError(() => EMPTY))));
    this.#stopAnswering = this.#bus.respond(SUBJECTS.counts, async (body) => encode(this.#answer(JSON.parse(new TextDecoder().decode(body)) as CountsQuery)));
    this.#running.push(
      merge(live, lag).subscribe(),
      stored.subscribe({
        error: (error: Error) => {
          health.notOk('counter', error.message);
          fail(error);
        },
      }),
    );
    await this.#lag.untilCaughtUp();
    logger.info({ entries: lastSequence }, 'the counter has caught up');
    this.#running.push(
      appendTicks(scored, `${identity}-${clock.nowMs()}`).subscribe(),
      this.#rules.sets().pipe(filter((rules) => !sameRules(rules, this.#state)), mergeMap((rules) => appendRules(scored, rules, clock.nowMs()))).subscribe({ error: fail }),
    );
  }

  async stop(): Promise<void> {
    this.#stopAnswering?.();
    for (const subscription of this.#running) subscription.unsubscribe();
    this.#context.health.notOk('counter', 'stopped');
  }

  #onCounted(entry: Counted): void {
    this.#lag.counted(entry);
    if (this.#lag.caughtUp) this.#context.health.ok('counter', SILENT_AFTER_MS);
    this.#counted.next(entry);
  }

  #board(workspace: string): BoardCounts {
    return { ...boardCounts(this.#state, workspace), ...this.#lag.report() };
  }

  #answer(query: CountsQuery) {
    return { ...queryCounts(this.#state, query), ...this.#lag.report() };
  }

  async #checkLag(): Promise<void> {
    this.#lag.unscored(await this.#bus.log('raw').info());
    const { metrics } = this.#context;
    metrics.setGauge('tocsin_counter_lag_seconds', this.#lag.report().lagMs / 1000);
  }
}
