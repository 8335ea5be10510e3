import { EMPTY, Subject, catchError, exhaustMap, from, merge, tap, timer, type Observable, type SchedulerLike, type Subscription } from 'rxjs';
import type { PlacelessEvent } from '../core/alert.ts';
import type { Clock, Timers } from '../core/clock.ts';
import type { CountsAnswer, CountsQuery } from '../core/counts.ts';
import { TocsinError } from '../core/errors.ts';
import type { BoardCounts, OpenAlert } from '../core/live.ts';
import type { PipelineStatus } from '../core/pipeline.ts';
import type { Rule } from '../core/rule.ts';
import type { StoredItem } from '../core/stored-item.ts';
import type { Telemetry } from '../core/telemetry.ts';
import { appendRules } from './append-rules.ts';
import { appendTicks } from './append-ticks.ts';
import { countEntries, type Counted, type Stepper } from './count-entries.ts';
import { approaching } from './counter/approaching.ts';
import { boardCounts } from './counter/board-counts.ts';
import { BOARD_WINDOW_MS } from './counter/config.ts';
import { countsFor, isPastAwaited } from './counter/kept-counts.ts';
import { queryCounts } from './counter/query-counts.ts';
import type { CounterState } from './counter/state.ts';
import { step } from './counter/step.ts';
import { DeadLetters } from './dead-letter-box/dead-letters.ts';
import { CounterLag, type LagReport } from './lag/counter-lag.ts';
import { StoredAfter } from './lag/stored-after.ts';
import type { Bus } from './ports.ts';
import { EventPublisher } from './publish-events.ts';
import { publishLive } from './publish-live.ts';
import type { Snapshots } from './snapshot/snapshots.ts';
import type { BatchWriter } from './store/batch-writer.ts';
import type { RowSpool } from './store/row-spool.ts';
import { storeRows } from './store/store-rows.ts';
import { UnstoredItems, type UnstoredQuery } from './unstored-items.ts';

const LAG_CHECK_INTERVAL_MS = 1_000;

export interface CounterFlowParts {
  bus: Pick<Bus, 'log' | 'publish'>;
  writer: BatchWriter;
  /** Where rows wait while the store is away; absent: counting waits with them. */
  spool?: RowSpool;
  /** See `storeRows`. */
  parkedRowsMax?: number;
  onSpoolFailed?(error: unknown): void;
  /** The whole set in force, now and after each change. */
  ruleSets: Observable<Rule[]>;
  /** Where counting begins: the log is read from the entry after the state's sequence. */
  state: CounterState;
  /** Told of what a snapshot of the state needs to know; none are taken when absent. */
  snapshots?: Pick<Snapshots, 'counted' | 'published' | 'stored'>;
  clock: Clock;
  telemetry: Telemetry;
  /** For virtual time; the runtime's own when absent. */
  timers?: Timers;
  scheduler?: SchedulerLike | undefined;
  /** Called once, with what stands on the log at the start; from then on the flow can be asked. */
  onReadingBack(entries: number): void;
  /** Called right after each step; `isCaughtUp` is false while what stood on the log at the start is read back. */
  onCounted(entry: Counted, isCaughtUp: boolean): void;
  onLag(lag: LagReport): void;
  /** Open alerts that the counter itself knows nothing of, for boards. */
  ownAlerts?(workspace: string): OpenAlert[];
  /** A part failed for good. */
  fail(part: string, error: Error): void;
}

/**
 * The counter around its pure step, with everything that it does to logs and store.
 *
 *   scored log ─► step ─► alert events ─► rows ─► store
 *        ▲         └─► boards
 *        └── ticks, rule sets
 */
export class CounterFlow {
  readonly #parts: CounterFlowParts;
  readonly #dead: DeadLetters;
  readonly #lag: CounterLag;
  readonly #counted = new Subject<Counted>();
  readonly #running: Subscription[] = [];
  readonly #storedAfter = new StoredAfter();
  readonly #unstored = new UnstoredItems();
  readonly #publisher: EventPublisher;
  #rowsCounted = 0;
  #rowsStored = 0;
  #storedThrough = 0;

  constructor(parts: CounterFlowParts) {
    this.#parts = parts;
    this.#dead = new DeadLetters(parts.bus.log('dead'), parts.clock, parts.telemetry);
    this.#lag = new CounterLag(parts.clock);
    this.#publisher = new EventPublisher(parts.bus.log('alerts'), parts.telemetry, parts.timers);
  }

  /** Resolves when everything that stood on the log is counted; from then on it ticks and watches the rules. Call once. */
  async start(): Promise<void> {
    const { bus, state, clock, scheduler, ruleSets, onReadingBack } = this.#parts;
    const scored = bus.log('scored');
    const { identity, lastSequence } = await scored.info();
    this.#lag.startAt(lastSequence, state.sequence);
    onReadingBack(Math.max(0, lastSequence - state.sequence));
    await this.#count(identity);
    this.#show();
    await this.#lag.untilCaughtUp();
    const counterId = `${identity}-${clock.nowMs()}`;
    this.#run(appendRules({ scored, ruleSets, inForce: state.rules.map(({ rule }) => rule), counterId, scheduler }), 'rules');
    this.#run(appendTicks(scored, counterId, scheduler), 'ticks');
  }

  stop(): void {
    for (const subscription of this.#running.splice(0)) subscription.unsubscribe();
  }

  get lag(): LagReport {
    return this.#lag.report();
  }

  /** Every batch of rows that ends at or before this sequence is stored; 0 before the first one. */
  get storedThrough(): number {
    return this.#storedThrough;
  }

  /** True once the rows of every entry before this one are stored. */
  isStoredBefore(sequence: number): boolean {
    return this.#storedThrough >= sequence || (this.#rowsCounted === this.#rowsStored && this.#parts.state.sequence >= sequence);
  }

  /** Rows that are counted and not stored. */
  get unstoredRows(): number {
    return this.#rowsCounted - this.#rowsStored;
  }

  /** Items that are counted and not stored, see `UnstoredItems`. */
  unstoredItems(query: UnstoredQuery): StoredItem[] {
    return this.#unstored.find(query);
  }

  /** What is made of each item that is counted and not stored, where it is not null; see `UnstoredItems`. */
  mapUnstored<T>(make: (stored: StoredItem) => T | null): T[] {
    return this.#unstored.map(make);
  }

  /** Puts an event that is not of the counter onto the alert log. Call after `start`. */
  publishBeside(event: PlacelessEvent): Promise<void> {
    return this.#publisher.publishBeside(event);
  }

  board(workspace: string): BoardCounts {
    const counts = boardCounts(this.#parts.state, workspace);
    const own = this.#parts.ownAlerts?.(workspace) ?? [];
    return { ...counts, openAlerts: [...own, ...counts.openAlerts], ...this.#trust({ workspace, groupBy: [], windowMs: BOARD_WINDOW_MS }) };
  }

  /** @throws TocsinError `invalid_request` for counts that are not kept */
  answer(query: CountsQuery): CountsAnswer {
    return { ...queryCounts(this.#parts.state, query), approaching: approaching(this.#parts.state, query.workspace), ...this.#trust(query) };
  }

  #trust(query: CountsQuery): LagReport {
    const { state } = this.#parts;
    if (!isPastAwaited(state, countsFor(state, query), query.windowMs)) return this.lag;
    return { ...this.lag, exact: false, lowerBound: [...this.lag.lowerBound, 'past-awaited'] };
  }

  async status(): Promise<PipelineStatus> {
    const { bus, state } = this.#parts;
    // In the order of the flow, so that nothing slips from a stage not yet asked to one asked before.
    const unscored = await bus.log('raw').info();
    const scored = await bus.log('scored').info();
    const dead = await bus.log('dead').info();
    return {
      unscoredFrames: unscored.entries,
      uncountedEntries: Math.max(0, scored.lastSequence - state.sequence),
      unstoredRows: this.unstoredRows,
      deadLetters: dead.entries,
      lagMs: this.lag.lagMs,
    };
  }

  /** The spine: entries are counted, their events published, their rows stored. */
  async #count(logId: string): Promise<void> {
    const { bus, writer, state, clock, telemetry, scheduler } = this.#parts;
    await this.#publisher.start();
    const counter: Stepper = { step: (entry) => step(state, entry) };
    const counted = countEntries({
      scored: bus.log('scored'),
      counter,
      publish: (events) => this.#publisher.publish(events),
      dead: this.#dead,
      clock,
      telemetry,
      onCounted: (entry) => this.#onCounted(entry),
      scheduler,
    }, state.sequence + 1);
    const deadLetter = (row: StoredItem, error: TocsinError): Promise<void> => this.#bury(row, error);
    const { snapshots, spool, parkedRowsMax, onSpoolFailed } = this.#parts;
    const stored = counted.pipe(tap(({ sequence }) => snapshots?.published(sequence)), storeRows({
      writer, clock, telemetry, logId, deadLetter, scheduler, ...(spool === undefined ? {} : { spool }), ...(parkedRowsMax === undefined ? {} : { parkedRowsMax }), ...(onSpoolFailed === undefined ? {} : { onSpoolFailed }),
    }));
    this.#running.push(stored.subscribe({
      next: ({ rows, lastSequence }) => {
        this.#rowsStored += rows;
        this.#storedThrough = lastSequence;
        this.#unstored.stored(lastSequence);
        const waitedMs = this.#storedAfter.stored(lastSequence, clock.nowMs());
        if (waitedMs !== undefined) telemetry({ kind: 'stages-passed', stagesMs: { store: waitedMs } });
        snapshots?.stored(lastSequence);
      },
      error: (error: Error) => this.#parts.fail('counter', error),
    }));
  }

  #show(): void {
    const { bus, scheduler } = this.#parts;
    const live = publishLive(this.#counted, { broadcast: bus, board: (workspace) => this.board(workspace), scheduler });
    const lag = timer(0, LAG_CHECK_INTERVAL_MS, scheduler).pipe(exhaustMap(() => from(this.#checkLag()).pipe(catchError(() => EMPTY))));
    this.#run(merge(live, lag), 'live');
  }

  #onCounted(entry: Counted): void {
    this.#parts.snapshots?.counted(entry);
    this.#lag.counted(entry);
    this.#rowsCounted += entry.rows.length;
    this.#unstored.counted(entry.sequence, entry.rows);
    if (entry.rows.length > 0) this.#storedAfter.counted(entry.sequence, this.#parts.clock.nowMs());
    const isCaughtUp = this.#lag.caughtUp;
    this.#parts.onCounted(entry, isCaughtUp);
    if (isCaughtUp) this.#counted.next(entry);
  }

  async #checkLag(): Promise<void> {
    this.#lag.unscored(await this.#parts.bus.log('raw').info());
    this.#parts.onLag(this.lag);
  }

  async #bury(row: StoredItem, error: TocsinError): Promise<void> {
    const bytes = new TextEncoder().encode(JSON.stringify(row));
    const kept = await this.#dead.put({ stage: 'store', log: 'scored', sequence: row.sequence, index: row.index, bytes, error });
    if (!kept) throw new TocsinError('log_unavailable', 'The dead-letter log cannot be written.', { retryable: true });
  }

  #run(work: Observable<unknown>, part: string): void {
    this.#running.push(work.subscribe({ error: (error: Error) => this.#parts.fail(part, error) }));
  }
}
