import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGenerator } from '../../server/play/generator.ts';
import type { ReplaySummary } from '../../server/play/replay.ts';
import { loadSampleData } from '../../server/play/sample-data.ts';
import { samplesFolder } from '../../server/play/samples-folder.ts';
import { openStore } from '../../stream/store/clickhouse.ts';
import { countsBy } from '../support/counts.ts';
import { runTocsin } from '../support/run-tocsin.ts';
import { startServer } from '../support/start-server.ts';

const ITEMS = 5_000;
const STEP_MS = 180_000;
const SPREAD_MS = 6 * 3_600_000;

type Summary = ReplaySummary & { kind: 'summary'; throughPerSecond: number };

describe(`a replay of ${ITEMS.toLocaleString('en-US')} items`, () => {
  let folder: string;
  let file: string;
  let server: Awaited<ReturnType<typeof startServer>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tocsin-acceptance-replay-'));
    file = join(folder, 'feedback.jsonl.gz');
    // Two hours short of now, so that the whole of it stays inside the window while the test runs.
    const fromMs = Date.now() - SPREAD_MS - 2 * 3_600_000;
    const generator = createGenerator({ seed: 5_000, data: await loadSampleData(samplesFolder()) });
    const lines = Array.from({ length: ITEMS }, (_, index) => JSON.stringify(generator.next(Math.floor(fromMs + (index / ITEMS) * SPREAD_MS))));
    await writeFile(file, gzipSync(lines.join('\n')));
    server = await startServer();
  });
  afterAll(async () => {
    await server?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  async function replayIt(): Promise<Summary> {
    const { code, stdout, stderr } = await runTocsin(['replay', '--file', file, '--url', server.url, '--json'], { limitMs: STEP_MS });
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Summary;
  }

  it('is accepted whole, and counted and stored when the command ends', async () => {
    const summary = await replayIt();
    expect(summary).toMatchObject({ kind: 'summary', items: ITEMS, accepted: ITEMS, refused: 0, problems: [], settled: true });
    console.info(`the replay was sent at ${summary.itemsPerSecond} items/s; scored, counted and stored at ${summary.throughPerSecond} items/s`);
  });

  it('leaves as many rows as items, and the same counts in the store as in the counter, for every category, also after a second replay', async () => {
    const live = { all: await countsBy(server.url, 'category'), complaints: await countsBy(server.url, 'category', 'complaint') };
    expect((await replayIt()).accepted).toBe(ITEMS);
    expect({ all: await countsBy(server.url, 'category'), complaints: await countsBy(server.url, 'category', 'complaint') }).toEqual(live);
    expect(await server.stop()).toBe(0);

    const store = openStore({ dataDir: server.dataDir });
    try {
      expect((await store.select('SELECT toUInt32(count()), toUInt32(uniqExact(id)) FROM tocsin.feedback'))[0]).toEqual([ITEMS, ITEMS]);
      const grouped = async (where: string): Promise<Record<string, number>> =>
        Object.fromEntries((await store.select(`SELECT category, toUInt32(count()) FROM tocsin.feedback ARRAY JOIN categories AS category WHERE ${where} GROUP BY category`)) as [string, number][]);
      expect(await grouped("duplicate_of = ''")).toEqual(live.all);
      expect(await grouped("complaint AND duplicate_of = ''")).toEqual(live.complaints);
    } finally {
      await store.close();
    }
    expect(Object.keys(live.complaints).length).toBeGreaterThan(5);
  });
});
