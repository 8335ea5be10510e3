import { EMPTY, Subject, catchError, concatMap, exhaustMap, filter, from, merge, timer, type Subscription } from 'rxjs';
import type { CountsAnswer, CountsQuery } from '../../core/counts.ts';
import { TocsinError } from '../../core/errors.ts';
import type { BoardCounts } from '../../core/live.ts';
import type { PipelineStatus } from '../../core/pipeline.ts';
import type { Rule } from '../../core/rule.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { appendTicks } from '../../stream/append-ticks.ts';
import { countEntries, type Counted } from '../../stream/count-entries.ts';
import { CounterLag } from '../../stream/counter-lag.ts';
import { boardCounts } from '../../stream/counter/board-counts.ts';
import { queryCounts } from '../../stream/counter/query-counts.ts';
import { createState, type CounterState } from '../../stream/counter/state.ts';
import { step } from '../../stream/counter/step.ts';
import { DeadLetters } from '../../stream/dead-letters.ts';
import { encodeScoredEntry } from '../../stream/frames/scored-entry.ts';
import type { Bus } from '../../stream/ports.ts';
import { publishLive } from '../../stream/publish-live.ts';
import { EventPublisher } from '../../stream/publish-events.ts';
import { ClickHouseWriter } from '../../stream/store/clickhouse-writer.ts';
import type { Store } from '../../stream/store/clickhouse.ts';
import { storeRows } from '../../stream/store/store-rows.ts';
import { SUBJECTS } from '../../stream/subjects.ts';
import type { RuleBook } from '../rules/rule-book.ts';
import type { AppContext, Role } from './app-context.ts';

const HOUR_MS = 3_600_000;
const LAG_CHECK_INTERVAL_MS = 1_000;
/** With a tick a second, this long without an entry means that something is stuck. */
const SILENT_AFTER_MS = 10_000;

export interface CounterParts {
  bus: Bus;
  store: Store;
  rules: RuleBook;
}

/** Starts the counter; resolves when it has caught up with what stood on the log. */
export async function startCounterRole(context: AppContext, parts: CounterParts): Promise<Role> {
  const counter = new CounterRole(context, parts);
  await counter.start();
  return counter;
}

/** The counter: scored log → windows → alert events and rows; and answers about counts. */
class CounterRole implements Role {
  readonly #context: AppContext;
  readonly #parts: CounterParts;
  readonly #dead: DeadLetters;
  readonly #state: CounterState;
  readonly #lag: CounterLag;
  readonly #counted = new Subject<Counted>();
  readonly #running: Subscription[] = [];
  readonly #answering: (() => void)[] = [];
  #rowsCounted = 0;
  #rowsStored = 0;

  constructor(context: AppContext, parts: CounterParts) {
    this.#context = context;
    this.#parts = parts;
    this.#dead = new DeadLetters(parts.bus.log('dead'), context.clock, context.metrics.telemetry);
    this.#state = createState({ latenessMaxMs: context.settings.TOCSIN_LATENESS_MAX_HOURS * HOUR_MS });
    this.#lag = new CounterLag(context.clock);
  }

  async start(): Promise<void> {
    const { clock, health, logger } = this.#context;
    const { bus, rules } = this.#parts;
    const scored = bus.log('scored');
    const { identity, lastSequence } = await scored.info();
    this.#lag.startAt(lastSequence);
    if (lastSequence > 0) health.notOk('counter', `reading back ${lastSequence} entries of the scored log`);
    await this.#count(identity);
    this.#showAndAnswer();
    await this.#lag.untilCaughtUp();
    health.ok('counter', SILENT_AFTER_MS);
    logger.info({ entries: lastSequence }, 'the counter has caught up');

    const changed = rules.sets().pipe(
      filter((set) => !this.#has(set)),
      concatMap((set) => scored.append(encodeScoredEntry({ kind: 'rules', rules: set }), `rules-${identity}-${clock.nowMs()}`)),
    );
    this.#run(changed, 'rules');
    this.#run(appendTicks(scored, `${identity}-${clock.nowMs()}`), 'ticks');
  }

  async stop(): Promise<void> {
    for (const stopAnswering of this.#answering.splice(0)) stopAnswering();
    for (const subscription of this.#running.splice(0)) subscription.unsubscribe();
    this.#context.health.notOk('counter', 'stopped');
  }

  /** The spine: entries are counted, their events published, their rows stored. */
  async #count(logId: string): Promise<void> {
    const { clock, metrics } = this.#context;
    const { telemetry } = metrics;
    const { bus, store } = this.#parts;
    const publisher = new EventPublisher(bus.log('alerts'), telemetry);
    await publisher.start();
    const counted = countEntries({
      scored: bus.log('scored'),
      counter: { step: (entry) => step(this.#state, entry) },
      publish: (events) => publisher.publish(events),
      dead: this.#dead,
      clock,
      telemetry,
      onCounted: (entry) => this.#onCounted(entry),
    }, this.#state.sequence + 1);
    const writer = new ClickHouseWriter(store);
    const deadLetter = (row: StoredItem, error: TocsinError): Promise<void> => this.#bury(row, error);
    this.#running.push(
      counted.pipe(storeRows({ writer, clock, telemetry, logId, deadLetter })).subscribe({
        next: ({ rows }) => (this.#rowsStored += rows),
        error: (error: Error) => this.#failed('counter', error),
      }),
    );
  }

  #showAndAnswer(): void {
    const { bus } = this.#parts;
    const live = publishLive(this.#counted, { broadcast: bus, board: (workspace) => this.#board(workspace) });
    const lag = timer(0, LAG_CHECK_INTERVAL_MS).pipe(exhaustMap(() => from(this.#checkLag()).pipe(catchError(() => EMPTY))));
    this.#run(merge(live, lag), 'live');
    this.#answering.push(
      bus.respond(SUBJECTS.counts, async (body) => encode(this.#answer(decode(body) as CountsQuery))),
      bus.respond(SUBJECTS.status, async () => encode(await this.#status())),
    );
  }

  #onCounted(entry: Counted): void {
    this.#lag.counted(entry);
    this.#rowsCounted += entry.rows.length;
    for (const notice of entry.notices) this.#context.logger.warn({ part: 'counter', ...notice }, 'the counter met a limit or a rule that does not work');
    if (!this.#lag.caughtUp) return;
    this.#context.health.ok('counter', SILENT_AFTER_MS);
    this.#counted.next(entry);
  }

  #board(workspace: string): BoardCounts {
    return { ...boardCounts(this.#state, workspace), ...this.#lag.report() };
  }

  #answer(query: CountsQuery): CountsAnswer {
    return { ...queryCounts(this.#state, query), ...this.#lag.report() };
  }

  async #status(): Promise<PipelineStatus> {
    const { bus } = this.#parts;
    // In the order of the flow, so that nothing slips from a stage not yet asked to one asked before.
    const unscored = await bus.log('raw').info();
    const scored = await bus.log('scored').info();
    const dead = await bus.log('dead').info();
    return {
      unscoredFrames: unscored.entries,
      uncountedEntries: Math.max(0, scored.lastSequence - this.#state.sequence),
      unstoredRows: this.#rowsCounted - this.#rowsStored,
      deadLetters: dead.entries,
      lagMs: this.#lag.report().lagMs,
    };
  }

  async #checkLag(): Promise<void> {
    this.#lag.unscored(await this.#parts.bus.log('raw').info());
    this.#context.metrics.setGauge('tocsin_counter_lag_seconds', this.#lag.report().lagMs / 1000);
  }

  #has(set: readonly Rule[]): boolean {
    const byId = (rules: readonly Rule[]): string => JSON.stringify([...rules].sort((a, b) => (a.id < b.id ? -1 : 1)));
    return byId(set) === byId(this.#state.rules.map(({ rule }) => rule));
  }

  async #bury(row: StoredItem, error: TocsinError): Promise<void> {
    const kept = await this.#dead.put({ stage: 'store', log: 'scored', sequence: row.sequence, bytes: encode(row), error });
    if (!kept) throw new TocsinError('log_unavailable', 'The dead-letter log cannot be written.', { retryable: true });
  }

  #run(work: { subscribe(observer: { error(error: Error): void }): Subscription }, part: string): void {
    this.#running.push(work.subscribe({ error: (error) => this.#failed(part, error) }));
  }

  #failed(part: string, error: Error): void {
    this.#context.health.notOk(part, error.message);
    this.#context.fail(error);
  }
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function decode(body: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(body));
}
