import type { StoredItem } from '../../core/stored-item.ts';
import { TocsinError } from '../../core/errors.ts';
import type { BatchWriter } from './batch-writer.ts';
import type { Store } from './clickhouse.ts';
import { backfilledThrough, withoutStored } from './backfills.ts';
import { eraseLateItems } from './erase-late.ts';
import { FEEDBACK_COLUMNS } from './feedback-row.ts';
import { InsertSettings } from './insert-settings.ts';
import { JsonBytes } from './json-bytes.ts';
import { migrate } from './migrate.ts';
import { writeRow } from './write-row.ts';

/** A token is part of the statement's text; this is all it may be made of. */
const TOKEN = /^[A-Za-z0-9._:@+/-]{1,200}$/;

/**
 * Writes batches to ClickHouse, embedded or server, by the same statement.
 *
 * The settings stand in the statement: the embedded engine would keep settings of the client for all later statements,
 * and with them the token. Rows are one JSON line each; JSON escapes every line break in a value, so no blank line can
 * end the data early (what followed it would be run as SQL).
 */
export class ClickHouseWriter implements BatchWriter {
  readonly #store: Store;
  readonly #settings: InsertSettings;
  /** By log, asked once: it changes with a migration only. */
  readonly #backfilledThrough = new Map<string, number>();

  constructor(store: Store) {
    this.#store = store;
    this.#settings = new InsertSettings(store);
  }

  async prepare(): Promise<void> {
    await migrate(this.#store);
  }

  async storedThrough(logId: string): Promise<number> {
    const rows = await this.#store.select(
      `SELECT max(log_sequence) FROM ${this.#store.database}.feedback WHERE log_id = {logId:String}`,
      { logId },
    );
    return Number(rows[0]?.[0] ?? 0);
  }

  async insert(rows: readonly StoredItem[], logId: string, token: string): Promise<void> {
    if (!TOKEN.test(token)) throw new TocsinError('internal', `Not a deduplication token: ${JSON.stringify(token)}.`);
    if (await this.#wasBackfilled(rows, logId)) {
      const missing = await withoutStored(this.#store, rows, logId);
      if (missing.length > 0) await this.#send(missing, logId, `${token}/missing`);
    } else await this.#send(rows, logId, token);
    await eraseLateItems(this.#store, rows);
  }

  async #wasBackfilled(rows: readonly StoredItem[], logId: string): Promise<boolean> {
    const through = this.#backfilledThrough.get(logId) ?? (await backfilledThrough(this.#store, logId));
    this.#backfilledThrough.set(logId, through);
    return rows.some(({ sequence }) => sequence <= through);
  }

  async #send(rows: readonly StoredItem[], logId: string, token: string): Promise<void> {
    const settings = await this.#settings.text();
    const statement = `INSERT INTO ${this.#store.database}.feedback (${COLUMN_LIST}) SETTINGS ${settings}, insert_deduplication_token = '${token}' FORMAT JSONCompactEachRow`;
    const data = await jsonLines(rows, logId);
    try {
      await this.#store.insert(statement, data);
    } catch (error) {
      this.#settings.forget();
      throw error;
    }
  }
}

const COLUMN_LIST = FEEDBACK_COLUMNS.map((column) => `\`${column}\``).join(', ');

/** Rows that are written without a pause: some milliseconds, after which feedback that came meanwhile is taken and answered. */
const ROWS_PER_SLICE = 256;

const BYTES_PER_ROW_EXPECTED = 768;

async function jsonLines(rows: readonly StoredItem[], logId: string): Promise<Buffer> {
  const lines = new JsonBytes(rows.length * BYTES_PER_ROW_EXPECTED);
  for (let from = 0; from < rows.length; from += ROWS_PER_SLICE) {
    if (from > 0) await new Promise((resolve) => setImmediate(resolve));
    const end = Math.min(rows.length, from + ROWS_PER_SLICE);
    for (let at = from; at < end; at++) writeRow(lines, rows[at]!, logId);
  }
  return lines.bytes();
}
