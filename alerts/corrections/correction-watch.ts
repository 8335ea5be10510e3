import type { Clock, Timers } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';

export interface CorrectionWatchParts {
  /** Counts an alert's window again and corrects what was said where it is otherwise. Rejects with `conflict` where that kind cannot be counted again. */
  verify(alertId: string): Promise<unknown>;
  clock: Clock;
  timers: Timers;
  warn(message: string): void;
}

/** What touches an alert is gathered for so long: labels and late items come in runs. */
const GATHER_MS = 5_000;
/** An alert is counted again at most this often by itself; each reads a whole window. */
const AGAIN_AFTER_MS = 60_000;
const COUNTED_KEPT_MAX = 1_000;
/** Then it is said, once, that it does not go; while it may go later it is tried on. */
const WARN_AFTER_ATTEMPTS = 5;

/** Counts alerts again that late feedback, people's labels or an erasure touched: what is otherwise is corrected, so that no number changes silently. */
export class CorrectionWatch {
  readonly #parts: CorrectionWatchParts;
  /** When each is to be counted again, and how often that failed. */
  readonly #due = new Map<string, { atMs: number; failures: number }>();
  readonly #countedAtMs = new Map<string, number>();
  /** Until it is known how its count came out, it is among those that wait. */
  #counting: string | undefined;
  #isCounting = false;
  #isStopped = false;
  #forget: (() => void) | undefined;

  constructor(parts: CorrectionWatchParts) {
    this.#parts = parts;
  }

  stop(): void {
    this.#isStopped = true;
    this.#forget?.();
  }

  /** Those that are still to be counted again. */
  waiting(): string[] {
    return [...new Set([...this.#due.keys(), ...(this.#counting === undefined ? [] : [this.#counting])])];
  }

  plan(alertIds: Iterable<string>): void {
    const nowMs = this.#parts.clock.nowMs();
    for (const alertId of alertIds) {
      if (this.#due.has(alertId)) continue;
      const againAtMs = (this.#countedAtMs.get(alertId) ?? -Infinity) + AGAIN_AFTER_MS;
      this.#due.set(alertId, { atMs: Math.max(nowMs + GATHER_MS, againAtMs), failures: 0 });
    }
    this.#wake();
  }

  #wake(): void {
    if (this.#isCounting || this.#isStopped || this.#due.size === 0) return;
    this.#forget?.();
    let nextAtMs = Infinity;
    for (const { atMs } of this.#due.values()) nextAtMs = Math.min(nextAtMs, atMs);
    this.#forget = this.#parts.timers.after(Math.max(0, nextAtMs - this.#parts.clock.nowMs()), () => void this.#countDue());
  }

  async #countDue(): Promise<void> {
    this.#isCounting = true;
    const nowMs = this.#parts.clock.nowMs();
    for (const [alertId, due] of [...this.#due]) {
      if (due.atMs > nowMs || this.#isStopped) continue;
      this.#due.delete(alertId);
      this.#counting = alertId;
      await this.#count(alertId, due);
      this.#counting = undefined;
    }
    this.#isCounting = false;
    this.#wake();
  }

  async #count(alertId: string, { failures }: { failures: number }): Promise<void> {
    const { verify, clock, warn } = this.#parts;
    try {
      await verify(alertId);
      // The store was away: what waited for it, labels among it, may still be on its way.
      if (failures > 0) this.#due.set(alertId, { atMs: clock.nowMs() + AGAIN_AFTER_MS, failures: 0 });
    } catch (error) {
      // A kind that is not decided by the items of one window.
      if (error instanceof TocsinError && error.code === 'conflict') return;
      const mayGoLater = error instanceof TocsinError && error.retryable;
      if (mayGoLater || failures + 1 < WARN_AFTER_ATTEMPTS) this.#due.set(alertId, { atMs: clock.nowMs() + AGAIN_AFTER_MS, failures: failures + 1 });
      if (failures + 1 === WARN_AFTER_ATTEMPTS) warn(`The alert ${alertId} could not be counted again after late feedback, a label or an erasure${mayGoLater ? ' and is tried on' : ''}: ${error instanceof Error ? error.message : 'for an unknown reason'}`);
    }
    this.#countedAtMs.delete(alertId);
    this.#countedAtMs.set(alertId, clock.nowMs());
    const [oldest] = this.#countedAtMs.keys();
    if (this.#countedAtMs.size > COUNTED_KEPT_MAX && oldest !== undefined) this.#countedAtMs.delete(oldest);
  }
}
