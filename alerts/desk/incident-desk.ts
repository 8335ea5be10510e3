import { Subscription } from 'rxjs';
import type { Clock, Timers } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import { decodeJson } from '../../stream/frames/record.ts';
import type { Delivery, ReadLog } from '../../stream/ports.ts';
import { emptyStep, nextDueMs, noteRecorded } from '../incidents/desk-state.ts';
import type { DeskInput, DeskLimits, DeskState } from '../incidents/desk-state.ts';
import { endedForEntry } from '../incidents/ended-incident.ts';
import { takeInput } from '../incidents/journal.ts';
import type { JournalEntry, JournalInput, JournalPlace } from '../incidents/journal.ts';
import type { RoutingBook } from '../routing/book.ts';
import { DeskSnapshots } from './desk-snapshots.ts';
import type { DeskSnapshotsParts } from './desk-snapshots.ts';
import { JournalReader } from './journal-reader.ts';
import { JournalWriter } from './journal-writer.ts';
import type { JournalLog } from './journal-writer.ts';

/** Entries of the alert and operations logs that may wait for the desk. */
const IN_FLIGHT_MAX = 256;
/** Inputs and pages of one journal entry; both keep it far below the largest message. */
const INPUTS_PER_ENTRY_MAX = 64;
const PAGES_PER_ENTRY_MAX = 32;
const INPUT_BYTES_PER_ENTRY_MAX = 256 * 1024;
/** Incidents that are over and not on the journal yet, above which nothing more is taken in. */
const UNRECORDED_MAX = 256;
/** Time is looked at this often at least, and when something is due. */
const TICK_MS = 1_000;
const TICK_MS_MIN = 50;
/** After another desk was quicker, or a log could not be read, everything is read again. */
const RESTART_DELAY_MS = 500;

export interface IncidentDeskOptions {
  alerts: Pick<ReadLog, 'read' | 'info'>;
  operations: Pick<ReadLog, 'read'>;
  incidents: JournalLog & Pick<ReadLog, 'read'>;
  /** Absent: none are kept, and the journal is read from its first entry. */
  snapshots?: Omit<DeskSnapshotsParts, 'clock' | 'timers' | 'telemetry' | 'warn'>;
  /** Where snapshots and the journal's beginning are lost, go on with what is left instead of refusing to start. */
  beginsAnew?: boolean;
  /** Of the routing file. */
  book: RoutingBook;
  /** Names this process among desks. */
  writer: string;
  clock: Clock;
  timers: Timers;
  telemetry: Telemetry;
  limits?: Partial<DeskLimits>;
  /** Told of each entry that is durable. */
  onStep?(state: DeskState, entry: JournalEntry): void;
  /** Told what its state begins from. */
  info?(message: string): void;
  /** An entry that cannot be understood is passed over and told of. */
  warn(message: string): void;
}

interface Waiting {
  input: JournalInput;
  delivery: Delivery | null;
}

/**
 * The incident desk around its pure step.
 *
 *   alert log ──────┐
 *   operations log ─┼─► step ─► journal on the incidents log ─► notifier, lists
 *   ticks ──────────┘
 *
 * What it took in stands on the journal, in its order and with its time; after a restart it steps, from its newest snapshot,
 * through that and goes on with what the journal does not hold yet. So the same decisions come out, and no page is decided twice.
 */
export class IncidentDesk {
  readonly #options: IncidentDeskOptions;
  #life: Life | undefined;
  #isStopped = false;
  #starting: Promise<void> | undefined;

  constructor(options: IncidentDeskOptions) {
    this.#options = options;
  }

  /** Resolves when the journal is read back and the desk follows the logs. Idempotent. @throws TocsinError `log_unavailable`, and it may be called again; `incidents_lost`, `snapshot_too_new` */
  start(): Promise<void> {
    this.#starting ??= this.#live().catch((error: unknown) => {
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  stop(): void {
    this.#isStopped = true;
    this.#life?.stop();
  }

  /** What the desk knows now. */
  get state(): DeskState | undefined {
    return this.#life?.state;
  }

  /** How far the desk is behind the logs it follows. */
  get waiting(): number {
    return this.#life?.waiting ?? 0;
  }

  /** Hands in something that stands on no log, such as a count; it is forgotten when the process dies before it is written. */
  take(input: DeskInput): void {
    this.#life?.take(input);
  }

  async #live(): Promise<void> {
    const life = new Life(this.#options, () => this.#again());
    this.#life = life;
    await life.start();
  }

  #again(): void {
    this.#life?.stop();
    if (this.#isStopped) return;
    this.#options.timers.after(RESTART_DELAY_MS, () => {
      if (this.#isStopped) return;
      this.#live().catch((error: unknown) => {
        if (error instanceof TocsinError && !error.retryable) this.#options.warn(error.message);
        this.#again();
      });
    });
  }
}

/** From a reading of the journal to the moment at which it must be read again. */
class Life {
  readonly #options: IncidentDeskOptions;
  readonly #ended: () => void;
  readonly #writer: JournalWriter;
  readonly #snapshots: DeskSnapshots | undefined;
  #state: DeskState | undefined;
  #placed: JournalPlace | undefined;
  readonly #waiting: Waiting[] = [];
  readonly #running = new Subscription();
  #isWriting = false;
  #isStopped = false;
  #stopTicking: (() => void) | undefined;

  constructor(options: IncidentDeskOptions, ended: () => void) {
    this.#options = options;
    this.#ended = ended;
    this.#writer = new JournalWriter(options.incidents, options.timers);
    this.#snapshots = options.snapshots === undefined ? undefined : new DeskSnapshots({ ...options, ...options.snapshots });
  }

  /** Undefined before the journal is read back. */
  get state(): DeskState | undefined {
    return this.#state;
  }

  get waiting(): number {
    return this.#waiting.length + (this.#isWriting ? 1 : 0);
  }

  async start(): Promise<void> {
    const { place, state } = await this.#readBack();
    if (this.#isStopped) return;
    this.#state = state;
    this.#placed = place;
    const { alerts, operations, book, clock } = this.#options;
    if (JSON.stringify(book) !== JSON.stringify(state.fileBook)) this.#enqueue({ atMs: clock.nowMs(), input: { kind: 'book', book } }, null);
    this.#running.add(alerts.read(place.alerts + 1, IN_FLIGHT_MAX).subscribe((delivery) => this.#takeEntry('alerts', delivery)));
    this.#running.add(operations.read(place.operations + 1, IN_FLIGHT_MAX).subscribe((delivery) => this.#takeEntry('operations', delivery)));
    this.#tick();
    this.#pump();
  }

  stop(): void {
    this.#isStopped = true;
    this.#running.unsubscribe();
    this.#writer.stop();
    this.#snapshots?.stop();
    this.#stopTicking?.();
  }

  take(input: DeskInput): void {
    this.#enqueue({ atMs: this.#options.clock.nowMs(), input }, null);
  }

  async #readBack(): Promise<{ state: DeskState; place: JournalPlace }> {
    const { incidents: log, snapshots, limits = {}, beginsAnew = false, alerts, timers, info, warn } = this.#options;
    let gap = false;
    const reading = new JournalReader({
      log, limits, beginsAnew, timers, warn,
      ...(info === undefined ? {} : { info }),
      ...(snapshots === undefined ? {} : { snapshots: snapshots.store }),
      onGap: () => {
        gap = true;
        reading.stop();
      },
    });
    this.#running.add(() => reading.stop());
    const read = await reading.start();
    reading.stop();
    if (gap) throw new TocsinError('log_unavailable', 'Entries of the incidents log are missing; it is read again.', { retryable: true });
    // What came before is not known, and telling all of it again would be a flood of old pages.
    if (reading.isCutOff) read.place.alerts = Math.max(read.place.alerts, (await alerts.info()).lastSequence);
    return read;
  }

  #takeEntry(log: 'alerts' | 'operations', delivery: Delivery): void {
    const { sequence, timeMs, value } = delivery.entry;
    try {
      const input: DeskInput = log === 'alerts' ? { kind: 'alert', event: decodeJson('alert', value) } : { kind: 'operation', operation: decodeJson('operation', value) };
      this.#enqueue({ atMs: timeMs, input, log, sequence }, delivery);
    } catch (error) {
      if (!(error instanceof TocsinError)) throw error;
      this.#options.warn(`Entry ${sequence} of the ${log} log cannot be read and is passed over.`);
      // Its place is noted with the next entry that can be read.
      delivery.ack();
    }
  }

  #tick(): void {
    this.#stopTicking?.();
    if (this.#isStopped) return;
    const dueInMs = this.#state === undefined ? TICK_MS : nextDueMs(this.#state) - this.#options.clock.nowMs();
    this.#stopTicking = this.#options.timers.after(Math.min(TICK_MS, Math.max(TICK_MS_MIN, dueInMs)), () => {
      const nowMs = this.#options.clock.nowMs();
      if (this.#state !== undefined && nowMs >= nextDueMs(this.#state) && this.#waiting.length === 0) this.#enqueue({ atMs: nowMs, input: { kind: 'tick' } }, null);
      this.#tick();
    });
  }

  #enqueue(input: JournalInput, delivery: Delivery | null): void {
    this.#waiting.push({ input, delivery });
    this.#pump();
  }

  #pump(): void {
    const state = this.#state;
    const place = this.#placed;
    if (state === undefined || place === undefined || this.#isWriting || this.#isStopped) return;
    if (this.#waiting.length === 0 && place.outstanding.length === 0 && state.unrecorded.size === 0) return;
    this.#isWriting = true;
    // What comes in the same turn goes into the same entry.
    this.#options.timers.soon(() => void this.#write(state, place));
  }

  async #write(state: DeskState, place: JournalPlace): Promise<void> {
    if (this.#isStopped) return;
    const taken = place.outstanding.length > 0 || state.unrecorded.size > UNRECORDED_MAX ? [] : this.#step(state, place);
    const pages = place.outstanding.slice(0, PAGES_PER_ENTRY_MAX);
    const ended = endedForEntry(state);
    const entry: JournalEntry = { number: place.number + 1, writer: this.#options.writer, inputs: taken.map(({ input }) => input), pages, ...(ended.length === 0 ? {} : { ended }) };
    const written = await this.#writer.write(entry).catch((error: unknown) => {
      this.#options.warn(`The incidents log could not be written: ${error instanceof Error ? error.message : 'for an unknown reason'}`);
      return { kind: 'lost-to-another' } as const;
    });
    if (written.kind !== 'written') return written.kind === 'stopped' ? undefined : this.#ended();
    place.number = entry.number;
    place.outstanding.splice(0, pages.length);
    noteRecorded(state, ended.map(({ id }) => id));
    for (const { delivery } of taken) delivery?.ack();
    for (const { reason } of pages) this.#options.telemetry({ kind: 'page-ordered', reason });
    this.#options.onStep?.(state, entry);
    await this.#snapshots?.written(state, place, written.sequence);
    this.#isWriting = false;
    this.#tick();
    this.#pump();
  }

  /** Steps through what waits until an entry is full. */
  #step(state: DeskState, place: JournalPlace): Waiting[] {
    const taken: Waiting[] = [];
    let bytes = 0;
    while (taken.length < INPUTS_PER_ENTRY_MAX && bytes < INPUT_BYTES_PER_ENTRY_MAX && place.outstanding.length < PAGES_PER_ENTRY_MAX) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      takeInput(state, place, next.input, emptyStep());
      bytes += next.delivery?.entry.value.length ?? 0;
      taken.push(next);
    }
    return taken;
  }
}
