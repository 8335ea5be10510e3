import type { Clock, Timers } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import { decideBacklog, NO_BACKLOG, type BacklogLook, type BacklogReason, type BacklogState } from '../admission/decide-backlog.ts';

/** What comes after the raw log, and after the scored one. */
export type BacklogStage = 'scoring' | 'counting';

export interface IntakeSize {
  taken: number;
  waiting: number;
}

export interface BacklogOptions {
  stage: BacklogStage;
  /** The log before the stage; rejects where it is not known. */
  look(): Promise<Omit<BacklogLook, 'atMs'>>;
  /** How long an item may wait, before all stages; 0: however long. */
  limitMs: number;
  /** How long other stages need for what waits before them, milliseconds: an item waits there as well. */
  besideMs?(): number;
  /** Size of all that this gateway has taken since it runs, and of what of it is not on the log yet, in the unit of the looks. Absent: what it takes between two looks is not counted. */
  intake?(): IntakeSize;
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

const NO_INTAKE: IntakeSize = { taken: 0, waiting: 0 };
/** Bytes. A stage that hung showed no speed: with so much at each look, some 4,000 items, it can show another one. */
const ROOM_MIN = 1_000_000;

/** However long other stages need, this much of the limit is left to each. */
const SHARE_MIN = 0.25;

/** Looks at what waits before a stage a few times a second, so that the gateway refuses what would wait too long. */
export class BacklogWatch {
  readonly #options: BacklogOptions;
  readonly #timers: Timers;
  #state: BacklogState = NO_BACKLOG;
  #reason: BacklogReason = 'keeping-up';
  #drainMs = 0;
  /** Up to which of `intake().taken` the stage does all within the limit. */
  #takenMax = Infinity;
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

  /** How long the stage needs for what waits before it, as of the last look; 0 where that is not known. */
  get drainMs(): number {
    return this.#drainMs;
  }

  /** @throws TocsinError `overloaded` while too much waits for the stage */
  assertKeepingUp(): void {
    const isFull = this.#takenMax < (this.#options.intake?.().taken ?? 0);
    if (this.#reason === 'behind' || isFull) throw new TocsinError('overloaded', REFUSAL[this.#options.stage], { retryable: true });
  }

  async #look(): Promise<void> {
    if (!this.#isRunning) return;
    const { stage, look, limitMs, besideMs = () => 0, intake = () => NO_INTAKE, clock, telemetry } = this.#options;
    const { taken, waiting } = intake();
    const seen = await look().catch(() => null);
    if (!this.#isRunning) return;
    if (seen === null) {
      // Nothing is known then. A log that does not answer takes nothing either: the append says so.
      [this.#state, this.#reason, this.#drainMs, this.#takenMax] = [NO_BACKLOG, 'away', 0, Infinity];
    } else {
      const leftMs = Math.max(limitMs * SHARE_MIN, limitMs - besideMs());
      const { state, reason, drainMs, room } = decideBacklog(this.#state, { atMs: clock.nowMs(), ...seen }, leftMs);
      [this.#state, this.#reason, this.#drainMs] = [state, reason, drainMs ?? 0];
      this.#takenMax = room === null ? Infinity : taken - waiting + Math.max(room, ROOM_MIN);
      if (drainMs !== null) telemetry({ kind: 'queue-depth', queue: QUEUE[stage], depth: Math.round(drainMs / 100) / 10, limit: limitMs / 1_000 });
    }
    this.#timers.after(LOOK_EVERY_MS[stage], () => void this.#look());
  }
}
