import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectNatsBus } from '../../../stream/bus/nats-bus.ts';
import { silentLogger } from '../../../stream/bus/logger.ts';
import { startNatsServer } from '../../../stream/bus/nats-server.ts';
import { embeddedClient } from '../../../stream/store/testing/in-process.ts';
import { ensureTool } from '../../run/tools.ts';

/** What the log and the store can do when nothing but a client stands before them. Prints one line of JSON and ends. */
const SECONDS = 3;
const FRAME_ITEMS = 256;
const IN_FLIGHT = 32;
const INSERT_ROWS = 20_000;

const folder = await mkdtemp(join(tmpdir(), 'tocsin-limits-'));
const itemBytes = Number(process.argv[2] ?? 250);
const server = await startNatsServer({ binaryPath: await ensureTool('nats-server', () => undefined), dataDir: folder, logger: silentLogger });
const bus = await connectNatsBus({ servers: server.url, name: 'limits', clock: { nowMs: () => Date.now() }, telemetry: () => undefined, limits: { logBytesMax: server.logBytesMax } });
const log = bus.log('raw');
const frame = new Uint8Array(FRAME_ITEMS * itemBytes).fill(0x61);
let frames = 0;
const startedMs = performance.now();
await Promise.all(Array.from({ length: IN_FLIGHT }, async (_, lane) => {
  for (let number = 0; performance.now() - startedMs < SECONDS * 1_000; number += 1) {
    await log.append(frame, `${lane}-${number}`);
    frames += 1;
  }
}));
const logItemsPerSecond = (frames * FRAME_ITEMS * 1_000) / (performance.now() - startedMs);
await bus.close(1_000);
await server.stop();

const clickhouse = embeddedClient(join(folder, 'clickhouse'));
await clickhouse.command({ query: 'CREATE TABLE feedback (id String, at DateTime64(3), channel LowCardinality(String), text String, sentiment LowCardinality(String), stars UInt8, categories Array(String)) ENGINE = MergeTree ORDER BY at' });
const text = '物流太慢'.repeat(Math.max(1, Math.floor(itemBytes / 24)));
const rows = Array.from({ length: INSERT_ROWS }, (_, at) => ({ id: `a${at}`, at: Date.now(), channel: 'app', text, sentiment: 'negative', stars: 1, categories: ['logistics'] }));
await clickhouse.insert({ table: 'feedback', values: rows, format: 'JSONEachRow' });
const insertsFromMs = performance.now();
let inserted = 0;
while (performance.now() - insertsFromMs < SECONDS * 1_000) {
  await clickhouse.insert({ table: 'feedback', values: rows, format: 'JSONEachRow' });
  inserted += rows.length;
}
const rowsPerSecond = (inserted * 1_000) / (performance.now() - insertsFromMs);
await clickhouse.close();
await rm(folder, { recursive: true, force: true });
process.stdout.write(`${JSON.stringify({ logItemsPerSecond, rowsPerSecond })}\n`);
process.exit(0);
