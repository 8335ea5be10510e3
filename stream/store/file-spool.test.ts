import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileSpool } from './file-spool.ts';
import { storedItem } from './testing/items.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-spool-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const rows = Array.from({ length: 1_234 }, (_, index) => storedItem({ sequence: 7, index, item: { id: `item-${index}`, text: `等了十天\n还没到 ${index} \u2028` } }));

describe('a spool in files', () => {
  it('gives back what was written, and forgets what was removed', async () => {
    const spool = new FileSpool(join(folder, 'spool'), 10_000_000);
    const [first, second] = [await spool.write(rows), await spool.write(rows.slice(0, 1))];
    expect(await spool.read(first)).toEqual(rows);
    expect(await spool.read(second)).toEqual(rows.slice(0, 1));
    expect(spool.bytes).toBeGreaterThan(0);
    await spool.remove(first);
    await spool.remove(second);
    expect(spool.bytes).toBe(0);
    expect(await readdir(join(folder, 'spool'))).toEqual([]);
  });

  it('removes what an earlier process left', async () => {
    const before = new FileSpool(join(folder, 'spool'), 10_000_000);
    await before.write(rows);
    const after = new FileSpool(join(folder, 'spool'), 10_000_000);
    await after.write(rows.slice(0, 2));
    expect(await readdir(join(folder, 'spool'))).toEqual(['1.rows']);
  });

  it('refuses what is over its limit and what the disk does not take', async () => {
    const full = new FileSpool(join(folder, 'spool'), 100);
    await expect(full.write(rows)).rejects.toThrow('is full: it holds 0 bytes, and at most 100 are allowed');
    await writeFile(join(folder, 'file'), '');
    await expect(new FileSpool(join(folder, 'file', 'spool'), 10_000_000).write(rows)).rejects.toThrow();
  });
});
