import type { Clock, Timers } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';

/** An alert whose number may still turn out otherwise. Times in milliseconds since the epoch. */
export interface WatchedAlert {
  alertId: string;
  workspace: string;
  openedAtMs: number;
  windowMs: number;
  /** Null while it fires. */
  resolvedAtMs: number | null;
}

/** Event times of items that came late or were labelled. */
export interface TouchedItems {
  workspace: string;
  createdAtMs: number[];
}

export interface CorrectionWatchParts {
  /** Those that fire, and those that were. */
  alerts(): Iterable<WatchedAlert>;
  /** Counts an alert's window again and corrects what was said where it is otherwise. Rejects with `conflict` where that kind cannot be counted again. */
  verify(alertId: string): Promise<unknown>;
  clock: Clock;
  timers: Timers;
  warn(message: string): void;
}

/** An alert that is over for longer is not corrected by itself. */
const WATCHED_AFTER_END_MS = 24 * 3_600_000;
/** What touches an alert is gathered for so long: labels and late items come in runs, and the store is a little behind. */
const GATHER_MS = 5_000;
/** An alert is counted again at most this often by itself; each reads a whole window. */
const AGAIN_AFTER_MS = 60_000;
const LOOK_AFTER_MS = 1_000;
const MINUTE_MS = 60_000;
const WAITING_MAX = 1_000;
const ATTEMPTS_MAX = 5;

/**
 * Sees that no number changes silently: where late feedback or people's labels touch the window of an alert that fires, or
 * did within a day, its window is counted again, and what is otherwise is corrected.
 */
export class CorrectionWatch {
  readonly #parts: CorrectionWatchParts;
  /** When each is to be counted again, and how often that failed. */
  readonly #due = new Map<string, { atMs: number; failures: number }>();
  readonly #countedAtMs = new Map<string, number>();
  #isCounting = false;
  #isStopped = false;
  #forget: (() => void) | undefined;
  #forgetLook: (() => void) | undefined;
  readonly #touched = new Map<string, Set<number>>();

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
    for (const alert of this.#watched()) this.#plan(alert.alertId);
  }

  /** May be called for every late item: what comes within a moment is looked at together, by the minute. */
  touched({ workspace, createdAtMs }: TouchedItems): void {
    const minutes = this.#touched.get(workspace) ?? new Set();
    this.#touched.set(workspace, minutes);
    for (const atMs of createdAtMs) minutes.add(minuteOf(atMs));
    this.#forgetLook ??= this.#parts.timers.after(LOOK_AFTER_MS, () => this.#look());
  }

  #look(): void {
    this.#forgetLook = undefined;
    const touched = new Map([...this.#touched].map(([workspace, minutes]) => [workspace, [...minutes].sort((a, b) => a - b)]));
    this.#touched.clear();
    for (const { alertId, workspace, openedAtMs, windowMs } of this.#watched()) {
      const minutes = touched.get(workspace);
      if (minutes !== undefined && hasWithin(minutes, minuteOf(openedAtMs - windowMs), minuteOf(openedAtMs))) this.#plan(alertId);
    }
  }

  *#watched(): Iterable<WatchedAlert> {
    const { alerts, clock } = this.#parts;
    const sinceMs = clock.nowMs() - WATCHED_AFTER_END_MS;
    for (const alert of alerts()) if (alert.resolvedAtMs === null || alert.resolvedAtMs >= sinceMs) yield alert;
  }

  #plan(alertId: string): void {
    if (this.#due.has(alertId) || this.#due.size >= WAITING_MAX) return;
    const nowMs = this.#parts.clock.nowMs();
    const againAtMs = (this.#countedAtMs.get(alertId) ?? -Infinity) + AGAIN_AFTER_MS;
    this.#due.set(alertId, { atMs: Math.max(nowMs + GATHER_MS, againAtMs), failures: 0 });
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
    for (const [alertId, { atMs, failures }] of [...this.#due]) {
      if (atMs > nowMs || this.#isStopped) continue;
      this.#due.delete(alertId);
      await this.#count(alertId, failures);
    }
    this.#isCounting = false;
    this.#wake();
  }

  async #count(alertId: string, failures: number): Promise<void> {
    const { verify, clock, warn } = this.#parts;
    try {
      await verify(alertId);
    } catch (error) {
      // A kind that is not decided by the items of one window.
      if (error instanceof TocsinError && error.code === 'conflict') return;
      if (failures + 1 < ATTEMPTS_MAX) this.#due.set(alertId, { atMs: clock.nowMs() + AGAIN_AFTER_MS, failures: failures + 1 });
      else warn(`The alert ${alertId} could not be counted again after late feedback or a label: ${error instanceof Error ? error.message : 'for an unknown reason'}`);
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
