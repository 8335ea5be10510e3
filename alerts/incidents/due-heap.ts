/** An incident that is to be looked at then. */
export interface Due {
  atMs: number;
  id: string;
}

/** What is due next, by time, then by id; adding and taking cost the logarithm of what is held. */
export class DueHeap {
  readonly #held: Due[] = [];

  get nextMs(): number {
    return this.#held[0]?.atMs ?? Infinity;
  }

  get first(): Due | undefined {
    return this.#held[0];
  }

  get size(): number {
    return this.#held.length;
  }

  add(due: Due): void {
    const held = this.#held;
    let at = held.length;
    held.push(due);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(due, held[above]!)) break;
      held[at] = held[above]!;
      at = above;
    }
    held[at] = due;
  }

  /** The next one, or undefined when none is due by then. */
  take(nowMs: number): Due | undefined {
    const held = this.#held;
    const [first] = held;
    if (first === undefined || first.atMs > nowMs) return undefined;
    const last = held.pop()!;
    if (held.length === 0) return first;
    let at = 0;
    for (let below = 1; below < held.length; below = 2 * at + 1) {
      if (below + 1 < held.length && isBefore(held[below + 1]!, held[below]!)) below += 1;
      if (!isBefore(held[below]!, last)) break;
      held[at] = held[below]!;
      at = below;
    }
    held[at] = last;
    return first;
  }

  clear(): void {
    this.#held.length = 0;
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.atMs !== b.atMs ? a.atMs < b.atMs : a.id < b.id;
}
