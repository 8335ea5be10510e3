import { statfs } from 'node:fs/promises';

/** A disk with less free than this is as good as full. */
const FULL_BYTES = 64 * 1024 ** 2;
/** It counts as usable again from here on. */
const ROOM_BYTES = 256 * 1024 ** 2;

export interface DiskWatch {
  folder: string;
  everyMs: number;
  freeBytes: (folder: string) => Promise<number>;
  onFull: (freeBytes: number) => void;
  /** There is room again after the disk was full. */
  onRoom: () => void;
}

export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Looks at the free space now and then; tells of each change once. The returned function ends it. */
export function watchDisk(watch: DiskWatch): () => void {
  let full = false;
  let looking = false;
  async function look(): Promise<void> {
    const free = await watch.freeBytes(watch.folder);
    if (!full && free < FULL_BYTES) {
      full = true;
      watch.onFull(free);
    } else if (full && free >= ROOM_BYTES) {
      full = false;
      watch.onRoom();
    }
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
