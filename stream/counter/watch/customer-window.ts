/**
 * The customers of one group with the time of each one's latest item: how many of them have an item in the window, as it slides, at
 * O(log n) an item. Items without a customer are not told apart and do not count.
 */
export class CustomerWindow {
  readonly #latestMs = new Map<number, number>();
  /** A heap of customers by the time that was the latest when they were put there; the oldest first. One entry each. */
  readonly #times: number[] = [];
  readonly #customers: number[] = [];

  add(customer: number, ms: number): void {
    if (customer === 0) return;
    const known = this.#latestMs.get(customer);
    if (known !== undefined && known >= ms) return;
    this.#latestMs.set(customer, ms);
    if (known === undefined) this.#push(ms, customer);
  }

  /** Customers with an item later than `afterMs`; the others leave for good. */
  count(afterMs: number): number {
    while (this.#times.length > 0 && this.#times[0]! <= afterMs) {
      const customer = this.#customers[0]!;
      const latestMs = this.#latestMs.get(customer)!;
      this.#pop();
      if (latestMs <= afterMs) this.#latestMs.delete(customer);
      else this.#push(latestMs, customer);
    }
    return this.#latestMs.size;
  }

  /** Time of the latest item of the n-th customer, the one with the newest item being the first; null where there are fewer. */
  nthNewestMs(n: number): number | null {
    if (n > this.#latestMs.size) return null;
    return [...this.#latestMs.values()].sort((a, b) => b - a)[n - 1]!;
  }

  #push(ms: number, customer: number): void {
    let at = this.#times.push(ms) - 1;
    this.#customers.push(customer);
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (this.#times[parent]! <= ms) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #pop(): void {
    const last = this.#times.length - 1;
    this.#swap(0, last);
    this.#times.pop();
    this.#customers.pop();
    for (let at = 0, child = 1; child < last; child = 2 * at + 1) {
      if (child + 1 < last && this.#times[child + 1]! < this.#times[child]!) child++;
      if (this.#times[at]! <= this.#times[child]!) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #swap(a: number, b: number): void {
    [this.#times[a], this.#times[b]] = [this.#times[b]!, this.#times[a]!];
    [this.#customers[a], this.#customers[b]] = [this.#customers[b]!, this.#customers[a]!];
  }
}
