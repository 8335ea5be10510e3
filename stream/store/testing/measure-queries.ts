import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { CATEGORY_IDS } from '../../../core/category.ts';
import { CHANNELS } from '../../../core/feedback.ts';
import type { StoredItem } from '../../../core/stored-item.ts';
import { ClickHouseWriter } from '../clickhouse-writer.ts';
import { countAll, countByCategory, rowsBetweenSequences } from '../counts.ts';
import { scanColumns, scanHistory } from '../scan-history.ts';
import { findFeedback, searchFeedback } from '../search.ts';
import { storedItem } from './items.ts';
import { temporaryStore } from './embedded-store.ts';

// Bytes an item and time of each query over a history of the size given, one JSON object a line.
//   node --import ./stream/store/testing/typescript-hooks.mjs stream/store/testing/measure-queries.ts texts.jsonl.gz [millions]
const SAMPLE_ROWS = 40_000;
const LOG_ID = 'scored.0';
const REPEATS = 9;
const DAY_MS = 86_400_000;
const END_MS = Date.UTC(2026, 5, 1);
const SPAN_DAYS = 90;

const [, , file = '', millions = '5'] = process.argv;
const rowsWanted = Number(millions) * 1_000_000;
const { store, dispose } = await temporaryStore();
await new ClickHouseWriter(store).insert(sample(), 'sample', 'sample:1-1');
await multiply();
if ((await countAll(store)) < rowsWanted) throw new Error('The history is not as large as it should be.');

const workspace = 'default';
const day = { workspace, fromMs: END_MS - DAY_MS, toMs: END_MS };
await report('bytes an item on disk', 'bytes', async () => {
  const [row] = await store.select("SELECT sum(bytes_on_disk) / sum(rows) FROM system.parts WHERE active AND database = 'tocsin' AND table = 'feedback'");
  return Number(row?.[0]);
});
await time('first page, newest', () => searchFeedback(store, { workspace }));
await time('first page of a day by category and sentiment', () => searchFeedback(store, { ...day, category: 'logistics', sentiment: 'negative' }));
await time('first page of a day by text', () => searchFeedback(store, { ...day, text: '退款' }));
await time('text that is nowhere, 90 days', () => searchFeedback(store, { workspace, text: 'no text holds this' }));
await time('one item by id', () => findFeedback(store, workspace, 'copy-5-17'));
await time('count by category, 24 h', () => countByCategory(store, { workspace, afterMs: day.fromMs, untilMs: day.toMs, where: { complaint: true } }));
await time('count by category, 90 days', () => countByCategory(store, { workspace, afterMs: 0, untilMs: END_MS, where: { complaint: true } }));
await time('count of everything', () => countAll(store));
await time('fingerprint of 100,000 log entries', () => rowsBetweenSequences(store, { logId: LOG_ID, fromSequence: 1, toSequence: 100_000 }));
await time('highest stored sequence', () => new ClickHouseWriter(store).storedThrough(LOG_ID));
const span = { workspace, fromMs: END_MS - 10 * DAY_MS, toMs: END_MS };
await rate('scan of history, whole items', () => scanHistory(store, span, () => undefined));
await rate('scan of history, six fields', () =>
  scanColumns(store, { ...span, fields: ['createdAtMs', 'complaint', 'categories', 'channel', 'product', 'customerId'] }, () => undefined),
);
console.log(JSON.stringify({ name: 'resident memory', value: Math.round(process.memoryUsage.rss() / 2 ** 20), unit: 'MiB' }));
await dispose();

function sample(): StoredItem[] {
  const texts = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n').slice(0, SAMPLE_ROWS);
  return texts.map((line, index) =>
    storedItem({
      sequence: 1, index,
      item: { text: String((JSON.parse(line) as { text: unknown }).text), channel: CHANNELS[index % CHANNELS.length] ?? 'app', product: `P${index % 50}` },
      score: {
        sentiment: index % 3 === 0 ? 'negative' : 'positive', complaint: index % 4 === 0, complaintProbability: Math.fround(Math.random()),
        categories: [{ id: CATEGORY_IDS[index % CATEGORY_IDS.length] ?? 'other', probability: Math.fround(Math.random()), decidedBy: 'model' }],
      },
    }),
  );
}

/** Copies of the sample at random times of the span, in the engine itself. */
async function multiply(): Promise<void> {
  for (let copy = 0; copy * SAMPLE_ROWS < rowsWanted; copy += 1) {
    const fromMs = END_MS - SPAN_DAYS * DAY_MS * (1 - (copy * SAMPLE_ROWS) / rowsWanted);
    const widthMs = (SPAN_DAYS * DAY_MS * SAMPLE_ROWS) / rowsWanted;
    await store.run(`
INSERT INTO tocsin.feedback SELECT * REPLACE (
  concat('copy-${copy}-', toString(log_index)) AS id,
  fromUnixTimestamp64Milli(toInt64(${Math.round(fromMs)} + (log_index / ${SAMPLE_ROWS}) * ${Math.round(widthMs)})) AS created_at,
  created_at AS received_at, '${LOG_ID}' AS log_id, ${copy} * 625 + intDiv(log_index, 64) + 1 AS log_sequence, log_index % 64 AS log_index)
FROM (SELECT * FROM tocsin.feedback WHERE log_id = 'sample') SETTINGS async_insert = 0`);
  }
}

async function time(name: string, action: () => Promise<unknown>): Promise<void> {
  await report(name, 'ms', async () => {
    const tookMs: number[] = [];
    for (let repeat = 0; repeat < REPEATS; repeat += 1) {
      const fromMs = performance.now();
      await action();
      tookMs.push(performance.now() - fromMs);
    }
    return tookMs.sort((a, b) => a - b)[REPEATS >> 1] ?? 0;
  });
}

async function rate(name: string, scan: () => Promise<number>): Promise<void> {
  await report(name, 'items/s', async () => {
    const fromMs = performance.now();
    return ((await scan()) / (performance.now() - fromMs)) * 1_000;
  });
}

async function report(name: string, unit: string, measure: () => Promise<number>): Promise<void> {
  console.log(JSON.stringify({ name: `${name}, ${millions} M rows`, value: Number((await measure()).toFixed(1)), unit }));
}
