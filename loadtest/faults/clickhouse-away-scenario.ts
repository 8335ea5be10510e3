import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PipelineStatus } from '../../core/pipeline.ts';
import { getJson } from '../../test/support/http.ts';
import { eventually } from '../../test/support/poll.ts';
import { startChildServer } from '../run/child-server.ts';
import { TcpGate } from '../run/tcp-gate.ts';
import type { Compared } from './compare.ts';
import { runOneLife } from './one-life.ts';
import { atLeast, atMost, exactly, told, type Measure } from './report.ts';
import type { SteadyLoad } from './steady-load.ts';
import { TocsinUnderFault } from './tocsin-under-fault.ts';

export interface ClickhouseAwayOptions {
  seed: number;
  awayMs: number;
  itemsPerSecond?: number;
  /** The server is killed and started while ClickHouse is away. */
  restarts?: boolean;
  say: (line: string) => void;
}

const CREDENTIALS = { user: 'tocsin', password: 'fault-test' };
const ITEMS_PER_SECOND = 100;
const BATCH_ITEMS = 5;
const CLIENTS = 2;
const ITEMS_MAX = 500_000;
const STORED_BEFORE = 200;
const LOOK_EVERY_MS = 5_000;
const SAY_EVERY_LOOKS = 60;
const LAG_MS_MAX = 10_000;
/** A batch a second has piled up, and each is inserted by itself. */
const CAUGHT_UP_WITHIN_MS_MIN = 600_000;
const CAUGHT_UP_SECONDS = 5;

/** What is looked at while ClickHouse is away. */
interface Looks {
  looks: number;
  lagMsMax: number;
  unstoredRowsMax: number;
  spoolBytesMax: number;
  memoryBytesMax: number;
  /** Looks at which the server did not answer, or the live count had not grown since the last one. */
  silent: number;
}

/**
 * A ClickHouse server that refuses every connection for a long time, under load. Taking in, counting and paging go on; the rows
 * follow when it is back, each once.
 */
export async function runClickhouseAway({ seed, awayMs, itemsPerSecond = ITEMS_PER_SECOND, restarts = false, say }: ClickhouseAwayOptions): Promise<Compared> {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-store-away-'));
  const engine = await startChildServer<{ port: number }>('loadtest/run/testing/clickhouse-port.js', [folder, CREDENTIALS.user, CREDENTIALS.password]);
  const gate = new TcpGate(engine.ready.port);
  await gate.open();
  const tocsin = await TocsinUnderFault.prepare({ env: { CLICKHOUSE_URL: `http://${CREDENTIALS.user}:${CREDENTIALS.password}@127.0.0.1:${gate.port}` } });
  try {
    return await runOneLife({
      tocsin, seed, say,
      load: { clients: CLIENTS, itemsPerSecond, batchItems: BATCH_ITEMS, repeatShare: 0.1, impatientShare: 0.05, itemsMax: ITEMS_MAX },
      async trouble(load) {
        await eventually(() => load.ledger.acknowledged.size >= STORED_BEFORE, { what: 'items to be taken before ClickHouse goes', limitMs: 60_000 });
        const lived = await whileAway({ tocsin, load, gate, awayMs, restarts, say });
        return [...lived, await untilCaughtUp(tocsin, { rowsMax: CAUGHT_UP_SECONDS * itemsPerSecond, limitMs: Math.max(CAUGHT_UP_WITHIN_MS_MIN, awayMs) })];
      },
    });
  } finally {
    await gate.shut();
    await engine.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function whileAway({ tocsin, load, gate, awayMs, restarts, say }: { tocsin: TocsinUnderFault; load: SteadyLoad; gate: TcpGate; awayMs: number; restarts: boolean; say: (line: string) => void }): Promise<Measure[]> {
  const { ledger } = load;
  const [takenBefore, pagesBefore, refusedBefore] = [ledger.acknowledged.size, tocsin.webhook.pages.length, ledger.refusedAtMs.length];
  const awayFromMs = performance.now();
  say(`ClickHouse goes away for ${Math.round(awayMs / 60_000)} min`);
  await gate.shut();
  if (restarts) {
    say('the server is killed, and started without ClickHouse');
    await tocsin.kill('both');
    await tocsin.server.start();
  }
  const looks = await lookUntil(tocsin, awayFromMs + awayMs, (line) => say(`${Math.round((performance.now() - awayFromMs) / 60_000)} min: ${line}`));
  const awayForMs = performance.now() - awayFromMs;
  const [taken, pages] = [ledger.acknowledged.size - takenBefore, tocsin.webhook.pages.length - pagesBefore];
  await gate.open();
  say('ClickHouse is back');
  const gapMs = longestGapMs(ledger.acceptedAtMs.filter((atMs) => atMs >= awayFromMs && atMs <= awayFromMs + awayForMs));
  return [
    told('time without ClickHouse', Math.round(awayForMs / 1_000), 's'),
    atLeast('items answered 202 meanwhile', taken, 'items', 1),
    exactly('answers 429 or 503 meanwhile', ledger.refusedAtMs.length - refusedBefore, 'answers', 0),
    told('longest time between two answers 202 meanwhile', Math.round(gapMs), 'ms'),
    atLeast('pages delivered meanwhile', pages, 'pages', 1),
    told('looks at the live counts meanwhile', looks.looks, 'looks'),
    exactly('looks at which the counts did not answer or stood still', looks.silent, 'looks', 0),
    atMost('longest lag of the counts meanwhile', Math.round(looks.lagMsMax), 'ms', LAG_MS_MAX),
    told('most rows that waited for ClickHouse', looks.unstoredRowsMax, 'rows'),
    told('most bytes of rows on disk', looks.spoolBytesMax, 'bytes'),
    told('most memory of the server', Math.round(looks.memoryBytesMax / 1024 ** 2), 'MiB'),
  ];
}

/** The load goes on meanwhile. */
async function untilCaughtUp(tocsin: TocsinUnderFault, { rowsMax, limitMs }: { rowsMax: number; limitMs: number }): Promise<Measure> {
  const backAtMs = performance.now();
  await eventually(async () => {
    const { status, body } = await getJson<PipelineStatus>(`${tocsin.url}/v1/status`);
    return status === 200 && body.unstoredRows <= rowsMax;
  }, { what: 'the rows to be stored', limitMs, everyMs: 500 });
  return told('time until the rows were stored, ClickHouse being back and the load going on', Math.round((performance.now() - backAtMs) / 1_000), 's');
}

async function lookUntil(tocsin: TocsinUnderFault, untilMs: number, say: (line: string) => void): Promise<Looks> {
  const looks: Looks = { looks: 0, lagMsMax: 0, unstoredRowsMax: 0, spoolBytesMax: 0, memoryBytesMax: 0, silent: 0 };
  let counted = -1;
  while (performance.now() < untilMs) {
    await sleep(Math.min(LOOK_EVERY_MS, untilMs - performance.now()));
    looks.looks += 1;
    const [now, status] = await Promise.all([countedNow(tocsin.url), getJson<PipelineStatus>(`${tocsin.url}/v1/status`).catch(() => undefined)]);
    if (status?.status !== 200 || now === undefined || now <= counted) looks.silent += 1;
    counted = now ?? counted;
    looks.lagMsMax = Math.max(looks.lagMsMax, status?.body.lagMs ?? Infinity);
    looks.unstoredRowsMax = Math.max(looks.unstoredRowsMax, status?.body.unstoredRows ?? 0);
    looks.spoolBytesMax = Math.max(looks.spoolBytesMax, await folderBytes(join(tocsin.dataDir, 'spool')));
    looks.memoryBytesMax = Math.max(looks.memoryBytesMax, await residentBytes(tocsin.server.pid));
    if (looks.looks % SAY_EVERY_LOOKS === 0) say(`${now ?? 'no'} counted, ${status?.body.unstoredRows ?? '?'} rows wait, lag ${status?.body.lagMs ?? '?'} ms`);
  }
  return looks;
}

async function countedNow(url: string): Promise<number | undefined> {
  const { status, body } = await getJson<{ groups: { count: number }[] }>(`${url}/v1/counts?${new URLSearchParams({ groupBy: 'channel,sentiment', window: '24h' })}`).catch(() => ({ status: 0, body: { groups: [] } }));
  return status === 200 ? body.groups.reduce((sum, { count }) => sum + count, 0) : undefined;
}

async function folderBytes(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(names.map((name) => stat(join(folder, name)).then(({ size }) => size, () => 0)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Linux alone says it; 0 elsewhere. */
async function residentBytes(pid: number | undefined): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+) kB/.exec(text)?.[1] ?? 0) * 1024;
}

function longestGapMs(atMs: readonly number[]): number {
  return atMs.reduce((longest, each, index) => Math.max(longest, index === 0 ? 0 : each - atMs[index - 1]!), 0);
}
