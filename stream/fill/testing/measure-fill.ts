import { CATEGORY_IDS } from '../../../core/category.ts';
import type { Rule } from '../../../core/rule.ts';
import { backtestStore } from '../../backtest/backtest-store.ts';
import { createState } from '../../counter/state.ts';
import { step } from '../../counter/step.ts';
import { decodeScoredEntry, encodeScoredEntry } from '../../frames/scored-entry.ts';
import { ClickHouseWriter } from '../../store/clickhouse-writer.ts';
import { countAll, rowsBetweenSequences } from '../../store/counts.ts';
import { temporaryStore } from '../../store/testing/embedded-store.ts';
import { storedItem } from '../../store/testing/items.ts';
import { awaitedFills } from '../awaited-fills.ts';
import { PartBuilder } from '../build-parts.ts';
import { historyOf } from '../read-history.ts';

// From the embedded ClickHouse: items a second of a backtest and of filling a new rule, log bytes of the fill, and the time of one
// comparison of all fingerprints; one JSON object a line.
//   node --import ./stream/store/testing/typescript-hooks.mjs stream/fill/testing/measure-fill.ts [millions]
const SAMPLE_ROWS = 20_000;
const DAY_MS = 86_400_000;
const END_MS = Date.UTC(2026, 5, 1);
const SPAN_DAYS = 30;
const items = Number(process.argv[2] ?? '1') * 1_000_000;
const RULE: Rule = {
  id: 'mine', title: { zh: '我的', en: 'Mine' }, kind: 'threshold', where: 'complaint', groupBy: ['category', 'product'], windowMs: SPAN_DAYS * DAY_MS,
  fireAt: 2_000, resolveBelow: 1_800, severity: 'warning', escalate: [], notify: [],
};

const { store, dispose } = await temporaryStore();
await new ClickHouseWriter(store).insert(Array.from({ length: SAMPLE_ROWS }, (_, index) => storedItem({
  sequence: 1, index, item: { product: `P${index % 50}`, customer: { id: `customer-${index % 3_000}` } },
  score: { complaint: index % 4 === 0, categories: [{ id: CATEGORY_IDS[index % CATEGORY_IDS.length] ?? 'other', probability: 0.5, decidedBy: 'model' }] },
})), 'sample', 'sample:1-1');
for (let copy = 0; copy * SAMPLE_ROWS < items; copy++) {
  const fromMs = Math.round(END_MS - SPAN_DAYS * DAY_MS * (1 - (copy * SAMPLE_ROWS) / items));
  const widthMs = Math.round((SPAN_DAYS * DAY_MS * SAMPLE_ROWS) / items);
  await store.run(`INSERT INTO tocsin.feedback SELECT * REPLACE (concat('copy-${copy}-', toString(log_index)) AS id,
    fromUnixTimestamp64Milli(toInt64(${fromMs} + (log_index / ${SAMPLE_ROWS}) * ${widthMs})) AS created_at, created_at AS received_at, 'log' AS log_id,
    ${copy + 1} AS log_sequence) FROM (SELECT * FROM tocsin.feedback WHERE log_id = 'sample') SETTINGS async_insert = 0, insert_deduplicate = 0`);
}
await store.run("DELETE FROM tocsin.feedback WHERE log_id = 'sample'");
const rows = await countAll(store);

const span = { rules: [RULE], fromMs: END_MS - SPAN_DAYS * DAY_MS, toMs: END_MS, latenessMaxMs: 2 * DAY_MS, workspace: 'default' };
for (const arrival of ['created', 'received'] as const) {
  const startedMs = performance.now();
  const { items: seen } = await backtestStore(store, { ...span, arrival });
  report(`backtest of the store by time ${arrival}`, seen / (performance.now() - startedMs) * 1_000, 'items/s');
}

const state = createState({ fillWaitMaxMs: DAY_MS });
step(state, { sequence: 1_000_000, timeMs: END_MS, value: { kind: 'rules', rules: [RULE] } });
const history = historyOf(store, async () => 'log');
let sequence = 1_000_000;
let bytes = 0;
let stepMs = 0;
const startedMs = performance.now();
for (let [awaited] = awaitedFills(state); awaited !== undefined; [awaited] = awaitedFills(state)) {
  const page = await history.read(awaited, awaited.place);
  const builder = new PartBuilder(awaited, awaited.place);
  const parts = builder.add(page.items);
  const rest = builder.rest(page.isLast ? 'complete' : 'more');
  for (const part of rest === null ? parts : [...parts, rest]) {
    const entry = encodeScoredEntry(part);
    bytes += entry.length;
    const beforeMs = performance.now();
    step(state, { sequence: ++sequence, timeMs: END_MS, value: decodeScoredEntry(entry) });
    stepMs += performance.now() - beforeMs;
  }
}
report('fill of a new rule from the store', rows / (performance.now() - startedMs) * 1_000, 'items/s');
report('of that, decoding and counting the parts', stepMs, 'ms');
report('log bytes of the fill per item that matches', bytes / state.plan.groupings.find(({ id }) => id === 'category,product')!.grouping.itemsHeld(), 'bytes');
const askedMs = performance.now();
await rowsBetweenSequences(store, { logId: 'log', fromSequence: 1, toSequence: sequence });
report('comparing all fingerprints of the store', performance.now() - askedMs, 'ms');
await dispose();

function report(name: string, value: number, unit: string): void {
  console.log(JSON.stringify({ name: `${name}, ${rows / 1e6} M rows`, value: Number(value.toFixed(1)), unit }));
}
