/** How long counted rows wait until they are stored, a batch at a time. Bounded by what the sink holds. */
export class StoredAfter {
  /** Entries with rows that are not stored yet, in log order. */
  readonly #waiting: { sequence: number; countedAtMs: number }[] = [];

  counted(sequence: number, countedAtMs: number): void {
    this.#waiting.push({ sequence, countedAtMs });
  }

  /** Everything up to this sequence is stored. Answers how long its oldest entry waited; undefined when none did. */
  stored(lastSequence: number, storedAtMs: number): number | undefined {
    const oldest = this.#waiting[0];
    if (oldest === undefined || oldest.sequence > lastSequence) return undefined;
    const after = this.#waiting.findIndex(({ sequence }) => sequence > lastSequence);
    this.#waiting.splice(0, after < 0 ? this.#waiting.length : after);
    return Math.max(0, storedAtMs - oldest.countedAtMs);
  }
}
