import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TocsinError } from '../../core/errors.ts';
import { isAlive, pidSpace, startMark } from './process-table.ts';

const TOUCH_MS = 1_500;
/** An owner whose pid cannot be looked up from here is taken for dead when it has not touched its file for this long. */
const UNTOUCHED_MS = 5_000;
const ATTEMPTS_MAX = 5;

interface Owner {
  pid: number;
  /** Start time of the process, so that a pid that was given away again is not taken for the owner. */
  startMark: string | undefined;
  pidSpace: string;
}

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Makes this process the one owner of a folder, by a file with its pid. The file of an owner that is dead is taken over.
 * @throws TocsinError `data_dir_unusable` when another process owns it
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, 'owner.lock');
  const mine = JSON.stringify({ pid: process.pid, startMark: await startMark(process.pid), pidSpace: await pidSpace() } satisfies Owner);
  const draft = join(folder, `owner.lock.${process.pid}`);
  await writeFile(draft, mine, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      if (await create(draft, path)) return hold(path, mine);
      await removeIfDead(path, folder);
    }
  } finally {
    await rm(draft, { force: true });
  }
  throw inUse(folder, undefined);
}

/** A hard link appears whole or not at all, and only one process can make it. */
async function create(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function removeIfDead(path: string, folder: string): Promise<void> {
  const found = await read(path);
  if (found === undefined) return;
  const owner = parse(found);
  if (await lives(owner, path)) throw inUse(folder, owner?.pid);
  // Renaming decides between two processes that both found it dead: what was moved must be what was looked at.
  const aside = `${path}.dead.${process.pid}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await read(aside)) !== found) {
    await link(aside, path).catch(() => undefined);
    await rm(aside, { force: true });
    throw inUse(folder, undefined);
  }
  await rm(aside, { force: true });
}

async function lives(owner: Owner | undefined, path: string): Promise<boolean> {
  // A lock appears whole, so one that cannot be read is what a power loss left of it.
  if (owner === undefined) return false;
  if (owner.pidSpace === await pidSpace()) {
    return isAlive(owner.pid) && (await startMark(owner.pid)) === owner.startMark;
  }
  const before = await touchedAtMs(path);
  await sleep(UNTOUCHED_MS);
  return (await touchedAtMs(path)) !== before;
}

function hold(path: string, mine: string): FolderLock {
  const timer = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, TOUCH_MS);
  timer.unref();
  return {
    async release() {
      clearInterval(timer);
      if ((await read(path)) === mine) await rm(path, { force: true });
    },
  };
}

async function read(path: string): Promise<string | undefined> {
  return await readFile(path, 'utf8').catch(() => undefined);
}

async function touchedAtMs(path: string): Promise<number | undefined> {
  return await stat(path).then((stats) => stats.mtimeMs, () => undefined);
}

function parse(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<Owner>;
    if (typeof owner.pid !== 'number' || typeof owner.pidSpace !== 'string') return undefined;
    return { pid: owner.pid, startMark: owner.startMark, pidSpace: owner.pidSpace };
  } catch {
    return undefined;
  }
}

function inUse(folder: string, pid: number | undefined): TocsinError {
  const who = pid === undefined ? 'another Tocsin' : `another Tocsin, process ${pid}`;
  return new TocsinError('data_dir_unusable', `The data folder ${folder} is in use by ${who}. Stop that one, or give this one a folder of its own.`);
}
