import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MIB = 1024 ** 2;

/** Bytes. By default each of them may take 5 GiB, for a machine that does nothing else. */
const CACHES: Readonly<Record<string, number>> = {
  mark_cache_size: 128 * MIB, primary_index_cache_size: 128 * MIB, index_mark_cache_size: 32 * MIB, query_condition_cache_size: 16 * MIB,
};

/**
 * Seconds. Parts that were merged into others stay in memory until a thread of their table looks for them, by default more and more seldom, up
 * to every five minutes. At one insert a second that is some ten parts a second of 35 kB each.
 */
const CLEANUP: Readonly<Record<string, number>> = { cleanup_delay_period: 10, cleanup_delay_period_random_add: 2, max_cleanup_delay_period: 20 };

const FILE = 'tocsin-engine.xml';
const XML = `<clickhouse>${elements(CACHES)}<merge_tree>${elements(CLEANUP)}</merge_tree></clickhouse>\n`;

/** Puts the engine's own configuration into its folder. @returns the options that name it; none where the folder takes no file, as on a full disk */
export function configurationOptions(path: string): string[] {
  const file = join(path, FILE);
  try {
    if (!existsSync(file) || readFileSync(file, 'utf8') !== XML) writeFileSync(file, XML);
    return [`--config-file=${file}`];
  } catch {
    return [];
  }
}

function elements(values: Readonly<Record<string, number>>): string {
  return Object.entries(values).map(([name, value]) => `<${name}>${value}</${name}>`).join('');
}
