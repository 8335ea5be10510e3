import { readFileSync } from 'node:fs';
import type { StoredItem } from '../../../core/stored-item.ts';
import { ClickHouseWriter } from '../clickhouse-writer.ts';
import { openStore, type Store } from '../clickhouse.ts';
import { migrate } from '../migrate.ts';
import { SOME_TIME_MS, storedItem } from './items.ts';

// What projections and skip indices of `feedback` cost and give: bytes, time to make them, inserts, queries; each is dropped again.
//   tocsin generate --items 10000000 --data-dir FOLDER
//   node --import ./stream/store/testing/typescript-hooks.mjs stream/store/testing/measure-projections.ts FOLDER
const ROUNDS = 5;
const BATCH_ROWS = 5_000;
const BATCHES = 8;
const TICKS_PER_SECOND = 100;

interface Candidate {
  name: string;
  add: string;
  make: string;
  drop: string;
  /** What it should make quicker. */
  query: string;
}

const store = openStore({ dataDir: process.argv[2] ?? '' });
await migrate(store);
const writer = new ClickHouseWriter(store);
let sequence = 0;
const [[rows, newest, customer] = []] = await store.select("SELECT count(), toUnixTimestamp64Milli(max(created_at)), argMaxIf(customer_id, created_at, customer_id != '') FROM tocsin.feedback WHERE log_id LIKE 'generated%'");
const ago = (days: number): string => `fromUnixTimestamp64Milli(${Number(newest) - days * 86_400_000})`;
const page = 'SELECT id, text, categories, log_sequence FROM tocsin.feedback WHERE workspace = \'default\'';
const projection = (name: string, select: string, query: string): Candidate => ({
  name: `projection ${name}`, add: `ADD PROJECTION ${name} (${select})`, make: `MATERIALIZE PROJECTION ${name}`, drop: `DROP PROJECTION ${name}`, query,
});
const index = (name: string, on: string, type: string, query: string): Candidate => ({
  name: `index ${name}`, add: `ADD INDEX ${name} ${on} TYPE ${type} GRANULARITY 1`, make: `MATERIALIZE INDEX ${name}`, drop: `DROP INDEX ${name}`, query,
});
const ofCustomer = `SELECT id FROM tocsin.feedback WHERE workspace = 'default' AND customer_id = '${String(customer)}'`;
const evidence = `${page} AND created_at > ${ago(121)} AND created_at <= ${ago(120)} AND duplicate_of = '' AND has(categories, 'logistics') AND complaint ORDER BY created_at, id LIMIT 500`;
const rare = `${page} AND has(categories, 'app.performance') AND sentiment = 'negative' AND region = '西南' AND created_at < ${ago(30)} ORDER BY created_at DESC, id DESC LIMIT 50`;
const months = `SELECT toStartOfMonth(created_at) AS month, count() FROM tocsin.feedback WHERE workspace = 'default' AND complaint AND has(categories, 'store.environment') GROUP BY month ORDER BY month`;
const arrived = "SELECT log_id, count(), countIf(log_index = 0), max(received_at), max(log_sequence) FROM (SELECT *, toStartOfMinute(created_at) AS minute FROM tocsin.feedback) WHERE workspace = 'default' AND minute > toDateTime(0) GROUP BY log_id";

const CANDIDATES: Candidate[] = [
  index('customer_bloom', 'customer_id', 'bloom_filter(0.01)', ofCustomer),
  projection('by_customer', 'SELECT _part_offset ORDER BY workspace, customer_id', ofCustomer),
  index('category_bloom', 'categories', 'bloom_filter(0.01)', evidence),
  projection('by_category', 'SELECT _part_offset ORDER BY workspace, categories[1], created_at', evidence),
  projection('whole_by_sentiment', 'SELECT * ORDER BY workspace, sentiment, region, created_at', rare),
  projection('complaints_by_month', 'SELECT workspace, toStartOfMonth(created_at), complaint, categories, count() GROUP BY workspace, toStartOfMonth(created_at), complaint, categories', months),
];

await settled(store);
console.log(`${Number(rows).toLocaleString('en')} items`);
await arrivals();
for (const candidate of CANDIDATES) await measure(candidate);
await store.close();

/** The one that is there, beside none. */
async function arrivals(): Promise<void> {
  const [[bytes] = []] = await store.select("SELECT sum(bytes_on_disk) FROM system.projection_parts WHERE active AND database = 'tocsin' AND name = 'arrivals'");
  const [withIt, without] = [await timed(arrived), await timed(`${arrived} SETTINGS optimize_use_projections = 0`)];
  const inserts = await insertRate();
  console.log(JSON.stringify({ name: 'projection arrivals (adopted)', bytesAnItem: rounded(Number(bytes) / Number(rows)), queryMs: withIt, queryWithoutMs: without, inserts }));
}

async function measure({ name, add, make, drop, query }: Candidate): Promise<void> {
  const without = await timed(query);
  const before = await sizeOf();
  const insertsWithout = await insertRate();
  const grown = await sizeOf();
  try {
    await store.run(`ALTER TABLE tocsin.feedback ${add}`);
    const startedMs = performance.now();
    await store.run(`ALTER TABLE tocsin.feedback ${make} SETTINGS mutations_sync = 2`);
    const madeSeconds = (performance.now() - startedMs) / 1_000;
    await settled(store);
    const bytes = (await sizeOf()) - grown;
    const queryMs = await timed(query);
    console.log(JSON.stringify({ name, bytesAnItem: rounded(bytes / Number(rows)), madeSeconds: rounded(madeSeconds), queryMs, queryWithoutMs: without, inserts: await insertRate(), insertsWithout, bytesBefore: before }));
  } catch (error) {
    console.log(JSON.stringify({ name, error: error instanceof Error ? error.message : String(error) }));
  } finally {
    await store.run(`ALTER TABLE tocsin.feedback ${drop} SETTINGS mutations_sync = 2`);
  }
}

async function timed(sql: string): Promise<number> {
  const timesMs: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const startedMs = performance.now();
    await store.select(sql);
    if (round > 0) timesMs.push(performance.now() - startedMs);
  }
  return rounded(timesMs.sort((a, b) => a - b)[ROUNDS >> 1]!);
}

interface InsertRate {
  rowsPerSecond: number;
  engineMicrosPerRow: number;
}

async function insertRate(): Promise<InsertRate> {
  const batches = Array.from({ length: BATCHES }, () => Array.from({ length: BATCH_ROWS }, (_, at): StoredItem => {
    sequence += at % 64 === 0 ? 1 : 0;
    return storedItem({ sequence, index: at % 64, item: { text: `快递太慢了，等了三天还没有到 ${sequence} ${at}`, createdAtMs: SOME_TIME_MS + sequence * 10, product: `P${at % 50}`, customer: { id: `C${(sequence * 31 + at) % 50_000}` } } });
  }));
  await writer.insert(batches[0]!.slice(0, 10), 'scored.projections', `warm:${sequence}`);
  const before = engineTicks();
  const startedMs = performance.now();
  for (const [at, batch] of batches.entries()) await writer.insert(batch, 'scored.projections', `measured:${sequence}-${at}`);
  const tookMs = performance.now() - startedMs;
  const count = BATCHES * BATCH_ROWS;
  return { rowsPerSecond: Math.round((count / tookMs) * 1_000), engineMicrosPerRow: rounded(((engineTicks() - before) / TICKS_PER_SECOND / count) * 1e6) };
}

/** Processor time of the engine's process. */
function engineTicks(): number {
  const fields = readFileSync(`/proc/${store.enginePid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

async function sizeOf(): Promise<number> {
  return Number((await store.select("SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = 'tocsin' AND table = 'feedback'"))[0]?.[0]);
}

async function settled(of: Store): Promise<void> {
  for (let looks = 0; looks < 3;) {
    const [row] = await of.select("SELECT count() FROM system.merges WHERE database = 'tocsin'");
    looks = Number(row?.[0]) === 0 ? looks + 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
