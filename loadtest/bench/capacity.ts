import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../server/app/package-root.ts';
import type { Measured } from '../../server/capacity/measured.ts';
import { told, toTable, type Figure } from '../run/figures.ts';
import { makeFragments, writeFragments } from '../run/fragments.ts';
import { runK6 } from '../run/run-k6.ts';
import { ensureTool } from '../run/tools.ts';
import { Apart, STAGES_APART, type StageApart } from './capacity/apart.ts';
import { withFigures } from './capacity/measured-file.ts';
import { benchmark, wholeNumber } from './command/benchmark.ts';
import { DEFAULT_CELL, type Cell } from './windows/load.ts';
import type { CellResult } from './windows/run-cell.ts';

/**
 * `npm run bench -- capacity [--seconds 8] [--write] [--json]`: what one item costs each stage, by how many come in a second and how they
 * are sent; what the counter's step costs by rules and keys; bytes in windows, on the log and in ClickHouse. The figures that
 * `tocsin capacity` reckons with; `--write` puts them there. Each role runs in a process of its own, so that the system tells them apart.
 */
const SINGLE_PER_SECOND = [250, 1_000, 2_000];
const BATCHES_PER_SECOND = [5, 20, 50];
const BATCH_ITEMS = 100;
const CONNECTIONS = 64;
const RULES = [1, 10, 100];
const KEYS = [10, 10_000];
const CELL_ITEMS = 200_000;
/** Of the step with 100 rules, which takes longer. */
const CELL_ITEMS_MANY = 60_000;
const MEASURED_FILE = join('server', 'capacity', 'measured.ts');

type PerItem = Record<StageApart, number>;

const { seconds, write, json } = benchmark('capacity')
  .option('--seconds <n>', 'length of each load', wholeNumber, 8)
  .option('--write', `put the figures into ${MEASURED_FILE}, which \`tocsin capacity\` reckons with`, false)
  .parse().opts<{ seconds: number; write: boolean; json: boolean }>();
const figures: Figure[] = [];
const keep = (more: readonly Figure[]): void => {
  figures.push(...more);
  if (json) for (const figure of more) console.log(JSON.stringify(figure));
};

const folder = await mkdtemp(join(tmpdir(), 'tocsin-capacity-'));
try {
  const flow = await measureFlow();
  const step = measureStep();
  const measured: Measured = {
    gatewayUs: { single: flow.single.gateway, batches: flow.batches.gateway },
    scorerUs: flow.batches.scorer,
    counterUs: Math.max(0, flow.batches.counter - flow.rules * step.usPerRule),
    counterUsPerRule: step.usPerRule,
    natsUs: { single: flow.single.nats, batches: flow.batches.nats },
    storeUs: flow.batches.clickhouse,
    windowBytesPerItem: step.bytesPerItem,
    windowBytesPerKey: step.bytesPerKey,
    ...flow.kept,
    baseBytes: flow.baseBytes,
    on: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`,
  };
  if (!json) console.log(toTable(figures));
  if (write) {
    const file = join(packageRoot(), MEASURED_FILE);
    await writeFile(file, withFigures(await readFile(file, 'utf8'), measured));
    process.stderr.write(`written: ${MEASURED_FILE}\n`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exit(0);

async function measureFlow(): Promise<{ single: PerItem; batches: PerItem; rules: number; kept: { storeBytesPerItem: number; scoredBytesPerItem: number }; baseBytes: Measured['baseBytes'] }> {
  const k6 = await ensureTool('k6', (line) => process.stderr.write(`${line}\n`));
  const fragments = await makeFragments();
  const fragmentsFile = join(folder, 'fragments.json');
  await writeFragments(fragmentsFile, fragments.all);
  const apart = await Apart.start();
  try {
    const idle = await apart.usage();
    keep(STAGES_APART.map((stage) => told(`${stage} at rest`, Math.round(idle[stage].residentBytes / 1e6), 'MB')));
    const idPrefix = `cap${Date.now().toString(36)}x`;
    let items = 0;
    const at = async (name: string, exec: 'single' | 'batch', perSecond: number, forSeconds: number): Promise<PerItem> => {
      const before = await apart.usage();
      const run = await runK6({ k6, url: apart.url, fragmentsFile, idPrefix, batchItems: BATCH_ITEMS, arrivals: [{ name, exec, perSecond, startsAfterSeconds: 0, seconds: forSeconds, connections: CONNECTIONS }] });
      await apart.settled();
      const after = await apart.usage();
      items += run.acceptedItems;
      return Object.fromEntries(STAGES_APART.map((stage) => [stage, ((after[stage].cpuMs - before[stage].cpuMs) * 1_000) / run.acceptedItems])) as PerItem;
    };
    // Code is compiled before anything is measured.
    await at('warm', 'batch', BATCHES_PER_SECOND[1] ?? 1, 4);
    const tell = (title: string, costs: PerItem): void => keep([
      ...STAGES_APART.map((stage) => told(`${title}: ${stage}`, costs[stage], 'µs an item')),
      told(`${title}: all`, STAGES_APART.reduce((sum, stage) => sum + costs[stage], 0), 'µs an item'),
    ]);
    let [single, batches] = [await at('warmsingle', 'single', SINGLE_PER_SECOND[0] ?? 1, 2), {} as PerItem];
    for (const perSecond of SINGLE_PER_SECOND) tell(`${perSecond.toLocaleString('en-US')} items/s, one a request`, (single = await at(`single${perSecond}`, 'single', perSecond, seconds)));
    for (const perSecond of BATCHES_PER_SECOND) tell(`${(perSecond * BATCH_ITEMS).toLocaleString('en-US')} items/s, NDJSON of ${BATCH_ITEMS}`, (batches = await at(`batch${perSecond}`, 'batch', perSecond, seconds)));
    const busy = await apart.usage();
    const baseBytes = Object.fromEntries(STAGES_APART.map((stage) => [stage, busy[stage].residentBytes])) as unknown as Measured['baseBytes'];
    keep(STAGES_APART.map((stage) => told(`${stage} after the load`, Math.round(baseBytes[stage] / 1e6), 'MB')));
    const kept = await apart.kept(items);
    keep([told('ClickHouse on disk, all tables', kept.storeBytesPerItem, 'bytes an item'), told('scored log', kept.scoredBytesPerItem, 'bytes an item')]);
    return { single, batches, rules: await apart.rules(), kept, baseBytes };
  } finally {
    await apart.stop();
  }
}

/** The counter's step alone, each cell in a process of its own. */
function measureStep(): { usPerRule: number; bytesPerItem: number; bytesPerKey: number } {
  const costs = new Map<string, { us: number; bytes: number; held: number; keys: number }>();
  for (const rules of RULES) {
    for (const keys of KEYS) {
      const cell: Cell = { ...DEFAULT_CELL, rules, keys, items: rules > 10 ? CELL_ITEMS_MANY : CELL_ITEMS };
      const child = spawnSync(process.execPath, ['--max-old-space-size=8192', join(packageRoot(), 'dist', 'loadtest', 'bench', 'windows.js'), '--cell', JSON.stringify(cell)], { encoding: 'utf8', maxBuffer: 1 << 20 });
      if (child.status !== 0) throw new Error(`a cell failed: ${child.stderr}`);
      const { itemsPerCpuSecond, bytesPerItemHeld, itemsHeld, keys: groups } = JSON.parse(child.stdout) as CellResult;
      const us = 1e6 / itemsPerCpuSecond;
      costs.set(`${rules} ${keys}`, { us, bytes: bytesPerItemHeld * itemsHeld, held: itemsHeld, keys: groups });
      keep([
        told(`step, ${rules} rules, ${keys.toLocaleString('en-US')} keys`, us, 'µs an item'),
        told(`step, ${rules} rules, ${keys.toLocaleString('en-US')} keys: windows`, bytesPerItemHeld, 'bytes an item held'),
      ]);
    }
  }
  const of = (rules: number, keys: number): { us: number; bytes: number; held: number; keys: number } => costs.get(`${rules} ${keys}`) ?? { us: NaN, bytes: NaN, held: NaN, keys: NaN };
  const [fewKeys, manyKeys] = [of(10, 10), of(10, 10_000)];
  const bytesPerItem = fewKeys.bytes / fewKeys.held;
  const bytesPerKey = Math.max(0, (manyKeys.bytes - manyKeys.held * bytesPerItem) / manyKeys.keys);
  const usPerRule = Math.max(0, (of(100, 10_000).us - of(10, 10_000).us) / 90);
  keep([told('each rule', usPerRule, 'µs an item'), told('each group', bytesPerKey, 'bytes')]);
  return { usPerRule, bytesPerItem, bytesPerKey };
}
