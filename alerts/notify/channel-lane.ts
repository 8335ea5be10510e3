import { CHANNEL_WELL } from './delivery-state.ts';
import type { ChannelState } from './delivery-state.ts';
import type { PageResult } from './deliver-page.ts';

export interface ChannelLaneOptions {
  /** Pages under way at once; one while the channel does not answer. */
  concurrencyMax: number;
  /** Pages that wait in memory for their turn; further ones are sent back to the log. */
  waitingMax: number;
}

interface Waiting {
  alertId: string;
  run: () => Promise<PageResult>;
  resolve: (result: PageResult | 'full') => void;
}

/**
 * The way to one channel: bounded, first come first served, and one page of an alert at a time, so that a slow page
 * holds up the later pages of its own alert and nobody else's.
 */
export class ChannelLane {
  readonly health: ChannelState = { ...CHANNEL_WELL };
  readonly #options: ChannelLaneOptions;
  readonly #busyAlerts = new Set<string>();
  #waiting: Waiting[] = [];

  constructor(options: ChannelLaneOptions) {
    this.#options = options;
  }

  get depth(): number {
    return this.#waiting.length + this.#busyAlerts.size;
  }

  get depthMax(): number {
    return this.#options.waitingMax + this.#options.concurrencyMax;
  }

  /** Runs when it is the page's turn; `full` at once when too many wait. `run` must not reject. */
  enter(alertId: string, run: () => Promise<PageResult>): Promise<PageResult | 'full'> {
    return new Promise((resolve) => {
      if (this.#waiting.length >= this.#options.waitingMax) return resolve('full');
      this.#waiting.push({ alertId, run, resolve });
      this.#next();
    });
  }

  /** Answers `full` to all that wait; those under way go on. */
  clear(): void {
    for (const { resolve } of this.#waiting) resolve('full');
    this.#waiting = [];
  }

  #next(): void {
    while (this.#busyAlerts.size < this.#slots()) {
      const place = this.#waiting.findIndex(({ alertId }) => !this.#busyAlerts.has(alertId));
      const [turn] = place < 0 ? [] : this.#waiting.splice(place, 1);
      if (turn === undefined) return;
      this.#busyAlerts.add(turn.alertId);
      void turn.run().then((result) => {
        this.#busyAlerts.delete(turn.alertId);
        turn.resolve(result);
        this.#next();
      });
    }
  }

  #slots(): number {
    return this.health.failures > 0 ? 1 : this.#options.concurrencyMax;
  }
}
