import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { overRounds, toTable, type Figure } from '../run/figures.ts';
import { makeFragments, writeFragments } from '../run/fragments.ts';
import { runK6 } from '../run/run-k6.ts';
import { Subject } from '../run/subject.ts';
import { partUsage, type PartUsage } from '../run/thread-usage.ts';
import { ensureTool } from '../run/tools.ts';

/**
 * `npm run bench -- stages`: processor time of one item in each part of the whole program, by how items are sent; what
 * `tocsin capacity` reckons with. Processor time and not the clock, so that other work on the machine changes it little.
 */
const SECONDS = 5;
const ROUNDS = 3;
const LOADS = [
  { name: 'one item a request', exec: 'single', perSecond: 400, batchItems: 1 },
  { name: 'NDJSON of 100', exec: 'batch', perSecond: 20, batchItems: 100 },
] as const;
const SETTLED_WITHIN_MS = 120_000;
const PARTS: readonly (readonly [keyof PartUsage, string])[] = [
  ['mainThread', 'gateway, counter, sink, notifier'], ['otherThreads', 'scorer and other threads'], ['engine', 'embedded ClickHouse'], ['nats', 'nats-server'],
];

const { values } = parseArgs({ options: { json: { type: 'boolean' } } });
const folder = await mkdtemp(join(tmpdir(), 'tocsin-stages-'));
const k6 = await ensureTool('k6', (line) => void process.stderr.write(`${line}\n`));
const { all } = await makeFragments();
const fragmentsFile = join(folder, 'fragments.json');
await writeFragments(fragmentsFile, all);
const subject = await Subject.start();
const figures: Figure[] = [];
try {
  await subject.warm(all);
  for (const { name, exec, perSecond, batchItems } of LOADS) {
    const rounds: PartUsage[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = await usage();
      const run = await runK6({ k6, url: subject.url, fragmentsFile, batchItems, idPrefix: `st${Date.now().toString(36)}x`, arrivals: [{ name: 'r', exec, perSecond, startsAfterSeconds: 0, seconds: SECONDS, connections: 200 }] });
      await subject.server.settled(SETTLED_WITHIN_MS);
      const after = await usage();
      rounds.push(Object.fromEntries(PARTS.map(([part]) => [part, ((after[part] - before[part]) * 1_000) / run.acceptedItems])) as unknown as PartUsage);
    }
    figures.push(...PARTS.map(([part, title]) => overRounds(`${name}: ${title}`, rounds.map((each) => each[part]), 'µs an item')));
    figures.push(overRounds(`${name}: all`, rounds.map((each) => PARTS.reduce((sum, [part]) => sum + each[part], 0)), 'µs an item'));
  }
} finally {
  await subject.dispose();
  await rm(folder, { recursive: true, force: true });
}
if (values.json === true) for (const figure of figures) console.log(JSON.stringify(figure));
else console.log(toTable(figures));
process.exit(0);

async function usage(): Promise<PartUsage> {
  const found = await partUsage(subject.server.pid ?? 0);
  if (found === null) throw new Error('this system does not tell the processor time of threads (no /proc)');
  return found;
}
