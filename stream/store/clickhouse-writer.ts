import type { StoredItem } from '../../core/stored-item.ts';
import { TocsinError } from '../../core/errors.ts';
import type { BatchWriter } from './batch-writer.ts';
import type { Store } from './clickhouse.ts';
import { backfilledThrough, withoutStored } from './backfills.ts';
import { FEEDBACK_COLUMNS } from './feedback-row.ts';
import { migrate } from './migrate.ts';
import { toRow } from './to-row.ts';

/**
 * Settings of every insert. Each decides whether a repeat is recognised, and their defaults moved from release to
 * release, so each is said: none is left to the server. One insert is one block a month that it touches.
 */
const INSERT_SETTINGS: Readonly<Record<string, number | string>> = {
  async_insert: 0,
  insert_deduplicate: 1,
  deduplicate_insert: 'enable',
  deduplicate_blocks_in_dependent_materialized_views: 1,
  materialized_views_ignore_errors: 0,
  distributed_foreground_insert: 1,
  input_format_parallel_parsing: 0,
  max_insert_block_size: 1_048_576,
  max_insert_block_size_bytes: 0,
  min_insert_block_size_rows: 1_048_576,
  min_insert_block_size_bytes: 1_073_741_824,
  max_partitions_per_insert_block: 0,
  date_time_input_format: 'basic',
};

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
  #settings: string | undefined;
  /** By log, asked once: it changes with a migration only. */
  readonly #backfilledThrough = new Map<string, number>();

  constructor(store: Store) {
    this.#store = store;
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
    if (!(await this.#wasBackfilled(rows, logId))) return this.#send(rows, logId, token);
    const missing = await withoutStored(this.#store, rows, logId);
    if (missing.length > 0) await this.#send(missing, logId, `${token}/missing`);
  }

  async #wasBackfilled(rows: readonly StoredItem[], logId: string): Promise<boolean> {
    const through = this.#backfilledThrough.get(logId) ?? (await backfilledThrough(this.#store, logId));
    this.#backfilledThrough.set(logId, through);
    return rows.some(({ sequence }) => sequence <= through);
  }

  async #send(rows: readonly StoredItem[], logId: string, token: string): Promise<void> {
    const settings = (this.#settings ??= await this.#knownSettings());
    const statement = `INSERT INTO ${this.#store.database}.feedback (${COLUMN_LIST}) SETTINGS ${settings}, insert_deduplication_token = '${token}' FORMAT JSONCompactEachRow`;
    const data = jsonLines(rows, logId);
    try {
      await this.#store.insert(statement, data);
    } catch (error) {
      // The server may come back as another release.
      this.#settings = undefined;
      throw error;
    }
  }

  /** Those of INSERT_SETTINGS that this server's release has. */
  async #knownSettings(): Promise<string> {
    const rows = await this.#store.select('SELECT name FROM system.settings WHERE name IN {names:Array(String)}', {
      names: Object.keys(INSERT_SETTINGS),
    });
    const known = new Set(rows.map((row) => row[0]));
    return Object.entries(INSERT_SETTINGS)
      .filter(([name]) => known.has(name))
      .map(([name, value]) => `${name} = ${typeof value === 'number' ? value : `'${value}'`}`)
      .join(', ');
  }
}

const COLUMN_LIST = FEEDBACK_COLUMNS.map((column) => `\`${column}\``).join(', ');

function jsonLines(rows: readonly StoredItem[], logId: string): Buffer {
  return Buffer.from(rows.map((row) => `${JSON.stringify(toRow(row, logId))}\n`).join(''));
}
