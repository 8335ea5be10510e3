import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClickHouseWriter } from './clickhouse-writer.ts';
import { openStore } from './clickhouse.ts';
import { migrate } from './migrate.ts';
import { entryRows } from './testing/items.ts';

const TOKEN = 'scored.0:1-1';

describe('a disk that is full', () => {
  let folder: string;
  let isMounted = false;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-full-disk-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', folder], { stdio: 'ignore' });
      isMounted = true;
    } catch {
      isMounted = false;
    }
  });
  afterAll(() => {
    if (isMounted) execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true, force: true });
  });

  it('is a retryable error that names the store and the reason; when there is room again the same insert stores each row once', { timeout: 300_000 }, async (context) => {
    if (!isMounted) return context.skip('a disk of its own cannot be mounted here');
    const store = openStore({ dataDir: join(folder, 'data') });
    const ballast = join(folder, 'ballast');
    try {
      await migrate(store);
      const writer = new ClickHouseWriter(store);
      fillDisk(ballast);
      const rows = entryRows(1, 2_000);
      const error = await writer.insert(rows, 'scored.0', TOKEN).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'store_unavailable', retryable: true, message: expect.stringMatching(/^ClickHouse at .*clickhouse answers [A-Z_]+\. Its disk is full/) });
      rmSync(ballast);
      await writer.insert(rows, 'scored.0', TOKEN);
      await writer.insert(rows, 'scored.0', TOKEN);
      expect(await store.select('SELECT count(), uniqExact(id) FROM tocsin.feedback')).toEqual([[2_000, 2_000]]);
      expect((await store.select("SELECT sum(items) FROM tocsin.rollup_day WHERE dimension = 'all'"))[0]?.map(Number)).toEqual([2_000]);
    } finally {
      rmSync(ballast, { force: true });
      await store.close();
    }
  });
});

describe('a disk that takes no further file', () => {
  it('keeps a store from being opened, which says so and nothing of rights', { timeout: 120_000 }, async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-no-files-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,nr_inodes=32', 'tmpfs', folder], { stdio: 'ignore' });
    } catch {
      rmSync(folder, { recursive: true });
      return context.skip('a disk of its own cannot be mounted here');
    }
    mkdirSync(join(folder, 'data', 'clickhouse'), { recursive: true });
    for (let at = 0; makesFile(join(folder, `file-${at}`)); at += 1);
    const store = openStore({ dataDir: join(folder, 'data') });
    try {
      await expect(store.select('SELECT 1')).rejects.toMatchObject({ code: 'data_dir_unusable', message: expect.stringMatching(/^The embedded ClickHouse cannot use .*clickhouse: the disk is full\. Make room on its disk, or set TOCSIN_DATA_DIR/) });
    } finally {
      await store.close();
      execFileSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

function makesFile(file: string): boolean {
  try {
    closeSync(openSync(file, 'w'));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}

/** Writes to a file until nothing more fits; the engine writes to the same disk meanwhile, so its size is not known before. */
function fillDisk(file: string): void {
  const handle = openSync(file, 'w');
  try {
    for (const size of [1 << 20, 1 << 12, 1]) {
      const block = Buffer.alloc(size);
      while (writesAll(handle, block));
    }
  } finally {
    closeSync(handle);
  }
}

function writesAll(handle: number, block: Buffer): boolean {
  try {
    return writeSync(handle, block) === block.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}
