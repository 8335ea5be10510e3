import { setTimeout as sleep } from 'node:timers/promises';
import type { Marker, SeenAt } from './marker.ts';

export interface MarkerQuestionsParts {
  where: Extract<SeenAt, 'counts' | 'store'>;
  /** By what a marker is found in the answer. */
  nameOf(marker: Marker): string;
  /** Asks for a marker; the answer may name others as well. Null where there was none. */
  ask(marker: Marker): Promise<string | null>;
  nowMs?(): number;
  sleep?(ms: number): Promise<void>;
}

/**
 * Of the time that a marker has waited, how much passes until it is asked for again. What is told as the time at which it was seen is late by
 * no more, and a marker that waits for long costs the server few questions: asked for each hundredth of a second, markers that were 4 s from
 * the store kept it busier than the load.
 */
const PAUSE_SHARE = 0.1;
const PAUSE_MS_MIN = 10;
const PAUSE_MS_MAX = 500;
const SEEN_WITHIN_MS = 120_000;

/** Asks for markers where nothing is pushed: one question at a time, for the one that has waited longest. */
export class MarkerQuestions {
  readonly #parts: MarkerQuestionsParts;
  readonly #nowMs: () => number;
  readonly #sleep: (ms: number) => Promise<unknown>;
  #waiting: Marker[] = [];
  #asking: Promise<void> | undefined;

  constructor(parts: MarkerQuestionsParts) {
    this.#parts = parts;
    this.#nowMs = parts.nowMs ?? Date.now;
    this.#sleep = parts.sleep ?? sleep;
  }

  /** Asks for it until it is seen, two minutes at most. */
  add(marker: Marker): void {
    this.#waiting.push(marker);
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
  }

  /** Resolves when none waits any more. */
  async done(): Promise<void> {
    await this.#asking;
  }

  async #ask(): Promise<void> {
    const { where, nameOf, ask } = this.#parts;
    for (let [oldest] = this.#waiting; oldest !== undefined; [oldest] = this.#waiting) {
      const answer = await ask(oldest);
      const nowMs = this.#nowMs();
      const before = this.#waiting.length;
      this.#waiting = this.#waiting.filter((marker) => {
        if (answer?.includes(nameOf(marker)) !== true) return nowMs - marker.sentAtMs < SEEN_WITHIN_MS;
        marker.seenAtMs[where] = nowMs;
        return false;
      });
      if (this.#waiting.length === before) await this.#sleep(Math.min(PAUSE_MS_MAX, Math.max(PAUSE_MS_MIN, (nowMs - oldest.sentAtMs) * PAUSE_SHARE)));
    }
  }
}
