import type { Clock } from '../../core/clock.ts';
import type { LogEntry } from '../../core/frame.ts';
import type { TelemetryEvent } from '../../core/telemetry.ts';
import { decodeJson } from '../../stream/frames/record.ts';
import type { ReadLog } from '../../stream/ports.ts';
import { LogFollower } from '../list/log-follower.ts';
import type { TroubleReadings } from './trouble-watch.ts';

const DEAD_LETTERS_KEPT_MAX = 1_000;

export interface TroubleSources {
  clock: Clock;
  /** The fullest of the counter's groupings, by its fields. */
  fullestGrouping(): { about: string; keys: number; keysMax: number } | null;
  lagMs(): number;
  /** Counted rows that the store does not have yet. */
  unstoredRows(): number;
  /** For so long a dead letter counts as new, milliseconds. */
  deadLettersNewMs: number;
  /** The dead-letter log. */
  dead: Pick<ReadLog, 'read' | 'last'>;
  /** How full each log is, 0 to 1, by name. May reject. */
  logsFull(): Promise<{ log: string; share: number }[]>;
}

/** Gathers what the watch judges: what the flow tells as it goes, and what has to be asked. */
export class TroubleReader {
  readonly #sources: TroubleSources;
  #storeFailsSinceMs: number | null = null;
  /** Whether this process has stored anything. */
  #isStoreKnown = false;
  #snapshotFailures = 0;
  readonly #dead: LogFollower;
  #isDeadRead = false;
  /** When the latest letters were put aside, oldest first. */
  #deadAtMs: number[] = [];

  constructor(sources: TroubleSources) {
    this.#sources = sources;
    this.#dead = new LogFollower({ log: sources.dead, entriesMax: DEAD_LETTERS_KEPT_MAX, take: (entry) => this.#takeDead(entry) });
  }

  /** Idempotent. What the dead-letter log cannot tell yet is left out of readings. */
  start(): void {
    this.#dead.start().then(() => (this.#isDeadRead = true), () => undefined);
  }

  stop(): void {
    this.#dead.stop();
  }

  hear(event: TelemetryEvent): void {
    switch (event.kind) {
      case 'store-retried':
        this.#storeFailsSinceMs ??= this.#sources.clock.nowMs();
        return;
      case 'rows-stored':
        this.#storeFailsSinceMs = null;
        this.#isStoreKnown = true;
        return;
      case 'snapshot-failed':
        this.#snapshotFailures += 1;
        return;
      case 'snapshot-written':
        this.#snapshotFailures = 0;
    }
  }

  /** What cannot be asked is left out. */
  async read(): Promise<TroubleReadings> {
    const { clock, fullestGrouping, lagMs, unstoredRows } = this.#sources;
    if (!this.#isDeadRead) this.start();
    const full = await this.#fullestLog().catch(() => null);
    const grouping = fullestGrouping();
    const nowMs = clock.nowMs();
    return {
      'key-limit': grouping === null ? { level: 0, about: '' } : { level: (100 * grouping.keys) / grouping.keysMax, about: grouping.about },
      ...(this.#isDeadRead ? { 'dead-letters': { level: this.#newDeadLetters(nowMs), about: '' } } : {}),
      ...(full === null ? {} : { 'log-nearly-full': { level: 100 * full.share, about: full.log } }),
      ...(this.#storeFailsSinceMs === null && !this.#isStoreKnown && unstoredRows() > 0 ? {} : { 'store-away': { level: this.#storeFailsSinceMs === null ? 0 : Math.max(0, nowMs - this.#storeFailsSinceMs) / 1_000, about: '' } }),
      'snapshot-failing': { level: this.#snapshotFailures, about: '' },
      'lag': { level: lagMs() / 1_000, about: '' },
    };
  }

  #takeDead({ timeMs, value }: LogEntry<Uint8Array>): void {
    try {
      decodeJson('dead', value);
    } catch {
      // The mark of a replay.
      return;
    }
    this.#deadAtMs.push(timeMs);
    if (this.#deadAtMs.length > DEAD_LETTERS_KEPT_MAX) this.#deadAtMs.shift();
  }

  #newDeadLetters(nowMs: number): number {
    this.#deadAtMs = this.#deadAtMs.filter((atMs) => atMs > nowMs - this.#sources.deadLettersNewMs);
    return this.#deadAtMs.length;
  }

  async #fullestLog(): Promise<{ log: string; share: number } | null> {
    return (await this.#sources.logsFull()).reduce<{ log: string; share: number } | null>((fullest, each) => (fullest === null || each.share > fullest.share ? each : fullest), null);
  }
}
