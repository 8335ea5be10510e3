import type { StoredItem } from '../../core/stored-item.ts';

/**
 * Keeps rows that wait for the store outside memory. It need not survive the process: rows are a function of the scored log, and
 * a start counts those that are not stored again.
 */
export interface RowSpool {
  /** Resolves with where they are. Rejects where there is no room or the disk does not take them; the rows then wait in memory. */
  write(rows: readonly StoredItem[]): Promise<string>;
  /** Rejects where they cannot be read back. */
  read(place: string): Promise<StoredItem[]>;
  /** They are not needed any more. Never rejects. */
  remove(place: string): Promise<void>;
}
