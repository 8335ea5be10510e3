import { TocsinError } from '../../core/errors.ts';
import type { SnapshotStore, StoredSnapshot } from '../ports.ts';
import { busUnavailable, invalidKey, noSnapshot, snapshotsFull } from './bus-errors.ts';
import { isKey } from './subject-match.ts';

export interface SnapshotFaults {
  /** The next puts take this many chunks each and then reject. */
  failPuts(count: number, afterChunks: number, error?: TocsinError): void;
  /** Changes what is kept under a name, behind everybody's back. */
  damage(name: string, change: (bytes: Uint8Array) => Uint8Array): void;
}

/** The in-memory double of NatsSnapshots. */
export class MemorySnapshots implements SnapshotStore {
  readonly faults: SnapshotFaults;
  readonly #isUp: () => boolean;
  readonly #values = new Map<string, Uint8Array[]>();
  #failures: { afterChunks: number; error: TocsinError }[] = [];

  constructor(isUp: () => boolean = () => true) {
    this.#isUp = isUp;
    this.faults = {
      failPuts: (count, afterChunks, error = snapshotsFull()) => {
        this.#failures.push(...Array.from({ length: count }, () => ({ afterChunks, error })));
      },
      damage: (name, change) => {
        const chunks = this.#values.get(name);
        if (chunks !== undefined) this.#values.set(name, [change(new Uint8Array(Buffer.concat(chunks)))]);
      },
    };
  }

  async put(name: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
    if (!isKey(name)) throw invalidKey(name);
    this.#expectUp();
    const failure = this.#failures.shift();
    const taken: Uint8Array[] = [];
    for await (const chunk of chunks) {
      this.#expectUp();
      if (failure !== undefined && taken.length === failure.afterChunks) throw failure.error;
      taken.push(chunk.slice());
    }
    this.#expectUp();
    if (failure !== undefined) throw failure.error;
    this.#values.set(name, taken);
  }

  async list(): Promise<StoredSnapshot[]> {
    this.#expectUp();
    const all = [...this.#values].map(([name, chunks]) => ({ name, bytes: chunks.reduce((sum, chunk) => sum + chunk.length, 0) }));
    return all.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async *get(name: string): AsyncIterable<Uint8Array> {
    this.#expectUp();
    const chunks = this.#values.get(name);
    if (chunks === undefined) throw noSnapshot(name);
    for (const chunk of chunks) {
      await Promise.resolve();
      this.#expectUp();
      yield chunk.slice();
    }
  }

  async delete(name: string): Promise<void> {
    this.#expectUp();
    this.#values.delete(name);
  }

  #expectUp(): void {
    if (!this.#isUp()) throw busUnavailable('The snapshot store');
  }
}
