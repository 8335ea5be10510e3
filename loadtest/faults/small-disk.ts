import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, rmdir, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CHUNK_BYTES = 1024 ** 2;
const BALLAST = 'ballast';

/** A disk of its own in memory, small enough to fill. */
export class SmallDisk {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Answers why not where this user cannot mount one. */
  static async mount(bytes: number): Promise<SmallDisk | { skipped: string }> {
    if (process.platform !== 'linux') return { skipped: 'a small disk in memory needs Linux' };
    const folder = await mkdtemp(join(tmpdir(), 'tocsin-disk-'));
    try {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder]);
      return new SmallDisk(folder);
    } catch (error) {
      await rmdir(folder);
      return { skipped: `a small disk cannot be mounted (root can): ${(error as Error).message.split('\n').at(-1) || (error as Error).message}` };
    }
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.folder);
    return bavail * bsize;
  }

  /** Takes room until only this much is left. */
  async fill(leaveBytes: number): Promise<void> {
    const file = await open(join(this.folder, BALLAST), 'a');
    try {
      const chunk = Buffer.alloc(CHUNK_BYTES, 1);
      for (;;) {
        const wanted = Math.min(CHUNK_BYTES, (await this.freeBytes()) - leaveBytes);
        if (wanted <= 0) return;
        await file.write(chunk, 0, wanted);
      }
    } finally {
      await file.close();
    }
  }

  async makeRoom(): Promise<void> {
    await rm(join(this.folder, BALLAST), { force: true });
  }

  async unmount(): Promise<void> {
    await run('umount', [this.folder]).catch(() => run('umount', ['-l', this.folder]));
    await rmdir(this.folder);
  }
}
