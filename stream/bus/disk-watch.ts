import { open, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/** A disk with less free than this is as good as full. */
const FULL_BYTES = 64 * 1024 ** 2;
/** It counts as usable again from here on. */
const ROOM_BYTES = 256 * 1024 ** 2;
const PROBE = 'write-probe';

export type DiskState = 'usable' | 'full' | 'unwritable';

export interface DiskWatch {
  folder: string;
  everyMs: number;
  freeBytes: (folder: string) => Promise<number>;
  /** Rejects when the folder takes no writes. */
  write: (folder: string) => Promise<void>;
  onFull: (freeBytes: number) => void;
  /** Nothing can be written though there is room: a disk turned read-only after an error, a change of rights. */
  onUnwritable: (cause: unknown) => void;
  /** The disk takes writes again. */
  onUsable: () => void;
  /** At each look at a disk that was and is usable. */
  whileUsable: () => Promise<void>;
}

export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Writes a byte through to the disk. */
export async function writeProbe(folder: string): Promise<void> {
  const file = await open(join(folder, PROBE), 'w', 0o600);
  try {
    await file.write('.');
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Looks at the disk now and then; tells of each change once. The returned function ends it. */
export function watchDisk(watch: DiskWatch): () => void {
  let state: DiskState = 'usable';
  let looking = false;
  async function look(): Promise<void> {
    const free = await watch.freeBytes(watch.folder);
    if (free < (state === 'full' ? ROOM_BYTES : FULL_BYTES)) {
      enter('full', () => watch.onFull(free));
      return;
    }
    const refusal = await watch.write(watch.folder).then(() => undefined, (cause: unknown) => ({ cause }));
    if (refusal !== undefined) enter('unwritable', () => watch.onUnwritable(refusal.cause));
    else if (state === 'usable') await watch.whileUsable();
    else enter('usable', watch.onUsable);
  }
  function enter(next: DiskState, tell: () => void): void {
    if (state === next) return;
    state = next;
    tell();
  }
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    // A folder that cannot be looked at has troubles that show elsewhere.
    look().catch(() => undefined).finally(() => { looking = false; });
  }, watch.everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
