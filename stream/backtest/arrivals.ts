import { TocsinError } from '../../core/errors.ts';
import type { ScoredItem } from '../../core/frame.ts';

/** Items held back because they arrived later than the scan has come. */
const WAITING_ITEMS_MAX = 2_000_000;

/**
 * Puts items that are read in the order of event time into the order in which they arrived, without a sort of the whole
 * history: nothing arrives before it happened, so once the scan has come to a time, everything that arrived up to it is known.
 */
export class Arrivals {
  readonly #waitingMax: number;
  #waiting: ScoredItem[] = [];

  constructor(waitingMax = WAITING_ITEMS_MAX) {
    this.#waitingMax = waitingMax;
  }

  /**
   * `items`: the next ones by event time; later ones have an event time of at least `untilMs`. Answers what arrived before it.
   * @throws TocsinError `invalid_request` where more items arrived late than memory may hold
   */
  add(items: readonly ScoredItem[], untilMs: number): readonly ScoredItem[] {
    const sorted = inOrder(items) ? items : [...items].sort(byArrival);
    const arrived = split(sorted, untilMs);
    if (this.#waiting.length === 0 && arrived === sorted.length) return sorted;
    const waited = split(this.#waiting, untilMs);
    const due = merge(this.#waiting.slice(0, waited), sorted.slice(0, arrived));
    this.#waiting = merge(this.#waiting.slice(waited), sorted.slice(arrived));
    if (this.#waiting.length > this.#waitingMax) {
      throw new TocsinError('invalid_request', `More than ${this.#waitingMax} items arrived long after their event time, which is more than can be put in order of arrival. Run it in order of event time, as if each had arrived at once.`);
    }
    return due;
  }

  /** What is left at the end. */
  rest(): readonly ScoredItem[] {
    const rest = this.#waiting;
    this.#waiting = [];
    return rest;
  }
}

const byArrival = (a: ScoredItem, b: ScoredItem): number => a.item.receivedAtMs - b.item.receivedAtMs;

function inOrder(items: readonly ScoredItem[]): boolean {
  for (let at = 1; at < items.length; at++) if (items[at]!.item.receivedAtMs < items[at - 1]!.item.receivedAtMs) return false;
  return true;
}

/** How many arrived before a time. */
function split(sorted: readonly ScoredItem[], untilMs: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]!.item.receivedAtMs < untilMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Of equal times those of `first` come first. */
function merge(first: readonly ScoredItem[], second: readonly ScoredItem[]): ScoredItem[] {
  if (first.length === 0) return second as ScoredItem[];
  if (second.length === 0) return first as ScoredItem[];
  const merged: ScoredItem[] = new Array<ScoredItem>(first.length + second.length);
  let [left, right] = [0, 0];
  for (let at = 0; at < merged.length; at++) {
    const takesLeft = right >= second.length || (left < first.length && first[left]!.item.receivedAtMs <= second[right]!.item.receivedAtMs);
    merged[at] = takesLeft ? first[left++]! : second[right++]!;
  }
  return merged;
}
