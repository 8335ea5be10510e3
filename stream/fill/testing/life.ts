import type { AlertEvent } from '../../../core/alert.ts';
import type { HistoryFill, ScoredEntry, ScoredItem } from '../../../core/frame.ts';
import type { StoredItem } from '../../../core/stored-item.ts';
import type { CounterConfig } from '../../counter/config.ts';
import { decodeState, encodeState } from '../../counter/encode-state.ts';
import { createState, type CounterState } from '../../counter/state.ts';
import { step } from '../../counter/step.ts';
import { HOUR_MS } from '../../counter/testing/entries.ts';
import { decodeScoredEntry, encodeScoredEntry } from '../../frames/scored-entry.ts';
import { systemTimers } from '../../system-timers.ts';
import { awaitedFills, type Awaited } from '../awaited-fills.ts';
import { PartBuilder } from '../build-parts.ts';
import { topicParts, type ReadHistory } from '../topic-parts.ts';

const ROWS_PER_PAGE = 7;

/** A counter, and a store that gives what it counted before. */
export class Life {
  state: CounterState;
  readonly events: AlertEvent[] = [];
  readonly rows: StoredItem[] = [];
  sequence = 0;
  #raw = 0;

  constructor(config: Partial<CounterConfig> = { fillWaitMaxMs: 24 * HOUR_MS, awayAfterMs: Infinity, boards: 'none' }) {
    this.state = createState(config);
  }

  feed(timeMs: number, value: ScoredEntry): void {
    const { rows, events } = step(this.state, { sequence: ++this.sequence, timeMs, value: decodeScoredEntry(encodeScoredEntry(value)) });
    this.rows.push(...rows);
    this.events.push(...events);
  }

  frame(timeMs: number, items: ScoredItem[]): void {
    this.feed(timeMs, items.length === 0 ? { kind: 'tick' } : { kind: 'scored', rawSequence: ++this.#raw, gatheredAtMs: timeMs, scoredAtMs: timeMs, model: 'm', items });
  }

  readonly history: ReadHistory = {
    read: async ({ keepAfterMs, upToMs, sinceSequence }, after) => {
      const items = this.rows.filter((row) => row.sequence < sinceSequence && row.createdAtMs > keepAfterMs && row.createdAtMs <= upToMs)
        .map(({ item, score, createdAtMs, sequence, index }) => ({ scored: { item: { ...item, createdAtMs }, score }, place: [createdAtMs, sequence, index].map((one) => String(one).padStart(15, '0')).join('.') }))
        .sort((a, b) => (a.place < b.place ? -1 : 1)).filter(({ place }) => place > after);
      return { items: items.slice(0, ROWS_PER_PAGE), isLast: items.length < ROWS_PER_PAGE };
    },
  };

  /** Parts of the next page of what is awaited. */
  async next(awaited: Awaited): Promise<HistoryFill[]> {
    if (awaited.topic !== undefined) return (await topicParts(this.history, { ...awaited, topic: awaited.topic }, systemTimers)).parts;
    const { items, isLast } = await this.history.read(awaited, awaited.place);
    const builder = new PartBuilder(awaited, awaited.place);
    const parts = builder.add(items);
    const rest = builder.rest(isLast ? 'complete' : 'more');
    return rest === null ? parts : [...parts, rest];
  }

  /** Fills all that is awaited; a repeat of each part, and a restart in the middle, change nothing. */
  async fill(timeMs: number, how: { repeats: boolean; restarts: boolean }): Promise<void> {
    for (let [awaited] = awaitedFills(this.state); awaited !== undefined; [awaited] = awaitedFills(this.state)) {
      for (const part of await this.next(awaited)) {
        this.feed(timeMs, part);
        if (how.repeats) this.feed(timeMs, part);
        if (how.restarts) this.state = decodeState(encodeState(this.state), { awayAfterMs: Infinity });
      }
    }
  }
}
