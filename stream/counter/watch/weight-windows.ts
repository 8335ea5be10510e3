/** Probabilities are held in thousandths, so that a sum does not depend on the order in which they came and went. */
const UNIT = 1_000;
/** Gone items at the front of a list are given back when they are this many and half of it. */
const GONE_MAX = 64;

interface WeightList {
  timesMs: number[];
  thousandths: number[];
  /** Place of the oldest item inside the window. */
  first: number;
  /** Of the items inside, in thousandths. */
  sum: number;
  /** Event time of the item with which the sum last fell below the limit; −1 before that. */
  fellWithMs: number;
}

export type SavedWeights = readonly [key: number, timesMs: readonly number[], thousandths: readonly number[], fellWithMs: number];

/** For each group the probabilities of its items in order of event time, and their sum over one window as it slides. */
export class WeightWindows {
  readonly #lists = new Map<number, WeightList>();

  constructor(saved: readonly SavedWeights[] = []) {
    for (const [key, timesMs, thousandths, fellWithMs] of saved) {
      this.#lists.set(key, { timesMs: [...timesMs], thousandths: [...thousandths], first: 0, sum: thousandths.reduce((all, one) => all + one, 0), fellWithMs });
    }
  }

  add(key: number, ms: number, probability: number, afterMs: number): void {
    if (ms <= afterMs) return;
    let list = this.#lists.get(key);
    if (list === undefined) this.#lists.set(key, (list = { timesMs: [], thousandths: [], first: 0, sum: 0, fellWithMs: -1 }));
    const { timesMs, thousandths } = list;
    let at = timesMs.length;
    while (at > list.first && timesMs[at - 1]! > ms) at--;
    const weight = Math.round(probability * UNIT);
    timesMs.splice(at, 0, ms);
    thousandths.splice(at, 0, weight);
    list.sum += weight;
  }

  /** Sum of the probabilities of items later than `afterMs`, and how many they are; the others leave for good. */
  read(key: number, afterMs: number, limit: number): { sum: number; items: number } {
    const list = this.#lists.get(key);
    if (list === undefined) return { sum: 0, items: 0 };
    const needed = limit * UNIT;
    while (list.first < list.timesMs.length && list.timesMs[list.first]! <= afterMs) {
      const before = list.sum;
      list.sum -= list.thousandths[list.first]!;
      if (before >= needed && list.sum < needed) list.fellWithMs = list.timesMs[list.first]!;
      list.first++;
    }
    if (list.first > GONE_MAX && list.first * 2 > list.timesMs.length) {
      list.timesMs.splice(0, list.first);
      list.thousandths.splice(0, list.first);
      list.first = 0;
    }
    if (list.first === list.timesMs.length) {
      list.timesMs.length = list.thousandths.length = list.first = 0;
      if (list.fellWithMs < 0) this.#lists.delete(key);
    }
    return { sum: list.sum / UNIT, items: list.timesMs.length - list.first };
  }

  /** Event time of the item with whose leaving the sum falls below a number, or fell below the limit where it is below; null where it never was above. */
  lastHolding(key: number, atLeast: number): number | null {
    const list = this.#lists.get(key);
    let left = list?.sum ?? 0;
    const needed = atLeast * UNIT;
    if (list === undefined) return null;
    if (left < needed) return list.fellWithMs < 0 ? null : list.fellWithMs;
    for (let at = list.first; at < list.timesMs.length; at++) {
      left -= list.thousandths[at]!;
      if (left < needed) return list.timesMs[at]!;
    }
    return null;
  }

  /** The items later than `afterMs`, oldest first, with their probabilities. Changes nothing. */
  inside(key: number, afterMs: number): { timesMs: number[]; weights: number[] } {
    const { timesMs = [], thousandths = [], first = 0 } = this.#lists.get(key) ?? {};
    const from = timesMs.findIndex((ms, at) => at >= first && ms > afterMs);
    return from < 0 ? { timesMs: [], weights: [] } : { timesMs: timesMs.slice(from), weights: thousandths.slice(from).map((one) => one / UNIT) };
  }

  /** Lets go of items that have left the window, of every group: a longer one gets them from the store. */
  trim(afterMs: number, limit: number): void {
    for (const key of [...this.#lists.keys()]) this.read(key, afterMs, limit);
  }

  forget(key: number): void {
    this.#lists.delete(key);
  }

  save(): SavedWeights[] {
    return Array.from(this.#lists, ([key, { timesMs, thousandths, first, fellWithMs }]): SavedWeights => [key, timesMs.slice(first), thousandths.slice(first), fellWithMs]);
  }
}
