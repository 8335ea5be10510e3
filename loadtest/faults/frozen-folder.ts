import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Makes every file and folder below unwritable, also for those who have it open: what a disk looks like that the system
 * turned read-only after an error. (A remount needs every file closed.)
 */
export async function freeze(folder: string): Promise<void> {
  await run('chattr', ['-R', '+i', folder]);
}

export async function thaw(folder: string): Promise<void> {
  await run('chattr', ['-R', '-i', folder]);
}

/** Why freezing does not work for this user on the disk of the temporary folder; undefined when it does. */
export async function cannotFreeze(): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-freeze-'));
  const file = await open(join(folder, 'file'), 'a');
  try {
    await freeze(folder);
    const refused = await file.write('x').then(() => false, () => true);
    return refused ? undefined : 'this file system lets an open file be written though it is marked immutable; ext4 does not';
  } catch (error) {
    return `files cannot be marked immutable (root can, on ext4): ${(error as Error).message.split('\n').find((line) => line.startsWith('chattr')) ?? (error as Error).message}`;
  } finally {
    await thaw(folder).catch(() => undefined);
    await file.close();
    await rm(folder, { recursive: true, force: true });
  }
}
