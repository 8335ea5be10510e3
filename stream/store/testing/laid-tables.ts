import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '../migrate.ts';
import { openInProcess } from './in-process.ts';

const FOLDER = 'clickhouse';

/** Where the files of one run of the tests keep what they share; undefined when a file is run by something else. */
function shared(): string | undefined {
  const folder = process.env['TOCSIN_TEST_SHARED_DIR'];
  return folder === undefined ? undefined : join(folder, 'tables');
}

/** Copies the empty tables of this program into an empty data folder, if the run has made them. */
export function copyTables(dataDir: string): boolean {
  const made = shared();
  if (made === undefined || !existsSync(made)) return false;
  cpSync(made, join(dataDir, FOLDER), { recursive: true, verbatimSymlinks: true });
  return true;
}

/** Lays the empty tables into an empty data folder: made once a run, for that takes two seconds of a processor, and copied from then on. */
export async function layTables(dataDir: string): Promise<void> {
  if (copyTables(dataDir)) return;
  const store = openInProcess(dataDir);
  try {
    await migrate(store);
  } finally {
    await store.close();
  }
  const made = shared();
  if (made === undefined) return;
  const own = `${made}.${process.pid}`;
  cpSync(join(dataDir, FOLDER), own, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(own, made);
  } catch {
    // Another file was first.
    rmSync(own, { recursive: true, force: true });
  }
}
