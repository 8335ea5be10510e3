import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Where the files of one run of the tests keep what they share; undefined when a file is run by something else. */
function placeOf(name: string): string | undefined {
  const shared = process.env['TOCSIN_TEST_SHARED_DIR'];
  return shared === undefined ? undefined : join(shared, name);
}

/** Copies into `folder` what an earlier file of this run made under the name. @returns whether there was any */
export function copyMade(name: string, folder: string): boolean {
  const made = placeOf(name);
  if (made === undefined || !existsSync(made)) return false;
  cpSync(made, folder, { recursive: true, verbatimSymlinks: true });
  return true;
}

/** Fills `folder`: made by the first file of a run that asks for it, copied by the others. */
export async function fillOnce(name: string, folder: string, make: () => Promise<void>): Promise<void> {
  if (copyMade(name, folder)) return;
  await make();
  const made = placeOf(name);
  if (made === undefined) return;
  const own = `${made}.${process.pid}`;
  cpSync(folder, own, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(own, made);
  } catch {
    // Another file was first.
    rmSync(own, { recursive: true, force: true });
  }
}
