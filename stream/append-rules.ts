import { EMPTY, concatMap, defer, retry, throwError, timer, type Observable, type SchedulerLike } from 'rxjs';
import { TocsinError } from '../core/errors.ts';
import type { Rule } from '../core/rule.ts';
import { encodeScoredEntry } from './frames/scored-entry.ts';
import type { AppendLog } from './ports.ts';

const RETRY_DELAY_MS = 200;

export interface AppendRulesParts {
  scored: AppendLog;
  /** The whole set, now and after each change. */
  ruleSets: Observable<Rule[]>;
  /** What the log says already. */
  inForce: readonly Rule[];
  /** Names this run of the counter, so that no other run appends under its message ids. */
  counterId: string;
  scheduler?: SchedulerLike | undefined;
}

/**
 * Appends each set that is not the one before it, so that a rule's coming and going stands at one place of the log.
 *
 * A lost acknowledgement is tried again under the same message id; one set after the other, so that a set and its
 * undoing in quick succession both stand on the log, in this order.
 */
export function appendRules({ scored, ruleSets, inForce, counterId, scheduler }: AppendRulesParts): Observable<unknown> {
  return defer(() => {
    let latest = inOneOrder(inForce);
    let number = 0;
    return ruleSets.pipe(concatMap((set) => {
      const next = inOneOrder(set);
      if (next === latest) return EMPTY;
      latest = next;
      number += 1;
      const id = `rules-${counterId}-${number}`;
      return defer(() => scored.append(encodeScoredEntry({ kind: 'rules', rules: set }), id)).pipe(retry({
        delay: (error: unknown) => (error instanceof TocsinError && error.retryable ? timer(RETRY_DELAY_MS, scheduler) : throwError(() => error)),
      }));
    }));
  });
}

function inOneOrder(rules: readonly Rule[]): string {
  return JSON.stringify([...rules].sort((a, b) => (a.id < b.id ? -1 : 1)));
}
