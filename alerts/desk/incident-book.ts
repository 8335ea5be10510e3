import { Observable, Subject } from 'rxjs';
import type { Timers } from '../../core/clock.ts';
import type { OperationOutcome } from '../../core/operation.ts';
import type { ReadLog, SnapshotStore } from '../../stream/ports.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import { createDeskState, incidentOf } from '../incidents/desk-state.ts';
import type { DeskState, DeskStep } from '../incidents/desk-state.ts';
import type { Incident } from '../incidents/incident.ts';
import { JournalReader } from './journal-reader.ts';

const RESTART_DELAY_MS = 500;

export interface IncidentBookOptions {
  log: Pick<ReadLog, 'read' | 'last' | 'info'>;
  /** Of the desk; absent: the journal is read from its first entry. */
  snapshots?: SnapshotStore;
  /** As the desk does. */
  beginsAnew?: boolean;
  /** The runtime's own when absent. */
  timers?: Timers;
  warn(message: string): void;
}

/** What the desk knows, read from its journal: the same steps give the same state, in whatever process it is wanted. */
export class IncidentBook {
  readonly #options: IncidentBookOptions;
  #state: DeskState = createDeskState();
  #reader: JournalReader | undefined;
  #starting: Promise<void> | undefined;
  #isStopped = false;
  readonly #outcomes = new Subject<OperationOutcome>();
  readonly #changes = new Subject<Incident>();

  constructor(options: IncidentBookOptions) {
    this.#options = options;
  }

  /** What is known now; after entries were missed it is another object. */
  get state(): DeskState {
    return this.#state;
  }

  /** Resolves when the journal is read back. Idempotent. @throws TocsinError as `restoreDesk` does; it may be called again */
  start(): Promise<void> {
    this.#starting ??= this.#read().catch((error: unknown) => {
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  stop(): void {
    this.#isStopped = true;
    this.#reader?.stop();
    this.#outcomes.complete();
    this.#changes.complete();
  }

  /** By the id of the incident or of an alert in it. */
  get(id: string): Incident | undefined {
    return incidentOf(this.state, id);
  }

  /** Incidents that are not what they were, after the start. */
  changes(): Observable<Incident> {
    return this.#changes.asObservable();
  }

  /** What became of operations, as it becomes known. */
  outcomes(): Observable<OperationOutcome> {
    return this.#outcomes.asObservable();
  }

  async #read(): Promise<void> {
    const reader = new JournalReader({ ...this.#options, onStep: (step, state) => this.#takeStep(step, state), onGap: () => this.#again() });
    this.#reader?.stop();
    this.#reader = reader;
    const { state } = await reader.start();
    this.#state = state;
  }

  /** Entries went before they were read: the newest snapshot holds what they came to. */
  #again(): void {
    (this.#options.timers ?? systemTimers).after(RESTART_DELAY_MS, () => {
      if (!this.#isStopped) this.#read().catch(() => this.#again());
    });
  }

  #takeStep({ outcomes, changed }: DeskStep, state: DeskState): void {
    for (const outcome of outcomes) this.#outcomes.next(outcome);
    // While it is read back, nothing is a change.
    if (state === this.#state) for (const id of changed) this.#tell(id);
  }

  #tell(id: string): void {
    const incident = incidentOf(this.state, id);
    if (incident !== undefined) this.#changes.next(incident);
  }
}
