import type { Clock } from '../../core/clock.ts';
import type { LowerBoundReason } from '../../core/live.ts';
import { TICK_INTERVAL_MS } from '../append-ticks.ts';
import type { LogInfo } from '../ports.ts';

/** Beyond this, counts are shown as lower bounds. */
const LAG_MS_MAX = 5_000;

export interface LagReport {
  lagMs: number;
  /** False while anything may be missing from the counts. */
  exact: boolean;
  lowerBound: LowerBoundReason[];
}

/**
 * How far the counts are behind, and why they may be too low.
 *
 * The counter is behind when it counts an entry long after the log took it, or when not even a tick arrives.
 * The scorer is behind when the raw log holds frames that have waited for long.
 */
export class CounterLag {
  readonly #clock: Clock;
  #startSequence = 0;
  #sequence = 0;
  #entryAtMs = 0;
  #delayMs = 0;
  #unscoredSinceMs: number | null = null;
  #infoAtMs: number;
  #onCaughtUp: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#infoAtMs = clock.nowMs();
    this.#entryAtMs = clock.nowMs();
  }

  /** Everything up to here stood on the log before the start; `counted`: what a snapshot holds of it. */
  startAt(sequence: number, counted = 0): void {
    this.#startSequence = sequence;
    this.#sequence = counted;
  }

  counted(entry: { sequence: number; timeMs: number }): void {
    this.#sequence = entry.sequence;
    this.#entryAtMs = entry.timeMs;
    this.#delayMs = Math.max(0, this.#clock.nowMs() - entry.timeMs);
    if (this.caughtUp) this.#onCaughtUp?.();
  }

  /** What the raw log says of itself. */
  unscored({ oldestAtMs }: Pick<LogInfo, 'oldestAtMs'>): void {
    this.#unscoredSinceMs = oldestAtMs;
    this.#infoAtMs = this.#clock.nowMs();
  }

  get caughtUp(): boolean {
    return this.#sequence >= this.#startSequence;
  }

  async untilCaughtUp(): Promise<void> {
    if (this.caughtUp) return;
    await new Promise<void>((resolve) => (this.#onCaughtUp = resolve));
  }

  report(): LagReport {
    const nowMs = this.#clock.nowMs();
    const silenceMs = nowMs - this.#entryAtMs - TICK_INTERVAL_MS;
    const scoringMs = this.#unscoredSinceMs === null ? 0 : nowMs - this.#unscoredSinceMs;
    const lowerBound: LowerBoundReason[] = [];
    if (!this.caughtUp) lowerBound.push('counter-starting');
    else if (Math.max(this.#delayMs, silenceMs) > LAG_MS_MAX) lowerBound.push('counter-lag');
    if (scoringMs > LAG_MS_MAX) lowerBound.push('scorer-lag');
    if (nowMs - this.#infoAtMs > LAG_MS_MAX) lowerBound.push('log-unavailable');
    return { lagMs: Math.max(0, this.#delayMs, silenceMs, scoringMs), exact: lowerBound.length === 0, lowerBound };
  }
}
