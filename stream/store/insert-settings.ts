import type { Store } from './clickhouse.ts';

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
  // Each view waits for the disk once; one after the other they would wait six times.
  parallel_view_processing: 1,
  distributed_foreground_insert: 1,
  input_format_parallel_parsing: 0,
  max_insert_block_size: 1_048_576,
  max_insert_block_size_bytes: 0,
  min_insert_block_size_rows: 1_048_576,
  min_insert_block_size_bytes: 1_073_741_824,
  max_partitions_per_insert_block: 0,
  date_time_input_format: 'basic',
};

/** Those settings that the store's release has, as they stand in a statement; asked once. */
export class InsertSettings {
  readonly #store: Store;
  #known: string | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  async text(): Promise<string> {
    this.#known ??= await this.#ask();
    return this.#known;
  }

  /** After a failure: the server may come back as another release. */
  forget(): void {
    this.#known = undefined;
  }

  async #ask(): Promise<string> {
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
