import { Subscription } from 'rxjs';
import type { AlertEvent, PlacelessEvent } from '../../core/alert.ts';
import type { Clock, Timers } from '../../core/clock.ts';
import type { OpenAlert } from '../../core/live.ts';
import { TROUBLES, troubleOf, troubleRuleId, type Trouble } from '../../core/trouble.ts';
import { decodeJson } from '../../stream/frames/record.ts';
import type { ReadLog } from '../../stream/ports.ts';
import { LogFollower } from '../list/log-follower.ts';
import { decideTrouble, NO_TROUBLE, type TroubleState } from './decide-trouble.ts';
import { beginTrouble, endedEvent, openedEvent, type OpenTrouble } from './trouble-event.ts';
import type { TroublePolicies } from './trouble-policies.ts';
import { TROUBLE_TITLES } from './trouble-words.ts';

/** How much of a trouble there is, in its own unit; absent where nobody can tell now. */
export type TroubleReadings = Partial<Record<Trouble, { level: number; about: string }>>;

export interface TroubleWatchOptions {
  alerts: Pick<ReadLog, 'read' | 'last'>;
  /** Resolves when the event is durable on the alert log. */
  publish(event: PlacelessEvent): Promise<void>;
  /** Looks at everything. May reject: then nothing is known. */
  read(): Promise<TroubleReadings>;
  policies: TroublePolicies;
  /** Alerts belong to one workspace. */
  workspace: string;
  notify: readonly string[];
  everyMs: number;
  clock: Clock;
  timers: Timers;
}

const RETRY_MS = 1_000;

/**
 * Looks at Tocsin itself every so often and tells people over the way that all alerts take: alert log, incident desk, notifier.
 * Which of its alerts are open stands on the alert log and nowhere else, so that a restart opens none twice and ends those that are over.
 */
export class TroubleWatch {
  readonly #options: TroubleWatchOptions;
  readonly #states = new Map<Trouble, TroubleState>();
  readonly #open = new Map<Trouble, OpenTrouble>();
  readonly #running = new Subscription();
  #isStopped = false;

  constructor(options: TroubleWatchOptions) {
    this.#options = options;
  }

  /** Idempotent in effect; returns at once and begins to judge when the alert log is read back. */
  start(): void {
    this.#readBack().then(() => this.#again(), () => this.#after(RETRY_MS, () => this.start()));
  }

  stop(): void {
    this.#isStopped = true;
    this.#running.unsubscribe();
  }

  /** As a board lists alerts. */
  openAlerts(workspace: string): OpenAlert[] {
    const { policies } = this.#options;
    if (workspace !== this.#options.workspace) return [];
    return [...this.#open].map(([trouble, { alertId, openedAtMs, level, about }]) => ({
      alertId, ruleId: troubleRuleId(trouble), title: TROUBLE_TITLES[trouble], group: {}, severity: policies[trouble].severity, count: Math.floor(level),
      measure: { kind: 'trouble', trouble, about }, fireAt: policies[trouble].openAt, windowMs: Math.max(60_000, policies[trouble].openAfterMs), openedAtMs, endsAtMs: null,
    }));
  }

  isOpen(alertId: string): boolean {
    return [...this.#open.values()].some((open) => open.alertId === alertId);
  }

  async #readBack(): Promise<void> {
    this.#open.clear();
    const follower = new LogFollower({ log: this.#options.alerts, take: ({ value }) => this.#remember(value) });
    this.#running.add(() => follower.stop());
    await follower.start();
    follower.stop();
    for (const trouble of this.#open.keys()) this.#states.set(trouble, { ...NO_TROUBLE, isOpen: true });
  }

  #remember(bytes: Uint8Array): void {
    let event: AlertEvent;
    try {
      event = decodeJson('alert', bytes);
    } catch {
      return;
    }
    const trouble = troubleOf(event.ruleId);
    if (trouble === undefined) return;
    if (event.kind === 'resolved') return void this.#open.delete(trouble);
    const { alertId, atMs, count, measure } = event;
    this.#open.set(trouble, { alertId, openedAtMs: atMs, level: count, peak: count, about: measure?.kind === 'trouble' ? measure.about : '' });
  }

  #after(delayMs: number, act: () => void): void {
    if (!this.#isStopped) this.#running.add(this.#options.timers.after(delayMs, act));
  }

  #again(): void {
    this.#after(this.#options.everyMs, () => void this.#look().catch(() => undefined).then(() => this.#again()));
  }

  async #look(): Promise<void> {
    const readings = await this.#options.read();
    for (const trouble of TROUBLES) if (!this.#isStopped) await this.#judge(trouble, readings[trouble] ?? null);
  }

  async #judge(trouble: Trouble, reading: { level: number; about: string } | null): Promise<void> {
    const { policies, clock, publish, workspace, notify } = this.#options;
    const [policy, nowMs] = [policies[trouble], clock.nowMs()];
    const { decision, state } = decideTrouble(this.#states.get(trouble) ?? NO_TROUBLE, reading?.level ?? null, policy, nowMs);
    const known = this.#open.get(trouble);
    switch (decision.action) {
      case 'open': {
        const open = beginTrouble(trouble, { level: reading?.level ?? 0, about: reading?.about ?? '', nowMs });
        await publish(openedEvent({ trouble, open, workspace, notify, policy, nowMs }));
        this.#open.set(trouble, open);
        break;
      }
      case 'end':
        if (known !== undefined) await publish(endedEvent({ trouble, open: { ...known, level: reading?.level ?? 0 }, workspace, notify, policy, nowMs }));
        this.#open.delete(trouble);
        break;
      case 'none':
        if (known !== undefined && reading !== null) this.#open.set(trouble, { ...known, level: reading.level, peak: Math.max(known.peak, Math.floor(reading.level)) });
    }
    // Only now: what could not be told is told at the next look.
    this.#states.set(trouble, state);
  }
}
