import type { StoredItem } from '../../core/stored-item.ts';
import type { RowSpool } from './row-spool.ts';

/** The double of the file spool: rows go through text as they do there. `act` may fail or wait. */
export class MemorySpool implements RowSpool {
  readonly held = new Map<string, string>();
  readonly #act: (what: 'write' | 'read') => Promise<void>;
  #written = 0;

  constructor(act: (what: 'write' | 'read') => Promise<void> = () => Promise.resolve()) {
    this.#act = act;
  }

  async write(rows: readonly StoredItem[]): Promise<string> {
    await this.#act('write');
    const place = String(++this.#written);
    this.held.set(place, JSON.stringify(rows));
    return place;
  }

  async read(place: string): Promise<StoredItem[]> {
    await this.#act('read');
    return JSON.parse(this.held.get(place)!) as StoredItem[];
  }

  remove(place: string): Promise<void> {
    this.held.delete(place);
    return Promise.resolve();
  }
}
