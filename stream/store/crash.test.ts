import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from './clickhouse.ts';
import { startChild } from './testing/child.ts';
import { ENTRIES_PER_BATCH, rowsOf } from './testing/crash-log.ts';

const CHILD = new URL('./testing/crash-child.ts', import.meta.url);
const ENTRIES = 12 * ENTRIES_PER_BATCH;
const KILLS = 3;
const BATCHES_PER_LIFE = 4;

describe('the process that writes to the embedded engine is killed while it inserts', () => {
  let dataDir: string;
  beforeAll(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'tocsin-crash-'));
  });
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it('and after the replay each row is there once', { timeout: 300_000 }, async () => {
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const child = startChild(CHILD, [dataDir, String(ENTRIES)]);
      // Each life inserts some batches of its own, so that the next one is killed further on.
      for (let inserted = 0; inserted < BATCHES_PER_LIFE; ) {
        const line = await child.nextLine();
        expect(line, 'the child ended before it was killed').not.toBeNull();
        if (line?.startsWith('inserted') === true) inserted += 1;
      }
      child.process.kill('SIGKILL');
      expect((await child.ended).signal).toBe('SIGKILL');
    }
    const last = startChild(CHILD, [dataDir, String(ENTRIES)]);
    const lines: string[] = [];
    for (let line = await last.nextLine(); line !== null; line = await last.nextLine()) lines.push(line);
    expect(lines.at(-1)).toBe('complete');
    // The first batch of each life is the last one of the life before, sent again.
    expect(lines.filter((line) => line.startsWith('skipped')).length).toBeGreaterThanOrEqual(KILLS * (BATCHES_PER_LIFE - 1));

    const store = openStore({ dataDir });
    const [counts] = await store.select('SELECT count(), uniqExact(id) FROM tocsin.feedback');
    await store.close();
    expect(counts?.map(Number)).toEqual([rowsOf(ENTRIES), rowsOf(ENTRIES)]);
  });
});
