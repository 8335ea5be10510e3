import type { StoredItem } from '../../core/stored-item.ts';

/** What the sink needs of a store. */
export interface BatchWriter {
  /** Makes the store ready for rows; harmless when it is. Rejects with a TocsinError. */
  prepare(): Promise<void>;
  /** Highest log sequence that the store holds of this log; 0 when none. Rejects with a TocsinError. */
  storedThrough(logId: string): Promise<number>;
  /**
   * Inserts all of the rows or, when a batch with this token was inserted before, none.
   * Rejects with a TocsinError: retryable (not known whether they were inserted) or `rows_refused` (the rows are the reason).
   */
  insert(rows: readonly StoredItem[], logId: string, token: string): Promise<void>;
}
