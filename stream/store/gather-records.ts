import { asyncScheduler, Observable, type OperatorFunction, type SchedulerLike, type Subscription } from 'rxjs';

export interface GatherOptions {
  /** A gathering begins with its first value and ends after so long … */
  gatherMs: number;
  /** … and so long after the one before it at the earliest … */
  betweenMs: number;
  /** … or with so many values. */
  countMax: number;
  scheduler?: SchedulerLike;
}

/** Gathers values in their order, none twice and none left out: soon after a rest, in larger pieces while they keep coming. None is empty. */
export function gatherRecords<T>({ gatherMs, betweenMs, countMax, scheduler = asyncScheduler }: GatherOptions): OperatorFunction<T, T[]> {
  return (source) => new Observable((subscriber) => {
    let gathered: T[] = [];
    let endedAtMs = Number.NEGATIVE_INFINITY;
    let timer: Subscription | undefined;
    const end = (): void => {
      timer?.unsubscribe();
      timer = undefined;
      endedAtMs = scheduler.now();
      const values = gathered;
      gathered = [];
      subscriber.next(values);
    };
    const reading = source.subscribe({
      next: (value) => {
        gathered.push(value);
        if (gathered.length >= countMax) end();
        else timer ??= scheduler.schedule(end, Math.max(gatherMs, endedAtMs + betweenMs - scheduler.now()));
      },
      error: (error: unknown) => subscriber.error(error),
      complete: () => {
        if (gathered.length > 0) end();
        subscriber.complete();
      },
    });
    return () => {
      timer?.unsubscribe();
      reading.unsubscribe();
    };
  });
}
