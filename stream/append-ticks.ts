import { EMPTY, catchError, exhaustMap, from, ignoreElements, timer, type Observable, type SchedulerLike } from 'rxjs';
import { encodeScoredEntry } from './frames/scored-entry.ts';
import type { AppendLog } from './ports.ts';

export const TICK_INTERVAL_MS = 1_000;

/**
 * Appends a tick every second, so that windows expire and alerts resolve when nothing arrives.
 * A tick that cannot be appended is left out: the next one does its work.
 */
export function appendTicks(scored: AppendLog, counterId: string, scheduler?: SchedulerLike): Observable<never> {
  const tick = encodeScoredEntry({ kind: 'tick' });
  return timer(TICK_INTERVAL_MS, TICK_INTERVAL_MS, scheduler).pipe(
    exhaustMap((count) => from(scored.append(tick, `tick-${counterId}-${count}`)).pipe(catchError(() => EMPTY))),
    ignoreElements(),
  );
}
