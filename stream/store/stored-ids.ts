import type { Store } from './clickhouse.ts';

const IDS_PER_QUERY = 1_000;

/** Those of the ids of a workspace that are stored. */
export async function storedIds(store: Store, workspace: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let from = 0; from < ids.length; from += IDS_PER_QUERY) {
    const rows = await store.select(
      `SELECT DISTINCT id FROM ${store.database}.feedback WHERE workspace = {workspace:String} AND id IN {ids:Array(String)}`,
      { workspace, ids: ids.slice(from, from + IDS_PER_QUERY) },
    );
    for (const [id] of rows) found.add(String(id));
  }
  return found;
}
