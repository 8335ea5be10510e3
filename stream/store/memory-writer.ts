import { TocsinError } from '../../core/errors.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import type { BatchWriter } from './batch-writer.ts';

/** What a test commands the next inserts to do; then all is well again. */
export type WriterFault = 'fail-before-commit' | 'fail-after-commit' | 'commit-in-part';

/** The in-memory double of ClickHouseWriter: tokens, months committed one by one, and faults. */
export class MemoryWriter implements BatchWriter {
  readonly rows: { logId: string; row: StoredItem }[] = [];
  /** Tokens in the order of their first complete commit. */
  readonly committed: string[] = [];
  readonly faults: WriterFault[] = [];
  readonly #tokens = new Set<string>();
  readonly #refuses: (row: StoredItem) => boolean;

  constructor(refuses: (row: StoredItem) => boolean = () => false) {
    this.#refuses = refuses;
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  storedThrough(logId: string): Promise<number> {
    const sequences = this.rows.filter((kept) => kept.logId === logId).map((kept) => kept.row.sequence);
    return Promise.resolve(sequences.reduce((highest, sequence) => Math.max(highest, sequence), 0));
  }

  insert(rows: readonly StoredItem[], logId: string, token: string): Promise<void> {
    if (rows.some(this.#refuses)) return Promise.reject(new TocsinError('rows_refused', 'ClickHouse refuses the rows: INCORRECT_DATA.'));
    const fault = this.faults.shift();
    if (fault === 'fail-before-commit') return Promise.reject(unavailable());
    const months = [...byMonth(rows)];
    const kept = fault === 'commit-in-part' ? months.slice(0, Math.ceil(months.length / 2)) : months;
    for (const [month, part] of kept) this.#commit(part, logId, `${token} ${month}`);
    if (fault !== undefined) return Promise.reject(unavailable());
    if (!this.committed.includes(token)) this.committed.push(token);
    return Promise.resolve();
  }

  #commit(rows: readonly StoredItem[], logId: string, blockToken: string): void {
    if (this.#tokens.has(blockToken)) return;
    this.#tokens.add(blockToken);
    for (const row of rows) this.rows.push({ logId, row });
  }
}

function byMonth(rows: readonly StoredItem[]): Map<string, StoredItem[]> {
  const months = new Map<string, StoredItem[]>();
  for (const row of rows) {
    const month = new Date(row.createdAtMs).toISOString().slice(0, 7);
    const part = months.get(month);
    if (part === undefined) months.set(month, [row]);
    else part.push(row);
  }
  return months;
}

function unavailable(): TocsinError {
  return new TocsinError('store_unavailable', 'ClickHouse at memory cannot be reached: ECONNRESET.', { retryable: true });
}
