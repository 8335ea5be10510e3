import { concatMap, takeWhile } from 'rxjs';
import type { Timers } from '../../core/clock.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { createState, type CounterState } from '../counter/state.ts';
import { step } from '../counter/step.ts';
import type { DuplicateConfig } from '../duplicates/config.ts';
import { decodeScoredEntry } from '../frames/scored-entry.ts';
import type { Delivery, ReadLog } from '../ports.ts';
import { cutBatches, type Batch, type OpenBatch } from '../store/cut-batches.ts';
import { sleep } from '../system-timers.ts';

const ENTRIES_IN_FLIGHT_MAX = 64;

export interface PassParts {
  scored: ReadLog;
  latenessMaxMs: number;
  /** As the counter has it, so that rows put back say what they repeat; null where rows are only compared. */
  duplicates: DuplicateConfig | null;
  timers: Timers;
  /** Milliseconds on a clock that only goes forward. */
  monotonicMs(): number;
  /** So long it works, then it rests: the part of a core that it may take. */
  workMs: number;
  restMs: number;
}

/**
 * Goes through the scored log a second time, with the counter's own step on a state of its own, and hands on the batches of
 * rows that the sink makes of it. Rules change no row, so they are passed over, and no window is kept.
 */
export class LogPass {
  readonly #parts: PassParts;
  readonly #state: CounterState;
  #open: OpenBatch = null;
  #spentMs = 0;
  /** Sequence of the first entry that was read; 0 before one was. */
  firstSequence = 0;

  constructor(parts: PassParts) {
    this.#parts = parts;
    this.#state = createState({ latenessMaxMs: parts.latenessMaxMs, duplicates: parts.duplicates, boards: 'none' });
  }

  /** Goes on up to a sequence that stands on the log. Resolves early when `signal` is aborted. */
  async advance(toSequence: number, onBatch: (batch: Batch) => void | Promise<void>, signal?: AbortSignal): Promise<void> {
    if (this.#state.sequence >= toSequence) return;
    const entries = this.#parts.scored.read(this.#state.sequence + 1, ENTRIES_IN_FLIGHT_MAX).pipe(
      concatMap(async (delivery) => {
        await this.#take(delivery, onBatch);
        return delivery.entry.sequence;
      }),
      takeWhile((sequence) => sequence < toSequence && signal?.aborted !== true),
    );
    await new Promise<void>((resolve, reject) => entries.subscribe({ complete: resolve, error: reject }));
  }

  async #take({ entry, ack }: Delivery, onBatch: (batch: Batch) => void | Promise<void>): Promise<void> {
    const startedMs = this.#parts.monotonicMs();
    if (this.firstSequence === 0) this.firstSequence = entry.sequence;
    const rows = this.#rowsOf(entry);
    const { open, batch } = cutBatches(this.#open, { sequence: entry.sequence, timeMs: entry.timeMs, ...rows });
    this.#open = open;
    if (batch !== null) await onBatch(batch);
    this.#spentMs += this.#parts.monotonicMs() - startedMs;
    if (this.#spentMs >= this.#parts.workMs) {
      this.#spentMs = 0;
      await sleep(this.#parts.timers, this.#parts.restMs);
    }
    ack();
  }

  /** What cannot be decoded counts as a tick, as it does for the counter. */
  #rowsOf(entry: Delivery['entry']): { kind: ReturnType<typeof decodeScoredEntry>['kind']; rows: StoredItem[] } {
    const value = decode(entry.value);
    if (value.kind !== 'scored' && value.kind !== 'tick') {
      this.#state.sequence = entry.sequence;
      return { kind: value.kind, rows: [] };
    }
    return { kind: value.kind, rows: step(this.#state, { ...entry, value }).rows };
  }
}

function decode(bytes: Uint8Array): ReturnType<typeof decodeScoredEntry> {
  try {
    return decodeScoredEntry(bytes);
  } catch {
    return { kind: 'tick' };
  }
}
