import type { Timers } from '../../core/clock.ts';
import type { CorrectionWatch } from './correction-watch.ts';

/** Where late items, labels and erasures were left off: the reader's own words. */
export type TouchedPlace = Record<string, string | number>;

/** Reads on from a place what came late, was labelled or erased, and says which alerts it touches. */
export interface TouchedReader {
  /** The place from which nothing was missed, where none is kept, and the alerts that may have been touched before it. Rejects while the store is away. */
  begin(): Promise<{ place: TouchedPlace; alertIds: string[] }>;
  /** `more`: there is more at once. Rejects while the store is away. */
  next(place: TouchedPlace): Promise<{ place: TouchedPlace; alertIds: string[]; more: boolean }>;
}

/** A place, and the alerts that were touched before it and are still to be counted again. */
export interface KeptPlace {
  place: TouchedPlace;
  waiting: string[];
}

export interface PlaceKeeper {
  /** Null where none is kept. */
  load(): Promise<KeptPlace | null>;
  save(kept: KeptPlace): Promise<void>;
}

export interface TouchedFollowerParts {
  reader: TouchedReader;
  keeper: PlaceKeeper;
  watch: Pick<CorrectionWatch, 'plan' | 'waiting'>;
  timers: Timers;
  warn(message: string): void;
}

const LOOK_EVERY_MS = 5_000;
/** A label is in the store about a second after it was given. */
const SOON_MS = 2_000;
/** While so many alerts wait to be counted again, nothing further is looked at: it is not lost, the place stays. */
const WAITING_MAX = 1_000;
/** Kept with the place; while more of them wait, the place before is kept. */
const WAITING_KEPT_MAX = 5_000;
const WARN_AFTER_FAILURES = 6;

/**
 * Follows what can change a number that was told. The place is kept, so what came while nobody watched is made up for: a restart goes on from there.
 */
export class TouchedFollower {
  readonly #parts: TouchedFollowerParts;
  #place: TouchedPlace | undefined;
  #saved = '';
  #failures = 0;
  #forget: (() => void) | undefined;
  #isLooking = false;
  #isStopped = false;

  constructor(parts: TouchedFollowerParts) {
    this.#parts = parts;
  }

  start(): void {
    void this.#look();
  }

  stop(): void {
    this.#isStopped = true;
    this.#forget?.();
  }

  /** Something was labelled or erased just now. */
  soon(): void {
    if (!this.#isLooking) this.#wake(SOON_MS);
  }

  #wake(delayMs: number): void {
    this.#forget?.();
    if (!this.#isStopped) this.#forget = this.#parts.timers.after(delayMs, () => void this.#look());
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    try {
      await this.#readOn();
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      if (this.#failures === WARN_AFTER_FAILURES) this.#parts.warn(`It cannot be looked at whether late feedback, labels or erasures change what was told; it is tried on: ${error instanceof Error ? error.message : 'for an unknown reason'}`);
    }
    this.#isLooking = false;
    this.#wake(LOOK_EVERY_MS);
  }

  async #readOn(): Promise<void> {
    const { reader, watch } = this.#parts;
    this.#place ??= await this.#begin();
    for (let more = true; more && !this.#isStopped && watch.waiting().length < WAITING_MAX;) {
      const read = await reader.next(this.#place);
      watch.plan(read.alertIds);
      this.#place = read.place;
      more = read.more;
      await this.#save();
    }
    await this.#save();
  }

  async #begin(): Promise<TouchedPlace> {
    const { reader, keeper, watch } = this.#parts;
    const kept = await keeper.load();
    if (kept !== null) {
      watch.plan(kept.waiting);
      return kept.place;
    }
    const { place, alertIds } = await reader.begin();
    watch.plan(alertIds);
    return place;
  }

  async #save(): Promise<void> {
    const { keeper, watch } = this.#parts;
    const waiting = watch.waiting();
    if (this.#place === undefined || waiting.length > WAITING_KEPT_MAX) return;
    const text = JSON.stringify([this.#place, waiting]);
    if (text === this.#saved) return;
    await keeper.save({ place: this.#place, waiting });
    this.#saved = text;
  }
}
