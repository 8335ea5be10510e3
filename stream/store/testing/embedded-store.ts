import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../clickhouse.ts';
import { migrate } from '../migrate.ts';
import { openInProcess } from './in-process.ts';

export interface TemporaryStore {
  store: Store;
  dataDir: string;
  /** Closes the store and removes its folder. */
  dispose(): Promise<void>;
}

/** The real engine on an empty folder. One at a time per process: the engine takes no second folder beside the first. */
export async function temporaryStore(): Promise<TemporaryStore> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tocsin-store-'));
  const store = openInProcess(dataDir);
  await migrate(store);
  return {
    store,
    dataDir,
    dispose: async () => {
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
