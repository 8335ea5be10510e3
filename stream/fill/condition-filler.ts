import type { Clock, Timers } from '../../core/clock.ts';
import type { HistoryFill } from '../../core/frame.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import type { CounterState } from '../counter/state.ts';
import { encodeScoredEntry } from '../frames/scored-entry.ts';
import type { AppendLog } from '../ports.ts';
import { sleep } from '../system-timers.ts';
import { hexId } from '../windows/hash.ts';
import { awaitedFills, type Awaited } from './awaited-fills.ts';
import { PartBuilder } from './build-parts.ts';
import { topicParts, type ReadHistory } from './topic-parts.ts';

export type { ReadHistory } from './topic-parts.ts';

const LOOK_INTERVAL_MS = 50;
const RETRY_DELAY_MS = 1_000;

export interface ConditionFillerParts {
  state: CounterState;
  scored: AppendLog;
  history: ReadHistory;
  /** True once every row of the entries before a sequence is in the store. */
  isStoredBefore(sequence: number): boolean;
  clock: Clock;
  timers: Timers;
  telemetry: Telemetry;
  /** Told of each failure; it is tried again. */
  onRetry(error: unknown): void;
}

/**
 * Gives new rules their past: reads from the store what was counted before them and appends it to the scored log, from where
 * the counter takes it like everything else. So a replay has the same windows at the same places, store or no store.
 *
 *   rule set ─► wait until everything before it is stored ─► read a page ─► parts onto the log ─► wait until counted ─► next page
 *
 * One fill after the other. A fill that a crash has cut short goes on from the place that the log has come to.
 */
export class ConditionFiller {
  readonly #parts: ConditionFillerParts;
  #isRunning = false;
  #isStopped = false;

  constructor(parts: ConditionFillerParts) {
    this.#parts = parts;
  }

  /** To be called after each counted entry once everything on the log is read back; returns at once. */
  look(): void {
    if (this.#isRunning || this.#isStopped || awaitedFills(this.#parts.state).length === 0) return;
    this.#isRunning = true;
    void this.#fillAll().finally(() => (this.#isRunning = false));
  }

  /** Appends nothing from now on, but for the part that is on its way. */
  stop(): void {
    this.#isStopped = true;
  }

  async #fillAll(): Promise<void> {
    for (let awaited = this.#first(); awaited !== undefined && !this.#isStopped; awaited = this.#first()) {
      try {
        await this.#fill(awaited);
      } catch (error) {
        if (this.#isStopped) return;
        this.#parts.onRetry(error);
        await sleep(this.#parts.timers, RETRY_DELAY_MS);
      }
    }
  }

  #first(): Awaited | undefined {
    return awaitedFills(this.#parts.state)[0];
  }

  /** One page of one fill. */
  async #fill(awaited: Awaited): Promise<void> {
    const { isStoredBefore } = this.#parts;
    const startedAtMs = this.#parts.clock.nowMs();
    await this.#until(() => isStoredBefore(awaited.sinceSequence) || !this.#isAwaited(awaited, awaited.place));
    if (this.#isStopped || !this.#isAwaited(awaited, awaited.place)) return;
    const { parts, items } = await this.#next(awaited);
    for (const part of parts) {
      if (this.#isStopped) return;
      await this.#append(part);
    }
    await this.#until(() => !this.#isAwaited(awaited, awaited.place));
    this.#parts.telemetry({ kind: 'history-filled', items, durationMs: this.#parts.clock.nowMs() - startedAtMs });
  }

  async #next(awaited: Awaited): Promise<{ parts: HistoryFill[]; items: number }> {
    const { history, timers } = this.#parts;
    if (awaited.topic !== undefined) return topicParts(history, { ...awaited, topic: awaited.topic }, timers);
    const { items, isLast } = await history.read(awaited, awaited.place);
    const builder = new PartBuilder(awaited, awaited.place);
    const parts = builder.add(items);
    const rest = builder.rest(isLast ? 'complete' : 'more');
    return { parts: rest === null ? parts : [...parts, rest], items: items.length };
  }

  /** A repeat of a part, or of a whole page after a lost acknowledgement, is passed over by the counter. */
  async #append(part: HistoryFill): Promise<void> {
    const { sinceSequence, groupBy, where, ruleId, after, through } = part;
    await this.#parts.scored.append(encodeScoredEntry(part), `fill-${hexId([sinceSequence, groupBy.join(), where, ruleId ?? '', after, through, this.#parts.clock.nowMs()])}`);
  }

  #isAwaited({ sinceSequence, groupBy, where, ruleId }: Awaited, place: string): boolean {
    return awaitedFills(this.#parts.state).some((each) => each.sinceSequence === sinceSequence && each.groupBy.join() === groupBy.join() && each.where === where && each.ruleId === ruleId && each.place === place);
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition() && !this.#isStopped) await sleep(this.#parts.timers, LOOK_INTERVAL_MS);
  }
}
