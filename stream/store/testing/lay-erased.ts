import type { Store } from '../clickhouse.ts';
import { erased } from '../migrations/0016-erased.ts';

/** The table that each batch is held against, for a store of an earlier schema that a test inserts into with the writer of today. */
export async function layErased(store: Store): Promise<void> {
  for (const statement of erased.statements(store.layout)) await store.run(statement);
}
