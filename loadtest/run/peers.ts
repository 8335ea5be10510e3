import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../server/app/package-root.ts';
import { getJson } from '../../test/support/http.ts';
import { eventually } from '../../test/support/poll.ts';
import type { ClosedLoop, ClosedLoopResult } from '../bench/gateway/closed-loop.ts';
import { startChildServer } from './child-server.ts';
import { judgeRatio, told, type Figure } from './figures.ts';
import type { Fragments } from './fragments.ts';
import { cpuBetween, type Usage } from './process-usage.ts';
import { Subject } from './subject.ts';

const SECONDS = 5;
const SETTLED_WITHIN_MS = 240_000;
const TIMES_HANDMADE_MIN = 10;
const BODIES = 100;
const LOADS = [
  { name: 'one item a request', items: 1, contentType: 'application/json', connections: 64 },
  { name: 'NDJSON of 100', items: 100, contentType: 'application/x-ndjson', connections: 16 },
] as const;
const run = promisify(execFile);

/** A whole stack: takes feedback durably, scores, counts and stores it. */
interface Stack {
  port: number;
  usage(): Promise<Usage | null>;
  /** Resolves when everything accepted is stored. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

interface Flow {
  durablePerSecond: number;
  storedPerSecond: number;
  storedPerCpuSecond: number;
  p50: number;
}

/** The product beside what a team would build by hand, and beside the bare limits of log and store, one after another. */
export async function comparePeers({ fragments, folder, say }: { fragments: Fragments; folder: string; say(line: string): void }): Promise<Figure[]> {
  say('— peers: the bare log and the bare store —');
  const { stdout } = await run(process.execPath, [join(packageRoot(), 'dist', 'loadtest', 'peers', 'stack', 'raw-limits.js'), String(fragments.bytesMean)]);
  const limits = JSON.parse(stdout.split('\n')[0] ?? '') as { logItemsPerSecond: number; rowsPerSecond: number };
  const flows = new Map<string, Flow>();
  for (const [name, start] of [['hand-written', startHandmade], ['tocsin', startOwn]] as const) {
    say(`— peers: ${name} —`);
    const stack = await start();
    try {
      await drive(stack, { ...LOADS[1], fragments, folder, seconds: 1 });
      for (const load of LOADS) flows.set(`${name} ${load.name}`, await drive(stack, { ...load, fragments, folder, seconds: SECONDS }));
    } finally {
      await stack.stop();
    }
  }
  const figures = LOADS.flatMap(({ name }): Figure[] => {
    const [own, hand] = [flows.get(`tocsin ${name}`), flows.get(`hand-written ${name}`)];
    if (own === undefined || hand === undefined) return [];
    const beside = (title: string, read: (flow: Flow) => number, unit: string): Figure => told(`${name}: ${title}`, round(read(own)), unit, { peer: `hand-written stack (${round(read(hand))})`, ratio: read(own) / read(hand) });
    return [
      beside('durable', (flow) => flow.durablePerSecond, 'items/s'),
      judgeRatio(beside('scored, counted and stored', (flow) => flow.storedPerSecond, 'items/s'), 'at-least', TIMES_HANDMADE_MIN),
      beside('scored, counted and stored, per CPU second of all processes', (flow) => flow.storedPerCpuSecond, 'items/s'),
      beside('answer p50', (flow) => flow.p50, 'ms'),
    ];
  });
  const batches = flows.get(`tocsin ${LOADS[1].name}`);
  const [log, store] = [Math.round(limits.logItemsPerSecond), Math.round(limits.rowsPerSecond)];
  return [
    ...figures,
    told('bare JetStream, frames of 256 items, fsync at each: durable', log, 'items/s'),
    told('bare client inserts of 20,000 rows', store, 'rows/s'),
    ...(batches === undefined ? [] : [
      told('gateway, NDJSON of 100, beside the bare log', round(batches.durablePerSecond), 'items/s', { peer: 'bare JetStream frames', ratio: batches.durablePerSecond / log }),
      told('whole flow beside the bare store', round(batches.storedPerSecond), 'items/s', { peer: 'bare client inserts', ratio: batches.storedPerSecond / store }),
    ]),
  ];
}

async function startHandmade(): Promise<Stack> {
  const child = await startChildServer<{ port: number }>('loadtest/peers/stack/handmade-stack.js');
  const { port } = child.ready;
  return {
    port, usage: () => child.usage(), stop: () => child.stop(),
    async settled() {
      await eventually(async () => {
        const { body } = await getJson<{ left: number }>(`http://127.0.0.1:${port}/v1/status`);
        return body.left === 0;
      }, { what: 'the hand-written stack to have stored everything', limitMs: SETTLED_WITHIN_MS, everyMs: 50 });
    },
  };
}

async function startOwn(): Promise<Stack> {
  const subject = await Subject.start();
  return { port: subject.server.port, usage: () => subject.usage(), settled: () => subject.server.settled(SETTLED_WITHIN_MS), stop: () => subject.dispose() };
}

async function drive(stack: Stack, load: { fragments: Fragments; folder: string; items: number; contentType: string; connections: number; seconds: number }): Promise<Flow> {
  const { fragments: { all }, folder, items, contentType, connections, seconds } = load;
  const file = join(folder, 'closed-loop.json');
  // Without ids: each is an item of its own however often its body is sent.
  const bodies = Array.from({ length: BODIES }, (_, body) => Array.from({ length: items }, (_item, item) => `{${all[(body * items + item) % all.length] ?? ''}`).join('\n'));
  await writeFile(file, JSON.stringify({ port: stack.port, connections, seconds, contentType, bodies } satisfies ClosedLoop));
  const before = await stack.usage();
  const startedMs = performance.now();
  const { stdout } = await run(process.execPath, [join(packageRoot(), 'dist', 'loadtest', 'bench', 'gateway', 'closed-loop.js'), '--load', file]);
  const result = JSON.parse(stdout) as ClosedLoopResult;
  await stack.settled();
  const tookSeconds = (performance.now() - startedMs) / 1_000;
  const cpuMs = cpuBetween(before, await stack.usage());
  const total = result.answered * items;
  return { durablePerSecond: total / result.seconds, storedPerSecond: total / tookSeconds, storedPerCpuSecond: cpuMs === null ? NaN : (total * 1_000) / cpuMs, p50: result.p50 };
}

function round(value: number): number {
  return value >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
}
