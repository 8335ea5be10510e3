import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../server/app/package-root.ts';
import { overRounds, toTable, type Figure } from '../run/figures.ts';
import { makeFragments } from '../run/fragments.ts';
import { Subject } from '../run/subject.ts';
import { partUsage, type PartUsage } from '../run/thread-usage.ts';
import { benchmark, wholeNumber } from './command/benchmark.ts';
import type { ClosedLoop, ClosedLoopResult } from './gateway/closed-loop.ts';

/**
 * `npm run bench -- stages [--rounds 3] [--seconds 4]`: processor time of one item in each part of the whole program, by how
 * items are sent; what `tocsin capacity` reckons with. Processor time and not the clock, so that other work on the machine
 * changes it little; but what a part does once a second or once a frame falls on fewer items the slower the machine is.
 */
const LOADS = [
  { name: 'one item a request', items: 1, contentType: 'application/json', connections: 128 },
  { name: 'NDJSON of 100', items: 100, contentType: 'application/x-ndjson', connections: 32 },
] as const;
const BODIES = 100;
const SETTLED_WITHIN_MS = 180_000;
const PARTS: readonly (readonly [keyof PartUsage, string])[] = [
  ['mainThread', 'gateway, counter, sink, notifier'], ['otherThreads', 'scorer and other threads'], ['engine', 'embedded ClickHouse'], ['nats', 'nats-server'],
];
const run = promisify(execFile);

const { rounds: roundsCount, seconds, json } = benchmark('stages')
  .option('--rounds <n>', 'of each load', wholeNumber, 3)
  .option('--seconds <n>', 'length of a round', wholeNumber, 4)
  .parse().opts<{ rounds: number; seconds: number; json: boolean }>();
const folder = await mkdtemp(join(tmpdir(), 'tocsin-stages-'));
const { all } = await makeFragments();
const subject = await Subject.start({ TOCSIN_BACKLOG_SECONDS_MAX: '0' });
const figures: Figure[] = [];
try {
  await subject.warm(all);
  for (const { name, items, contentType, connections } of LOADS) {
    const bodies = Array.from({ length: BODIES }, (_, body) => Array.from({ length: items }, (_item, item) => `{${all[(body * items + item) % all.length] ?? ''}`).join('\n'));
    const file = join(folder, 'load.json');
    await writeFile(file, JSON.stringify({ port: subject.server.port, connections, seconds, contentType, bodies } satisfies ClosedLoop));
    const rounds: (PartUsage & { perSecond: number })[] = [];
    for (let round = 0; round < roundsCount; round += 1) {
      const before = await usage();
      const startedMs = performance.now();
      const { stdout } = await run(process.execPath, [join(packageRoot(), 'dist', 'loadtest', 'bench', 'gateway', 'closed-loop.js'), '--load', file]);
      await subject.server.settled(SETTLED_WITHIN_MS);
      const after = await usage();
      const sent = (JSON.parse(stdout) as ClosedLoopResult).answered * items;
      const parts = Object.fromEntries(PARTS.map(([part]) => [part, ((after[part] - before[part]) * 1_000) / sent])) as unknown as PartUsage;
      rounds.push({ ...parts, perSecond: (sent * 1_000) / (performance.now() - startedMs) });
    }
    figures.push(...PARTS.map(([part, title]) => overRounds(`${name}: ${title}`, rounds.map((each) => each[part]), 'µs an item')));
    figures.push(overRounds(`${name}: all`, rounds.map((each) => PARTS.reduce((sum, [part]) => sum + each[part], 0)), 'µs an item'));
    figures.push(overRounds(`${name}: scored, counted and stored, by the clock`, rounds.map(({ perSecond }) => perSecond), 'items/s'));
  }
} finally {
  await subject.dispose();
  await rm(folder, { recursive: true, force: true });
}
if (json) for (const figure of figures) console.log(JSON.stringify(figure));
else console.log(toTable(figures));
process.exit(0);

async function usage(): Promise<PartUsage> {
  const found = await partUsage(subject.server.pid ?? 0);
  if (found === null) throw new Error('this system does not tell the processor time of threads (no /proc)');
  return found;
}
