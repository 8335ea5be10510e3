import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../clickhouse.ts';
import { openInProcess } from './in-process.ts';
import { layTables } from './laid-tables.ts';

export interface TemporaryStore {
  store: Store;
  dataDir: string;
  /** Closes the store and removes its folder. */
  dispose(): Promise<void>;
}

/** The real engine on a folder of empty tables, or without any. One at a time per process: the engine takes no second folder beside the first. */
export async function temporaryStore(tables: 'laid' | 'none' = 'laid'): Promise<TemporaryStore> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tocsin-store-'));
  if (tables === 'laid') await layTables(dataDir);
  const store = openInProcess(dataDir);
  return {
    store,
    dataDir,
    dispose: async () => {
      await store.close();
      // A statement that was under way holds the folder until it ends, and the engine takes no other one meanwhile.
      await (createRequire(import.meta.url)('chdb') as typeof import('chdb')).drainPending();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
