import { concat, Observable, of, Subject } from 'rxjs';
import type { KeyValue } from '../ports.ts';
import { busUnavailable, invalidKey } from './bus-errors.ts';
import { isKey } from './subject-match.ts';

/** One bucket of the in-memory bus. */
export class MemoryKeyValue implements KeyValue {
  readonly #isUp: () => boolean;
  readonly #values = new Map<string, string>();
  readonly #changes = new Subject<void>();

  constructor(isUp: () => boolean) {
    this.#isUp = isUp;
  }

  async entries(): Promise<Map<string, string>> {
    this.#expectUp();
    return new Map(this.#values);
  }

  async put(key: string, value: string): Promise<void> {
    if (!isKey(key)) throw invalidKey(key);
    this.#expectUp();
    this.#values.set(key, value);
    queueMicrotask(() => this.#changes.next());
  }

  async create(key: string, value: string): Promise<boolean> {
    if (!isKey(key)) throw invalidKey(key);
    this.#expectUp();
    if (this.#values.has(key)) return false;
    await this.put(key, value);
    return true;
  }

  async delete(key: string): Promise<void> {
    if (!isKey(key)) throw invalidKey(key);
    this.#expectUp();
    if (this.#values.delete(key)) queueMicrotask(() => this.#changes.next());
  }

  changes(): Observable<void> {
    return concat(of(undefined), this.#changes);
  }

  #expectUp(): void {
    if (!this.#isUp()) throw busUnavailable('The key-value store');
  }
}
