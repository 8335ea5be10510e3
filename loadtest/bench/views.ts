// What each roll-up costs an insert: the same inserts with no view, with each one by itself and with all, in turns.
import type { StoredItem } from '../../core/stored-item.ts';
import { ClickHouseWriter } from '../../stream/store/clickhouse-writer.ts';
import type { Store } from '../../stream/store/clickhouse.ts';
import { createView, dropView } from '../../stream/store/migrations/0002-rollups.ts';
import { ROLLUPS, VIEWS } from '../../stream/store/migrations/rollup-views.ts';
import { temporaryStore } from '../../stream/store/testing/embedded-store.ts';
import { SOME_TIME_MS, storedItem } from '../../stream/store/testing/items.ts';
import { benchmark, wholeNumber, wholeNumbers } from './command/benchmark.ts';

const LOG_ID = 'scored.0';
const CATEGORIES = ['logistics', 'product.quality', 'service.attitude', 'price', 'refund'];

const values = benchmark('views')
  .option('--rows <list>', 'rows of an insert, with commas', wholeNumbers, [50, 1_000])
  .option('--inserts <n>', 'of each kind and round', wholeNumber, 12)
  .option('--rounds <n>', 'of each size', wholeNumber, 3)
  .parse().opts<{ rows: number[]; inserts: number; rounds: number; json: boolean }>();

/** Views that are there together; days are made from hours, so they come with them. */
const KINDS: readonly { name: string; targets: readonly string[] }[] = [
  { name: 'no view', targets: [] },
  ...ROLLUPS.map((target) => (target === 'rollup_day' ? { name: 'rollup_hour and rollup_day', targets: ['rollup_hour', target] } : { name: target, targets: [target] })),
  { name: 'all', targets: ROLLUPS },
];

let sequence = 0;
for (const rows of values.rows) await measure(rows);

async function measure(rows: number): Promise<void> {
  const { store, dispose } = await temporaryStore();
  try {
    const writer = new ClickHouseWriter(store);
    for (const table of ['feedback', ...ROLLUPS]) await store.run(`SYSTEM STOP MERGES ${store.layout.local(table)}`);
    const taken = new Map(KINDS.map(({ name }) => [name, { wallMs: [] as number[], cpuMs: [] as number[] }]));
    for (let round = 0; round < values.rounds; round += 1) {
      for (const { name, targets } of KINDS) {
        await only(store, targets);
        for (let insert = 0; insert <= values.inserts; insert += 1) {
          const one = await timed(writer, batch(rows));
          if (insert === 0) continue;
          taken.get(name)!.wallMs.push(one.wallMs);
          taken.get(name)!.cpuMs.push(one.cpuMs);
        }
      }
    }
    for (const [name, { wallMs, cpuMs }] of taken) tell(name, rows, { wallMs, cpuMs });
  } finally {
    await dispose();
  }
}

async function only(store: Store, targets: readonly string[]): Promise<void> {
  for (const target of ROLLUPS) await store.run(dropView(store.layout, target));
  for (const { target, view } of VIEWS) if (targets.includes(target)) await store.run(createView(store.layout, target, view(store.layout)));
}

async function timed(writer: ClickHouseWriter, rows: readonly StoredItem[]): Promise<{ wallMs: number; cpuMs: number }> {
  const before = process.cpuUsage();
  const startedMs = performance.now();
  await writer.insert(rows, LOG_ID, `${LOG_ID}:${sequence}`);
  const wallMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(before);
  return { wallMs, cpuMs: (user + system) / 1_000 };
}

function batch(count: number): StoredItem[] {
  return Array.from({ length: count }, (_, at) => {
    sequence += at % 64 === 0 ? 1 : 0;
    return storedItem({
      sequence, index: at % 64,
      item: {
        text: `快递太慢了，等了三天还没有到，客服也不回复 ${sequence} ${at}`, createdAtMs: SOME_TIME_MS + sequence * 10, channel: (['app', 'web', 'chat'] as const)[at % 3] ?? 'app', region: `R${at % 6}`,
        product: `P${(sequence + at) % 50}`, store: `S${at % 30}`, agent: `A${at % 40}`, customer: { id: `c${(sequence * 7 + at) % 50_000}`, group: `g${at % 3}`, tier: 'gold' },
      },
      score: { categories: [{ id: CATEGORIES[at % CATEGORIES.length] ?? 'other', probability: 0.5, decidedBy: 'model' }] },
    });
  });
}

function tell(kind: string, rows: number, { wallMs, cpuMs }: { wallMs: number[]; cpuMs: number[] }): void {
  const line = { name: `insert of ${rows} rows, ${kind}`, value: at(cpuMs, 0.5), unit: 'ms of processor time', quickestTenth: at(cpuMs, 0.1), wallMs: at(wallMs, 0.5), wallMsQuickestTenth: at(wallMs, 0.1), inserts: cpuMs.length };
  if (values.json) console.log(JSON.stringify(line));
  else console.log(`${line.name.padEnd(52)} processor ${line.value} ms (${line.quickestTenth}), clock ${line.wallMs} ms (${line.wallMsQuickestTenth})`);
}

function at(times: readonly number[], share: number): number {
  return Number((times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? 0).toFixed(1));
}
