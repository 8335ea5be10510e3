import type { Clock, Timers } from '../../core/clock.ts';
import { CHANNEL_WELL } from './delivery-state.ts';
import type { ChannelState } from './delivery-state.ts';
import type { PageResult } from './deliver-page.ts';

export interface ChannelLaneOptions {
  /** Pages under way at once; one while the channel does not answer. */
  concurrencyMax: number;
  /** Pages that wait in memory for their turn while pages leave at a good pace; further ones are turned away. */
  waitingMax: number;
  /** Pages that may wait while the channel does not answer, or slowly. */
  waitingWhileSlowMax: number;
  /** An attempt that is under way for longer makes the channel slow until it ends. */
  slowAfterMs: number;
  /** A page that is turned away is told to come back no later than this, by a channel that is well … */
  turnAwayMaxMs: number;
  /** … and by one that does not answer, where there is no use in asking soon. */
  turnAwayFailingMaxMs: number;
  clock: Clock;
  timers: Timers;
  /** Uniform in [0, 1). */
  random: () => number;
}

interface Waiting {
  alertId: string;
  run: () => Promise<PageResult>;
  resolve: (result: PageResult) => void;
}

/** Weight of the latest page in the moving average of how long one takes. */
const SERVICE_WEIGHT = 0.1;
const SERVICE_MS_MIN = 0.5;
const TURN_AWAY_MS_MIN = 20;
/** Pages are told to come back at this times the pace at which they leave: an average that is off then costs little. */
const EAGERNESS = 2;

/**
 * The way to one channel: bounded, first come first served, and one page of an alert at a time, so that a slow page
 * holds up the later pages of its own alert and nobody else's.
 *
 * While the channel is well, the lane may fill: the log then hands out less, and nothing is lost by waiting here. Once
 * it is slow or does not answer, all but a few that wait are turned away, to leave room for the pages of other channels.
 * A page that is turned away is told when to come back: one after the other at about the pace at which pages leave, so
 * that neither the lane runs dry nor the ones outside keep asking.
 */
export class ChannelLane {
  readonly health: ChannelState = { ...CHANNEL_WELL };
  readonly #options: ChannelLaneOptions;
  readonly #busyAlerts = new Set<string>();
  readonly #waiting: Waiting[] = [];
  #serviceMs = SERVICE_MS_MIN;
  /** Pages under way that take long. */
  readonly #slow = new Set<Waiting>();

  constructor(options: ChannelLaneOptions) {
    this.#options = options;
  }

  get depth(): number {
    return this.#waiting.length + this.#busyAlerts.size;
  }

  get depthMax(): number {
    return this.#options.waitingMax + this.#options.concurrencyMax;
  }

  /** Runs when it is the page's turn, and resolves to what came of it or when to come back. `run` must not reject. */
  enter(alertId: string, run: () => Promise<PageResult>): Promise<PageResult> {
    return new Promise((resolve) => {
      if (this.#waiting.length >= this.#room()) return resolve(this.#turnAway());
      this.#waiting.push({ alertId, run, resolve });
      this.#next();
    });
  }

  /** Turns away all that wait; those under way go on. */
  clear(): void {
    this.#keepWaiting(0);
  }

  #keepWaiting(most: number): void {
    for (const { resolve } of this.#waiting.splice(most)) resolve(this.#turnAway());
  }

  #room(): number {
    const { waitingMax, waitingWhileSlowMax } = this.#options;
    return this.#slow.size > 0 || this.health.failures > 0 ? waitingWhileSlowMax : waitingMax;
  }

  #turnAway(): PageResult {
    const { clock, random } = this.#options;
    const maxMs = this.health.failures > 0 ? this.#options.turnAwayFailingMaxMs : this.#options.turnAwayMaxMs;
    const nowMs = clock.nowMs();
    const paceMs = this.#serviceMs / this.#slots() / EAGERNESS;
    const freeAtMs = Math.max(this.health.busyUntilMs + paceMs, nowMs + this.#waiting.length * paceMs, nowMs + TURN_AWAY_MS_MIN);
    const latestMs = nowMs + maxMs;
    this.health.busyUntilMs = Math.min(freeAtMs, latestMs);
    // Past the latest time they would all come back at once.
    return { kind: 'waiting', untilMs: freeAtMs < latestMs ? freeAtMs : nowMs + maxMs * (0.5 + random() / 2) };
  }

  #next(): void {
    while (this.#busyAlerts.size < this.#slots()) {
      const place = this.#waiting.findIndex(({ alertId }) => !this.#busyAlerts.has(alertId));
      const [turn] = place < 0 ? [] : this.#waiting.splice(place, 1);
      if (turn === undefined) return;
      void this.#take(turn);
    }
  }

  async #take(turn: Waiting): Promise<void> {
    const { clock, timers, slowAfterMs } = this.#options;
    this.#busyAlerts.add(turn.alertId);
    const startedAtMs = clock.nowMs();
    const forgetWatch = timers.after(slowAfterMs, () => {
      this.#slow.add(turn);
      this.#keepWaiting(this.#room());
    });
    const result = await turn.run();
    forgetWatch();
    this.#slow.delete(turn);
    this.#busyAlerts.delete(turn.alertId);
    this.#serviceMs += (Math.max(SERVICE_MS_MIN, clock.nowMs() - startedAtMs) - this.#serviceMs) * SERVICE_WEIGHT;
    turn.resolve(result);
    this.#keepWaiting(this.#room());
    this.#next();
  }

  #slots(): number {
    return this.health.failures > 0 ? 1 : this.#options.concurrencyMax;
  }
}
