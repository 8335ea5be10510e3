import type { Clock, Timers } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import { decideBacklog, NO_BACKLOG, type BacklogLook, type BacklogReason, type BacklogState } from '../admission/decide-backlog.ts';

/** What comes after the raw log, and after the scored one. */
export type BacklogStage = 'scoring' | 'counting';

export interface BacklogOptions {
  stage: BacklogStage;
  /** The log before the stage; rejects where it is not known. */
  look(): Promise<Omit<BacklogLook, 'atMs'>>;
  /** How long the stage may need for what waits; 0: however long. */
  limitMs: number;
  clock: Clock;
  telemetry: Telemetry;
  timers?: Timers;
}

const LOOK_EVERY_MS: Record<BacklogStage, number> = {
  scoring: 200,
  // Another role is asked, which asks the logs in turn.
  counting: 500,
};
const QUEUE: Record<BacklogStage, string> = { scoring: 'unscored-seconds', counting: 'uncounted-seconds' };
const REFUSAL: Record<BacklogStage, string> = {
  scoring: 'More feedback waits for its score than can be scored in time; send this again in a moment.',
  counting: 'More feedback waits to be counted than can be counted in time; send this again in a moment.',
};

/** Looks at what waits before a stage a few times a second, so that the gateway refuses what would wait too long. */
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

  /** @throws TocsinError `overloaded` while too much waits for the stage */
  assertKeepingUp(): void {
    if (this.#reason === 'behind') throw new TocsinError('overloaded', REFUSAL[this.#options.stage], { retryable: true });
  }

  async #look(): Promise<void> {
    if (!this.#isRunning) return;
    const { stage, look, limitMs, clock, telemetry } = this.#options;
    const seen = await look().catch(() => null);
    if (!this.#isRunning) return;
    if (seen === null) {
      // Nothing is known then. A log that does not answer takes nothing either: the append says so.
      [this.#state, this.#reason] = [NO_BACKLOG, 'away'];
    } else {
      const { state, reason, drainMs } = decideBacklog(this.#state, { atMs: clock.nowMs(), ...seen }, limitMs);
      this.#state = state;
      this.#reason = reason;
      if (drainMs !== null) telemetry({ kind: 'queue-depth', queue: QUEUE[stage], depth: Math.round(drainMs / 100) / 10, limit: limitMs / 1_000 });
    }
    this.#timers.after(LOOK_EVERY_MS[stage], () => void this.#look());
  }
}
