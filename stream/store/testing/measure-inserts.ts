import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { ClickHouseClient } from '@clickhouse/client';
import type { StoredItem } from '../../../core/stored-item.ts';
import { ClickHouseWriter } from '../clickhouse-writer.ts';
import { ROLLUPS } from '../migrations/rollup-views.ts';
import { embeddedClient } from './in-process.ts';
import { FEEDBACK_COLUMNS } from '../feedback-row.ts';
import { toRow } from '../to-row.ts';
import { SOME_TIME_MS, storedItem } from './items.ts';
import { temporaryStore } from './embedded-store.ts';

// Rows a second of the sink's inserts, with the roll-ups and without them, beside a bare client insert of the same rows, one JSON object a line.
//   node --import ./stream/store/testing/typescript-hooks.mjs stream/store/testing/measure-inserts.ts [texts.jsonl.gz]
const ROWS = 60_000;
const ROUNDS = 3;
const LOG_ID = 'scored.0';

interface Measured {
  rowsPerSecond: number;
  /** Processor time of the whole process, so that a busy machine changes it little. */
  cpuMicrosPerRow: number;
}

const texts = readTexts(process.argv[2]);
let sequence = 0;

for (const size of [1_000, 5_000, 20_000]) {
  const sink: Measured[] = [];
  const alone: Measured[] = [];
  const bare: Measured[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const { store, dispose } = await temporaryStore();
    const writer = new ClickHouseWriter(store);
    const insert = (rows: readonly StoredItem[]): Promise<void> => writer.insert(rows, LOG_ID, `${LOG_ID}:${rows[0]?.sequence ?? 0}-${rows.length}`);
    await writer.insert(batch(100), LOG_ID, 'warm-up:1');
    sink.push(await measure(size, insert));
    await store.run('CREATE TABLE tocsin.bare AS tocsin.feedback');
    const client = embeddedClient(store.place);
    bare.push(await measure(size, (rows) => bareInsert(client, rows)));
    await client.close();
    for (const target of ROLLUPS) await store.run(`DROP VIEW tocsin.${target}_view SYNC`);
    alone.push(await measure(size, insert));
    await dispose();
  }
  const [ours, theirs] = [median(sink), median(bare)];
  const ratio = ours.rowsPerSecond / theirs.rowsPerSecond;
  const ratios = sink.map(({ rowsPerSecond }, round) => rowsPerSecond / (bare[round]?.rowsPerSecond ?? Number.NaN));
  console.log(JSON.stringify({
    name: `store insert, batches of ${size}`, value: Math.round(ours.rowsPerSecond), unit: 'rows/s', peer: Math.round(theirs.rowsPerSecond),
    ratio: Number(ratio.toFixed(2)), ratios: ratios.map((each) => Number(each.toFixed(2))), target: 0.8, met: ratio >= 0.8, withoutRollups: Math.round(median(alone).rowsPerSecond),
    cpuMicrosPerRow: rounded(ours), withoutRollupsCpuMicrosPerRow: rounded(median(alone)), peerCpuMicrosPerRow: rounded(theirs),
  }));
}

function rounded({ cpuMicrosPerRow }: Measured): number {
  return Number(cpuMicrosPerRow.toFixed(1));
}

/** What the client does by itself: objects, JSONEachRow, no token. */
async function bareInsert(client: ClickHouseClient, rows: readonly StoredItem[]): Promise<void> {
  const values = rows.map((stored) => {
    const row = toRow(stored, LOG_ID);
    return Object.fromEntries(FEEDBACK_COLUMNS.map((column, at) => [column, row[at]]));
  });
  await client.insert({ table: 'tocsin.bare', values, format: 'JSONEachRow' });
}

async function measure(size: number, insert: (rows: readonly StoredItem[]) => Promise<void>): Promise<Measured> {
  const batches = Array.from({ length: ROWS / size }, () => batch(size));
  const before = process.cpuUsage();
  const startedMs = performance.now();
  for (const rows of batches) await insert(rows);
  const tookMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(before);
  return { rowsPerSecond: (ROWS / tookMs) * 1_000, cpuMicrosPerRow: (user + system) / ROWS };
}

function batch(size: number): StoredItem[] {
  return Array.from({ length: size }, (_, index) => {
    sequence += index % 64 === 0 ? 1 : 0;
    const text = texts[(sequence * 64 + index) % texts.length] ?? '';
    return storedItem({ sequence, index: index % 64, item: { text, createdAtMs: SOME_TIME_MS + sequence * 10, product: `P${index % 50}` } });
  });
}

function median(runs: readonly Measured[]): Measured {
  return runs.toSorted((a, b) => a.rowsPerSecond - b.rowsPerSecond)[runs.length >> 1] ?? { rowsPerSecond: 0, cpuMicrosPerRow: 0 };
}

function readTexts(file: string | undefined): string[] {
  if (file === undefined) return ['快递太慢了，等了三天还没有到，客服也不回复。', 'The parcel came late and nobody answered.'];
  return gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n').map((line) => String((JSON.parse(line) as { text: unknown }).text));
}
