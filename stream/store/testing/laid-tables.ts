import { join } from 'node:path';
import { copyMade, fillOnce } from '../../../test/support/made-once.ts';
import { migrate } from '../migrate.ts';
import { openInProcess } from './in-process.ts';

const NAME = 'tables';
const placeIn = (dataDir: string): string => join(dataDir, 'clickhouse');

/** Copies the empty tables of this program into an empty data folder, if the run of the tests has made them. */
export function copyTables(dataDir: string): boolean {
  return copyMade(NAME, placeIn(dataDir));
}

/** Lays the empty tables into an empty data folder: made once a run, for that takes two seconds of a processor. */
export async function layTables(dataDir: string): Promise<void> {
  await fillOnce(NAME, placeIn(dataDir), async () => {
    const store = openInProcess(dataDir);
    try {
      await migrate(store);
    } finally {
      await store.close();
    }
  });
}
