// Rows a second of the sink's own batches, with the roll-ups and without them, beside a bare client insert of the same rows.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { ClickHouseClient } from '@clickhouse/client';
import type { StoredItem } from '../../core/stored-item.ts';
import { ClickHouseWriter } from '../../stream/store/clickhouse-writer.ts';
import { batchToken, cutBatches, SECONDS_PER_BATCH_MAX, type Batch, type OpenBatch } from '../../stream/store/cut-batches.ts';
import { FEEDBACK_COLUMNS } from '../../stream/store/feedback-row.ts';
import { ROLLUPS } from '../../stream/store/migrations/rollup-views.ts';
import { temporaryStore } from '../../stream/store/testing/embedded-store.ts';
import { embeddedClient } from '../../stream/store/testing/in-process.ts';
import { SOME_TIME_MS, storedItem } from '../../stream/store/testing/items.ts';
import { toRow } from '../../stream/store/to-row.ts';
import { benchmark, wholeNumber, wholeNumbers } from './command/benchmark.ts';

const LOG_ID = 'scored.0';
const ITEMS_PER_FRAME = 64;

const values = benchmark('inserts')
  .option('--rates <list>', 'items a second, with commas', wholeNumbers, [1_000, 2_000, 4_000, 8_000, 20_000])
  .option('--rows <n>', 'rows of each rate and round', wholeNumber, 60_000)
  .option('--rounds <n>', 'of each rate', wholeNumber, 3)
  .option('--texts <file>', 'one JSON object with a "text" a line, gzipped (two texts when absent)')
  .parse().opts<{ rates: number[]; rows: number; rounds: number; texts?: string; json: boolean }>();

interface Measured {
  rowsPerSecond: number;
  /** Processor time of the whole process, the engine's included, so that a busy machine changes it little. */
  cpuMicrosPerRow: number;
}

const texts = readTexts(values.texts);
let sequence = 0;
let isMissed = false;

for (const rate of values.rates) {
  const sink: Measured[] = [];
  const alone: Measured[] = [];
  const bare: Measured[] = [];
  for (let round = 0; round < values.rounds; round += 1) {
    const { store, dispose } = await temporaryStore();
    const writer = new ClickHouseWriter(store);
    const insert = ({ rows, ...range }: Batch): Promise<void> => writer.insert(rows, LOG_ID, batchToken(LOG_ID, range));
    for (const batch of batchesOf(rate, SECONDS_PER_BATCH_MAX * rate)) await insert(batch);
    sink.push(await measure(rate, insert));
    await store.run('CREATE TABLE tocsin.bare AS tocsin.feedback');
    const client = embeddedClient(store.place);
    bare.push(await measure(rate, ({ rows }) => bareInsert(client, rows)));
    await client.close();
    for (const target of ROLLUPS) await store.run(`DROP VIEW tocsin.${target}_view SYNC`);
    alone.push(await measure(rate, insert));
    await dispose();
  }
  tell(rate, { sink, alone, bare });
}
process.exitCode = isMissed ? 1 : 0;

function tell(rate: number, { sink, alone, bare }: Record<'sink' | 'alone' | 'bare', Measured[]>): void {
  const ratios = sink.map(({ rowsPerSecond }, round) => Number((rowsPerSecond / bare[round]!.rowsPerSecond).toFixed(2))).sort((a, b) => a - b);
  const ratio = ratios[ratios.length >> 1]!;
  const line = {
    name: `store insert, ${rate} items/s`, value: Math.round(median(sink).rowsPerSecond), unit: 'rows/s', rowsABatch: batchesOf(rate, SECONDS_PER_BATCH_MAX * rate)[0]!.rows.length, peer: Math.round(median(bare).rowsPerSecond), ratio, ratios, target: 0.8, met: ratio >= 0.8,
    busyShare: Number((rate / median(sink).rowsPerSecond).toFixed(2)), withoutRollups: Math.round(median(alone).rowsPerSecond),
    cpuMicrosPerRow: rounded(median(sink)), withoutRollupsCpuMicrosPerRow: rounded(median(alone)), peerCpuMicrosPerRow: rounded(median(bare)),
  };
  isMissed ||= !line.met;
  if (values.json) console.log(JSON.stringify(line));
  else {
    console.log(`${line.met ? 'met   ' : 'MISSED'} ${line.name.padEnd(28)} batches of ${line.rowsABatch}: ${line.value} rows/s, ${line.ratio} (${ratios[0]}–${ratios.at(-1)}) of a bare client's ${line.peer}; the sink is busy ${Math.round(100 * line.busyShare)} % of the time; `
      + `processor time a row ${line.cpuMicrosPerRow} µs, without roll-ups ${line.withoutRollupsCpuMicrosPerRow} µs, bare client ${line.peerCpuMicrosPerRow} µs`);
  }
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

async function measure(rate: number, insert: (batch: Batch) => Promise<void>): Promise<Measured> {
  const batches = batchesOf(rate, values.rows);
  const rows = batches.reduce((sum, batch) => sum + batch.rows.length, 0);
  const before = process.cpuUsage();
  const startedMs = performance.now();
  for (const batch of batches) await insert(batch);
  const tookMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(before);
  return { rowsPerSecond: (rows / tookMs) * 1_000, cpuMicrosPerRow: (user + system) / rows };
}

/** What the sink makes of a log on which that many items a second arrive in frames, and a tick each second: about `rowsMax` rows. */
function batchesOf(rate: number, rowsMax: number): Batch[] {
  const batches: Batch[] = [];
  let open: OpenBatch = null;
  let second = 0;
  const take = (kind: 'scored' | 'tick', rows: readonly StoredItem[]): void => {
    const cut = cutBatches(open, { sequence, timeMs: SOME_TIME_MS + (second + 1) * 1_000, kind, rows });
    open = cut.open;
    if (cut.batch !== null) batches.push(cut.batch);
  };
  for (let rows = 0; rows < Math.max(rowsMax, rate); second += 1) {
    for (let left = rate; left > 0; left -= ITEMS_PER_FRAME) {
      sequence += 1;
      take('scored', frame(Math.min(left, ITEMS_PER_FRAME)));
    }
    rows += rate;
    sequence += 1;
    take('tick', []);
  }
  return batches;
}

function frame(count: number): StoredItem[] {
  return Array.from({ length: count }, (_, index) => {
    const text = texts[(sequence * ITEMS_PER_FRAME + index) % texts.length] ?? '';
    return storedItem({ sequence, index, item: { text, createdAtMs: SOME_TIME_MS + sequence * 10, product: `P${(sequence + index) % 50}` } });
  });
}

function median(runs: readonly Measured[]): Measured {
  return runs.toSorted((a, b) => a.rowsPerSecond - b.rowsPerSecond)[runs.length >> 1] ?? { rowsPerSecond: 0, cpuMicrosPerRow: 0 };
}

function readTexts(file: string | undefined): string[] {
  if (file === undefined) return ['快递太慢了，等了三天还没有到，客服也不回复。', 'The parcel came late and nobody answered.'];
  return gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n').map((line) => String((JSON.parse(line) as { text: unknown }).text));
}
