import type { Clock, Timers } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';

/** An alert whose number may still turn out otherwise. Times in milliseconds since the epoch. */
export interface WatchedAlert {
  alertId: string;
  workspace: string;
  openedAtMs: number;
  windowMs: number;
  /** When it reached its present level; absent where it reached none beyond its opening. */
  levelAtMs?: number;
  /** Null while it fires. */
  resolvedAtMs: number | null;
}

/** Event times of items that came late or were labelled. */
export interface TouchedItems {
  workspace: string;
  createdAtMs: number[];
  /** Place on the scored log up to which the store must have got before they can be found there. */
  sequence?: number;
}

export interface CorrectionWatchParts {
  /** Those that fire, and those that were. */
  alerts(): Iterable<WatchedAlert>;
  /** Counts an alert's window again and corrects what was said where it is otherwise. Rejects with `conflict` where that kind cannot be counted again. */
  verify(alertId: string): Promise<unknown>;
  /** Whether the store holds the scored log up to there. */
  isStored(sequence: number): Promise<boolean>;
  clock: Clock;
  timers: Timers;
  warn(message: string): void;
}

/** An alert that is over for longer is not corrected by itself. */
export const WATCHED_AFTER_END_MS = 7 * 24 * 3_600_000;
/** At a start each alert is counted again once; those that were over for longer are not. */
const LOOKED_AT_AFTER_END_MS = 24 * 3_600_000;
/** What touches an alert is gathered for so long: labels and late items come in runs, and the store is a little behind. */
const GATHER_MS = 5_000;
/** An alert is counted again at most this often by itself; each reads a whole window. */
const AGAIN_AFTER_MS = 60_000;
const LOOK_AFTER_MS = 1_000;
const MINUTE_MS = 60_000;
const WAITING_MAX = 1_000;
/** Then it is said, once, that it does not go; while it may go later it is tried on. */
const WARN_AFTER_ATTEMPTS = 5;

/**
 * Sees that no number changes silently: where late feedback or people's labels touch the window of an alert that fires, or
 * did within seven days, its window is counted again, and what is otherwise is corrected.
 */
export class CorrectionWatch {
  readonly #parts: CorrectionWatchParts;
  /** When each is to be counted again, and how often that failed. */
  readonly #due = new Map<string, { atMs: number; failures: number; sequence: number }>();
  readonly #countedAtMs = new Map<string, number>();
  #isCounting = false;
  #isStopped = false;
  #forget: (() => void) | undefined;
  #forgetLook: (() => void) | undefined;
  readonly #touched = new Map<string, { minutes: Set<number>; sequence: number }>();

  constructor(parts: CorrectionWatchParts) {
    this.#parts = parts;
  }

  stop(): void {
    this.#isStopped = true;
    this.#forget?.();
    this.#forgetLook?.();
  }

  /** What came or was said while nobody watched: every alert that is watched is counted again once. */
  lookAtAll(): void {
    for (const alert of this.#watched(LOOKED_AT_AFTER_END_MS)) this.#plan(alert.alertId, 0);
  }

  /** May be called for every late item: what comes within a moment is looked at together, by the minute. */
  touched({ workspace, createdAtMs, sequence = 0 }: TouchedItems): void {
    const touched = this.#touched.get(workspace) ?? { minutes: new Set(), sequence: 0 };
    this.#touched.set(workspace, touched);
    touched.sequence = Math.max(touched.sequence, sequence);
    for (const atMs of createdAtMs) touched.minutes.add(minuteOf(atMs));
    this.#forgetLook ??= this.#parts.timers.after(LOOK_AFTER_MS, () => this.#look());
  }

  #look(): void {
    this.#forgetLook = undefined;
    const touched = new Map([...this.#touched].map(([workspace, { minutes, sequence }]) => [workspace, { minutes: [...minutes].sort((a, b) => a - b), sequence }]));
    this.#touched.clear();
    for (const { alertId, workspace, openedAtMs, windowMs, levelAtMs = openedAtMs } of this.#watched(WATCHED_AFTER_END_MS)) {
      const of = touched.get(workspace);
      if (of !== undefined && hasWithin(of.minutes, minuteOf(openedAtMs - windowMs), minuteOf(Math.max(openedAtMs, levelAtMs)))) this.#plan(alertId, of.sequence);
    }
  }

  *#watched(afterEndMs: number): Iterable<WatchedAlert> {
    const { alerts, clock } = this.#parts;
    const sinceMs = clock.nowMs() - afterEndMs;
    for (const alert of alerts()) if (alert.resolvedAtMs === null || alert.resolvedAtMs >= sinceMs) yield alert;
  }

  #plan(alertId: string, sequence: number): void {
    const planned = this.#due.get(alertId);
    if (planned !== undefined) planned.sequence = Math.max(planned.sequence, sequence);
    if (planned !== undefined || this.#due.size >= WAITING_MAX) return;
    const nowMs = this.#parts.clock.nowMs();
    const againAtMs = (this.#countedAtMs.get(alertId) ?? -Infinity) + AGAIN_AFTER_MS;
    this.#due.set(alertId, { atMs: Math.max(nowMs + GATHER_MS, againAtMs), failures: 0, sequence });
    this.#wake();
  }

  #wake(): void {
    if (this.#isCounting || this.#isStopped || this.#due.size === 0) return;
    this.#forget?.();
    const nextAtMs = Math.min(...[...this.#due.values()].map(({ atMs }) => atMs));
    this.#forget = this.#parts.timers.after(Math.max(0, nextAtMs - this.#parts.clock.nowMs()), () => void this.#countDue());
  }

  async #countDue(): Promise<void> {
    this.#isCounting = true;
    const nowMs = this.#parts.clock.nowMs();
    for (const [alertId, due] of [...this.#due]) {
      if (due.atMs > nowMs || this.#isStopped) continue;
      this.#due.delete(alertId);
      await this.#count(alertId, due);
    }
    this.#isCounting = false;
    this.#wake();
  }

  async #count(alertId: string, { failures, sequence }: { failures: number; sequence: number }): Promise<void> {
    const { verify, isStored, clock, warn } = this.#parts;
    try {
      if (sequence > 0 && !(await isStored(sequence))) {
        this.#due.set(alertId, { atMs: clock.nowMs() + GATHER_MS, failures, sequence });
        return;
      }
      await verify(alertId);
      // The store was away: what waited for it, labels among it, may still be on its way.
      if (failures > 0) this.#due.set(alertId, { atMs: clock.nowMs() + AGAIN_AFTER_MS, failures: 0, sequence });
    } catch (error) {
      // A kind that is not decided by the items of one window.
      if (error instanceof TocsinError && error.code === 'conflict') return;
      const mayGoLater = error instanceof TocsinError && error.retryable;
      if (mayGoLater || failures + 1 < WARN_AFTER_ATTEMPTS) this.#due.set(alertId, { atMs: clock.nowMs() + AGAIN_AFTER_MS, failures: failures + 1, sequence });
      if (failures + 1 === WARN_AFTER_ATTEMPTS) warn(`The alert ${alertId} could not be counted again after late feedback or a label${mayGoLater ? ' and is tried on' : ''}: ${error instanceof Error ? error.message : 'for an unknown reason'}`);
    }
    this.#countedAtMs.delete(alertId);
    this.#countedAtMs.set(alertId, clock.nowMs());
    const [oldest] = this.#countedAtMs.keys();
    if (this.#countedAtMs.size > WAITING_MAX && oldest !== undefined) this.#countedAtMs.delete(oldest);
  }
}

function minuteOf(atMs: number): number {
  return Math.floor(atMs / MINUTE_MS);
}

/** Whether an ascending list has a number from one to another, both included. */
function hasWithin(numbers: readonly number[], from: number, to: number): boolean {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return low < numbers.length && numbers[low]! <= to;
}
