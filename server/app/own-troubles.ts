import { TroubleReader } from '../../alerts/troubles/read-troubles.ts';
import { DEAD_LETTERS_NEW_MS, TROUBLE_POLICIES } from '../../alerts/troubles/trouble-policies.ts';
import { TroubleWatch } from '../../alerts/troubles/trouble-watch.ts';
import { DEFAULT_WORKSPACE } from '../../core/feedback.ts';
import type { OpenAlert } from '../../core/live.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import type { CounterFlow } from '../../stream/counter-flow.ts';
import { fullestGrouping } from '../../stream/counter/fullest-grouping.ts';
import type { CounterState } from '../../stream/counter/state.ts';
import { LOG_NAMES, type Bus } from '../../stream/ports.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import type { AppContext } from './app-context.ts';

const LOOK_EVERY_MS = 5_000;

interface Watched {
  flow: CounterFlow;
  state: CounterState;
}

/** Watches over this server beside the counter, of which there is one: key limits, dead letters, full logs, an absent store, failing snapshots, lag. */
export class OwnTroubles {
  /** The counter's own, which is listened to on its way. */
  readonly telemetry: Telemetry;
  readonly #reader: TroubleReader;
  readonly #watch: TroubleWatch;
  #watched: Watched | undefined;

  constructor({ settings, clock, metrics }: AppContext, bus: Bus) {
    this.#reader = new TroubleReader({
      clock,
      fullestGrouping: () => (this.#watched === undefined ? null : fullestGrouping(this.#watched.state)),
      lagMs: () => this.#watched?.flow.lag.lagMs ?? 0,
      unstoredRows: () => this.#watched?.flow.unstoredRows ?? 0,
      deadLettersNewMs: DEAD_LETTERS_NEW_MS,
      dead: bus.log('dead'),
      logsFull: () => howFull(bus),
    });
    this.telemetry = (event) => {
      metrics.telemetry(event);
      this.#reader.hear(event);
    };
    this.#watch = new TroubleWatch({
      alerts: bus.log('alerts'),
      publish: (event) => this.#watched!.flow.publishBeside(event),
      read: () => this.#reader.read(),
      policies: TROUBLE_POLICIES,
      workspace: DEFAULT_WORKSPACE,
      notify: settings.TOCSIN_TROUBLE_NOTIFY,
      everyMs: LOOK_EVERY_MS,
      clock,
      timers: systemTimers,
    });
  }

  /** Once the counter has caught up. */
  start(watched: Watched): void {
    this.#watched = watched;
    this.#watch.start();
  }

  stop(): void {
    this.#watch.stop();
    this.#reader.stop();
  }

  openAlerts(workspace: string): OpenAlert[] {
    return this.#watch.openAlerts(workspace);
  }

  isOpen(alertId: string): boolean {
    return this.#watch.isOpen(alertId);
  }
}

async function howFull(bus: Bus): Promise<{ log: string; share: number }[]> {
  return await Promise.all(LOG_NAMES.map(async (log) => {
    const { bytes, bytesMax } = await bus.log(log).info();
    return { log, share: bytesMax === undefined ? 0 : bytes / bytesMax };
  }));
}
