import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs';
import type { Clock, Timers } from '../../core/clock.ts';
import type { Prng } from '../../server/play/prng.ts';

const STEPS_A_TURN = 64;

interface Due {
  atMs: number;
  /** Drawn, so that what is due at one instant happens in any order. */
  tie: number;
  act: (() => void) | null;
}

/** Time that stands still while anything runs. What is due next is picked by time, then by lot. */
export class VirtualTime implements Clock, Timers {
  readonly #random: Prng;
  /** Latest first. */
  readonly #due: Due[] = [];
  #nowMs: number;

  constructor(startMs: number, random: Prng) {
    this.#nowMs = startMs;
    this.#random = random;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, act: () => void): () => void {
    const due: Due = { atMs: this.#nowMs + Math.max(0, Math.ceil(delayMs)), tie: this.#random.uint32(), act };
    let low = 0;
    let high = this.#due.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#due[middle]!;
      if (other.atMs > due.atMs || (other.atMs === due.atMs && other.tie > due.tie)) low = middle + 1;
      else high = middle;
    }
    this.#due.splice(low, 0, due);
    return () => {
      due.act = null;
    };
  }

  soon(act: () => void): () => void {
    return this.after(0, act);
  }

  /** Lets time pass up to `untilMs`. */
  runUntil(untilMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let isOver = false;
      const settle = (act: () => void): void => {
        isOver = true;
        act();
      };
      const step = (): void => {
        if (isOver) return;
        const act = this.#next(untilMs);
        if (act === null) return settle(resolve);
        try {
          act();
        } catch (error) {
          settle(() => reject(error as Error));
        }
      };
      // Each in an immediate of its own: before the next one the runtime empties its microtasks, so every promise that can go on has gone on.
      // Many are asked for at once, because a turn of the event loop costs ten times as much.
      const steps = (): void => {
        for (let count = 0; count < STEPS_A_TURN; count += 1) setImmediate(step);
        setImmediate(() => {
          if (!isOver) steps();
        });
      };
      steps();
    });
  }

  /** What is due next up to `untilMs`, taken off the list with the time set to it; null, with the time at the end, where nothing is. */
  #next(untilMs: number): (() => void) | null {
    for (let next = this.#due.at(-1); next !== undefined && next.atMs <= untilMs; next = this.#due.at(-1)) {
      this.#due.pop();
      if (next.act === null) continue;
      this.#nowMs = next.atMs;
      return next.act;
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
    return null;
  }
}

/** RxJS on timers of ours. */
export class TimerScheduler implements SchedulerLike {
  readonly #clock: Clock;
  readonly #timers: Timers;

  constructor(clock: Clock, timers: Timers) {
    this.#clock = clock;
    this.#timers = timers;
  }

  now(): number {
    return this.#clock.nowMs();
  }

  schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delayMs = 0, state?: T): Subscription {
    return new TimerAction<T>(this.#timers, work).schedule(state, delayMs);
  }
}

class TimerAction<T> extends Subscription implements SchedulerAction<T> {
  readonly #timers: Timers;
  readonly #work: (this: SchedulerAction<T>, state?: T) => void;
  #forget: (() => void) | undefined;

  constructor(timers: Timers, work: (this: SchedulerAction<T>, state?: T) => void) {
    super();
    this.#timers = timers;
    this.#work = work;
  }

  schedule(state?: T, delayMs = 0): Subscription {
    if (this.closed) return this;
    this.#forget?.();
    this.#forget = this.#timers.after(delayMs, () => this.#work.call(this, state));
    return this;
  }

  override unsubscribe(): void {
    this.#forget?.();
    super.unsubscribe();
  }
}
