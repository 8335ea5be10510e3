import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../server/app/package-root.ts';
import { startChildServer, type ChildServer } from '../run/child-server.ts';
import { judge, judgeRatio, overRounds, toTable, type Figure } from '../run/figures.ts';
import { makeFragments } from '../run/fragments.ts';
import { cpuBetween, usageOf } from '../run/process-usage.ts';
import { benchmark, wholeNumber } from './command/benchmark.ts';
import type { ClosedLoop, ClosedLoopResult } from './gateway/closed-loop.ts';

/**
 * `npm run bench -- gateway`: the gateway with durable answers beside a bare uWebSockets.js handler that reads the same bodies,
 * in turn, so that what else the machine does falls on both. Compared by the wall clock and by the processor time of the
 * process itself: on a busy machine the second is the one to trust.
 */
const ROUNDS = 5;
const SECONDS = 2;
const LOADS = [
  { name: 'single', contentType: 'application/json', items: 1, connections: 256 },
  { name: 'NDJSON 100', contentType: 'application/x-ndjson', items: 100, connections: 32 },
] as const;
const SINGLE_SHARE_MIN = 0.6;
const BATCH_PER_SECOND_MIN = 50_000;
const BODIES = 200;
const run = promisify(execFile);

interface Round {
  perSecond: number;
  perCpuSecond: number;
  perNatsCpuSecond: number;
  p50: number;
}

const { rounds: roundsCount, json } = benchmark('gateway').option('--rounds <n>', `of each load, ${SECONDS} s each`, wholeNumber, ROUNDS).parse().opts<{ rounds: number; json: boolean }>();
const folder = await mkdtemp(join(tmpdir(), 'tocsin-bench-'));
const bare = await startChildServer<{ port: number }>('loadtest/peers/gateway/bare-handler.js');
const own = await startChildServer<{ port: number; natsPid: number }>('loadtest/peers/gateway/gateway-alone.js');
const figures: Figure[] = [];
try {
  const { all } = await makeFragments();
  for (const { name, contentType, items, connections } of LOADS) {
    const bodies = Array.from({ length: BODIES }, (_, at) => Array.from({ length: items }, (_item, item) => `{${all[(at * items + item) % all.length]}`).join('\n'));
    const load = { contentType, bodies, connections, seconds: SECONDS };
    // Code is compiled before anything is measured.
    await measure(bare, load);
    await measure(own, load);
    const rounds: { bare: Round; own: Round }[] = [];
    for (let round = 0; round < roundsCount; round += 1) rounds.push({ bare: await measure(bare, load), own: await measure(own, load) });
    const unit = items === 1 ? 'requests/s' : 'items/s';
    const over = (title: string, read: (round: { bare: Round; own: Round }) => number, of = unit): Figure => overRounds(title, rounds.map(read), of);
    const ratio = (read: (round: Round) => number): number => over('', (round) => read(round.own) / read(round.bare), '').value;
    const wall: Figure = { ...over(`gateway ${name}, durable`, (round) => round.own.perSecond * items), peer: 'bare uWebSockets.js', ratio: ratio((round) => round.perSecond) };
    const cpu: Figure = { ...over(`gateway ${name} per CPU second of its process`, (round) => round.own.perCpuSecond * items), peer: 'bare uWebSockets.js', ratio: ratio((round) => round.perCpuSecond) };
    figures.push(
      over(`bare ${name}`, (round) => round.bare.perSecond * items), over(`bare ${name} per CPU second`, (round) => round.bare.perCpuSecond * items),
      items === 1 ? judgeRatio(wall, 'at-least', SINGLE_SHARE_MIN) : judge(wall, 'at-least', BATCH_PER_SECOND_MIN), cpu,
      over(`gateway ${name} per CPU second of nats-server`, (round) => round.own.perNatsCpuSecond * items),
      over(`gateway ${name} p50`, (round) => round.own.p50, 'ms'),
    );
  }
} finally {
  await bare.stop();
  await own.stop();
  await rm(folder, { recursive: true, force: true });
}
if (json) for (const figure of figures) console.log(JSON.stringify(figure));
else console.log(toTable(figures));
process.exit(0);

async function measure(server: ChildServer<{ port: number; natsPid?: number }>, load: Omit<ClosedLoop, 'port'>): Promise<Round> {
  const file = join(folder, 'load.json');
  await writeFile(file, JSON.stringify({ ...load, port: server.ready.port } satisfies ClosedLoop));
  const pid = server.process.pid ?? 0;
  const natsPid = server.ready.natsPid;
  const [before, natsBefore] = [await usageOf([pid]), natsPid === undefined ? null : await usageOf([natsPid])];
  const { stdout } = await run(process.execPath, [join(packageRoot(), 'dist', 'loadtest', 'bench', 'gateway', 'closed-loop.js'), '--load', file], { maxBuffer: 1024 ** 2 });
  const result = JSON.parse(stdout) as ClosedLoopResult;
  const cpuMs = cpuBetween(before, await usageOf([pid])) ?? NaN;
  const natsMs = cpuBetween(natsBefore, natsPid === undefined ? null : await usageOf([natsPid])) ?? NaN;
  if (result.failed > 0) process.stderr.write(`${result.failed} requests were not answered 202\n`);
  return { perSecond: result.answered / result.seconds, perCpuSecond: (result.answered * 1_000) / cpuMs, perNatsCpuSecond: (result.answered * 1_000) / natsMs, p50: result.p50 };
}
