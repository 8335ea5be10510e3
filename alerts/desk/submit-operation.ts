import { filter, firstValueFrom, merge, Observable } from 'rxjs';
import type { Timers } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Operation, OperationOutcome } from '../../core/operation.ts';
import { encodeJson } from '../../stream/frames/record.ts';
import type { AppendLog } from '../../stream/ports.ts';
import type { IncidentBook } from './incident-book.ts';

/** How long an answer waits for the desk's decision. The operation is durable already and will be done when the desk comes to it. */
const DECISION_WAIT_MS = 5_000;

export interface Operations {
  /**
   * Appends an operation and waits for what became of it.
   * @returns null when it is durable and the desk has not said yet what it comes to.
   * @throws TocsinError `log_unavailable` or `overloaded`: it may or may not be on the log; the same id again is safe.
   */
  submit(operation: Operation): Promise<OperationOutcome | null>;
}

export function createOperations({ log, book, timers }: { log: AppendLog; book: IncidentBook; timers: Timers }): Operations {
  return {
    async submit(operation) {
      const known = book.state.outcomes.get(operation.id);
      if (known !== undefined) return known.done ? { ...known, repeated: true } : known;
      const outcome = book.outcomes().pipe(filter(({ operationId }) => operationId === operation.id));
      const decided = firstValueFrom(merge(outcome, timedOut(timers)), { defaultValue: null });
      await log.append(encodeJson('operation', operation), operation.id);
      return await decided;
    },
  };
}

function timedOut(timers: Timers): Observable<null> {
  return new Observable((subscriber) => timers.after(DECISION_WAIT_MS, () => {
    subscriber.next(null);
    subscriber.complete();
  }));
}

/** The outcome as an error, where it is a refusal. */
export function refuse(outcome: OperationOutcome | null): void {
  if (outcome !== null && !outcome.done) throw new TocsinError(outcome.code, outcome.message);
}
