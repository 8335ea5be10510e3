import type { Clock, Timers } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import type { LogInfo } from '../../stream/ports.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import { decideBacklog, NO_BACKLOG, type BacklogReason, type BacklogState } from '../admission/decide-backlog.ts';

export interface BacklogOptions {
  /** The log of what is not scored yet. */
  log: { info(): Promise<Pick<LogInfo, 'entries' | 'lastSequence'>> };
  /** How long the scorers may need for what waits; 0: however long. */
  limitMs: number;
  clock: Clock;
  telemetry: Telemetry;
  timers?: Timers;
}

const LOOK_EVERY_MS = 200;

/** Looks at the raw log a few times a second, so that the gateway refuses what would wait too long for a score. */
export class BacklogWatch {
  readonly #options: BacklogOptions;
  readonly #timers: Timers;
  #state: BacklogState = NO_BACKLOG;
  #reason: BacklogReason = 'keeping-up';
  #isRunning = false;

  constructor(options: BacklogOptions) {
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
  }

  start(): void {
    if (this.#isRunning || this.#options.limitMs === 0) return;
    this.#isRunning = true;
    void this.#look();
  }

  stop(): void {
    this.#isRunning = false;
  }

  /** @throws TocsinError `overloaded` while too much waits for the scorers */
  assertKeepingUp(): void {
    if (this.#reason === 'behind') throw new TocsinError('overloaded', 'More feedback waits for its score than can be scored in time; send this again in a moment.', { retryable: true });
  }

  async #look(): Promise<void> {
    if (!this.#isRunning) return;
    const { log, limitMs, clock, telemetry } = this.#options;
    // A log that does not answer takes nothing either: the append says so.
    const info = await log.info().catch(() => null);
    if (!this.#isRunning) return;
    if (info !== null) {
      const { state, reason, drainMs } = decideBacklog(this.#state, { atMs: clock.nowMs(), frames: info.entries, appended: info.lastSequence }, limitMs);
      this.#state = state;
      this.#reason = reason;
      if (drainMs !== null) telemetry({ kind: 'queue-depth', queue: 'unscored-seconds', depth: Math.round(drainMs / 100) / 10, limit: limitMs / 1_000 });
    }
    this.#timers.after(LOOK_EVERY_MS, () => void this.#look());
  }
}
