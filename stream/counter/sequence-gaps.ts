/** `[from, to]`, both included. */
type Run = [from: number, to: number];

/**
 * Which sequences of the raw log have been counted: all up to the highest one, but for runs of missing ones. Scorers compete,
 * so frames come slightly out of order; a frame that was set aside as a dead letter may come days later, or never.
 */
export class SequenceGaps {
  readonly #missing: Run[];
  readonly #runsMax: number;
  #highest: number;
  /** Missing sequences given up because there were too many runs of them; they would be taken for repeats. */
  forgotten: number;

  constructor(runsMax: number, saved: SavedGaps = { highest: 0, missing: [], forgotten: 0 }) {
    this.#runsMax = runsMax;
    this.#highest = saved.highest;
    this.#missing = saved.missing.map(([from, to]) => [from, to]);
    this.forgotten = saved.forgotten;
  }

  /** True the first time a sequence is given, false for a repeat. */
  take(sequence: number): boolean {
    if (sequence > this.#highest) {
      if (sequence > this.#highest + 1) this.#missing.push([this.#highest + 1, sequence - 1]);
      this.#highest = sequence;
      if (this.#missing.length > this.#runsMax) this.#forgetOldest();
      return true;
    }
    const index = this.#missing.findIndex(([from, to]) => from <= sequence && sequence <= to);
    if (index < 0) return false;
    const [from, to] = this.#missing[index]!;
    const left: Run[] = [];
    if (from < sequence) left.push([from, sequence - 1]);
    if (sequence < to) left.push([sequence + 1, to]);
    this.#missing.splice(index, 1, ...left);
    if (this.#missing.length > this.#runsMax) this.#forgetOldest();
    return true;
  }

  save(): SavedGaps {
    return { highest: this.#highest, missing: this.#missing, forgotten: this.forgotten };
  }

  #forgetOldest(): void {
    const [from, to] = this.#missing.shift()!;
    this.forgotten += to - from + 1;
  }
}

export interface SavedGaps {
  highest: number;
  missing: Run[];
  forgotten: number;
}
