import { Observable, Subject } from 'rxjs';
import { TocsinError } from '../../core/errors.ts';
import type { OperationOutcome } from '../../core/operation.ts';
import { decodeJson } from '../../stream/frames/record.ts';
import type { ReadLog } from '../../stream/ports.ts';
import { createDeskState, incidentOf } from '../incidents/desk-state.ts';
import type { DeskState } from '../incidents/desk-state.ts';
import type { Incident } from '../incidents/incident.ts';
import { journalStart, takeJournal } from '../incidents/journal.ts';
import { LogFollower } from '../list/log-follower.ts';

export interface IncidentBookOptions {
  log: Pick<ReadLog, 'read' | 'last'>;
  warn(message: string): void;
}

/** What the desk knows, read from its journal: the same steps give the same state, in whatever process it is wanted. */
export class IncidentBook {
  readonly state: DeskState = createDeskState();
  readonly #place = journalStart();
  readonly #follower: LogFollower;
  readonly #outcomes = new Subject<OperationOutcome>();
  readonly #changes = new Subject<Incident>();

  constructor({ log, warn }: IncidentBookOptions) {
    this.#follower = new LogFollower({
      log,
      take: ({ sequence, value }) => {
        try {
          const step = takeJournal(this.state, this.#place, decodeJson('journal', value));
          for (const outcome of step?.outcomes ?? []) this.#outcomes.next(outcome);
          for (const id of step?.changed ?? []) this.#tell(id);
        } catch (error) {
          if (!(error instanceof TocsinError)) throw error;
          warn(`Entry ${sequence} of the incidents log cannot be read and is passed over.`);
        }
      },
    });
  }

  /** Resolves when the journal is read back. Idempotent. @throws TocsinError `log_unavailable` */
  start(): Promise<void> {
    return this.#follower.start();
  }

  stop(): void {
    this.#follower.stop();
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

  #tell(id: string): void {
    const incident = incidentOf(this.state, id);
    if (incident !== undefined) this.#changes.next(incident);
  }
}
