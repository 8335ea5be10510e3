import type { Timers } from '../../core/clock.ts';
import { systemTimers } from '../../stream/system-timers.ts';

export interface TurnBudgetOptions {
  /** The least and the most in a turn. */
  msMin: number;
  msMax: number;
  timers?: Timers;
  nowMs?(): number;
}

/** Of the time that all else took in the last turn. */
const SHARE = 0.5;

/**
 * How long one kind of work may take in a turn of the event loop, over all requests that do it. A limit for each request
 * alone would not bound the turn: a hundred batches that arrive together would still keep the scorer and the counter waiting.
 */
export class TurnBudget {
  readonly #msMin: number;
  readonly #msMax: number;
  readonly #timers: Timers;
  readonly #nowMs: () => number;
  #leftMs: number;
  #spentMs = 0;
  #turnAtMs: number;
  #isTurnAwaited = false;
  #waiting: (() => void)[] = [];

  constructor({ msMin, msMax, timers = systemTimers, nowMs = () => performance.now() }: TurnBudgetOptions) {
    this.#msMin = msMin;
    this.#msMax = msMax;
    this.#timers = timers;
    this.#nowMs = nowMs;
    this.#leftMs = msMin;
    this.#turnAtMs = nowMs();
  }

  /** Milliseconds; none when it is spent. */
  get leftMs(): number {
    return this.#leftMs;
  }

  spend(ms: number): void {
    if (this.#msMin === Number.POSITIVE_INFINITY) return;
    this.#leftMs -= ms;
    this.#spentMs += ms;
    this.#awaitTurn();
  }

  /** Resolves in the next turn, one after the other in the order of asking. Those before may have spent it again: look at `leftMs` right after it. */
  nextTurn(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#awaitTurn();
    });
  }

  #awaitTurn(): void {
    if (this.#isTurnAwaited) return;
    this.#isTurnAwaited = true;
    this.#timers.soon(() => {
      const nowMs = this.#nowMs();
      const othersMs = nowMs - this.#turnAtMs - this.#spentMs;
      this.#leftMs = Math.min(this.#msMax, Math.max(this.#msMin, othersMs * SHARE));
      [this.#isTurnAwaited, this.#spentMs, this.#turnAtMs] = [false, 0, nowMs];
      for (const resume of this.#waiting.splice(0)) resume();
    });
  }
}
