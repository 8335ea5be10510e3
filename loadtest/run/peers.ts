import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../server/app/package-root.ts';
import { getJson } from '../../test/support/http.ts';
import { eventually } from '../../test/support/poll.ts';
import type { ClosedLoop, ClosedLoopResult } from '../bench/gateway/closed-loop.ts';
import { startChildServer } from './child-server.ts';
import { judgeRatio, overRounds, told, type Figure } from './figures.ts';
import type { Fragments } from './fragments.ts';
import { cpuBetween, type Usage } from './process-usage.ts';
import { setUpBenthos } from './set-up-benthos.ts';
import { Subject } from './subject.ts';

const SECONDS = 4;
const ROUNDS = 3;
const SETTLED_WITHIN_MS = 240_000;
const TIMES_HANDMADE_MIN = 10;
const BODIES = 100;
const COUNTED_EVENTS = 100_000;
/** Each connection sends its next request when it was answered: with few of them, throughput would be how long an answer takes. */
const LOADS = [
  { name: 'one item a request', items: 1, contentType: 'application/json', connections: 256 },
  { name: 'NDJSON of 100', items: 100, contentType: 'application/x-ndjson', connections: 32 },
] as const;
const run = promisify(execFile);

export interface PeerParts {
  fragments: Fragments;
  folder: string;
  say(line: string): void;
}

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


/** The product beside what a team would build by hand, and beside the bare limits of gateway, log and store, one after another. */
export async function comparePeers({ fragments, folder, say }: PeerParts): Promise<Figure[]> {
  say('peers: the bare log and the bare store');
  const { stdout } = await run(process.execPath, [join(packageRoot(), 'dist', 'loadtest', 'peers', 'stack', 'raw-limits.js'), String(fragments.bytesMean)]);
  const limits = JSON.parse(stdout.split('\n')[0] ?? '') as { logItemsPerSecond: number; rowsPerSecond: number };
  const flows = new Map<string, Flow[]>();
  const benthos = await setUpBenthos(say);
  if (benthos.kind === 'left-out') say(`Benthos is left out: ${benthos.reason}`);
  const stacks: [name: string, start: () => Promise<Stack>][] = [['bare', startBare], ['hand-written', startHandmade]];
  if (benthos.kind === 'ready') stacks.push(['benthos', () => startBenthos(benthos.binary)]);
  stacks.push(['tocsin', startOwn]);
  for (const [name, start] of stacks) {
    say(`peers: ${name}`);
    const stack = await start();
    try {
      await drive(stack, { ...LOADS[1], fragments, folder, seconds: 1 });
      for (const load of LOADS) {
        const rounds: Flow[] = [];
        for (let round = 0; round < ROUNDS; round += 1) rounds.push(await drive(stack, { ...load, fragments, folder, seconds: SECONDS }));
        flows.set(`${name} ${load.name}`, rounds);
      }
    } finally {
      await stack.stop();
    }
  }
  const of = (stack: string, load: string): Flow[] => flows.get(`${stack} ${load}`) ?? [];
  const batches = of('tocsin', LOADS[1].name);
  const [log, store] = [Math.round(limits.logItemsPerSecond), Math.round(limits.rowsPerSecond)];
  return [
    ...LOADS.flatMap(({ name }) => besideStacks(name, of('tocsin', name), { handmade: of('hand-written', name), bare: of('bare', name) })),
    told('bare JetStream, frames of 256 items, fsync at each: durable', log, 'items/s'),
    told('bare client inserts of 20,000 rows', store, 'rows/s'),
    besideLimit('gateway, NDJSON of 100, beside the bare log: durable', batches.map(({ durablePerSecond }) => durablePerSecond), 'bare JetStream frames', log),
    besideLimit('whole flow beside the bare store: stored', batches.map(({ storedPerSecond }) => storedPerSecond), 'bare client inserts', store),
    ...(benthos.kind === 'ready' ? LOADS.map(({ name }) => besideBenthos(name, of('tocsin', name), of('benthos', name))) : [told(`durable, beside Benthos: left out, ${benthos.reason}`, NaN, 'items/s')]),
    ...await besideBytewax(say),
  ];
}

/** Each round of ours over the median of theirs; the spread is of ours. */
function besideStacks(load: string, own: readonly Flow[], { handmade, bare }: { handmade: readonly Flow[]; bare: readonly Flow[] }): Figure[] {
  const beside = (title: string, read: (flow: Flow) => number, unit: string, [peer, theirs]: readonly [string, readonly Flow[]] = ['hand-written stack', handmade]): Figure => {
    const figure = overRounds(`${load}: ${title}`, own.map((flow) => round(read(flow))), unit);
    const their = overRounds(peer, theirs.map(read), unit).value;
    return { ...figure, peer: `${peer} (${round(their).toLocaleString('en-US')})`, ratio: figure.value / their };
  };
  return [
    judgeRatio(beside('durable', (flow) => flow.durablePerSecond, 'items/s'), 'at-least', TIMES_HANDMADE_MIN),
    judgeRatio(beside('scored, counted and stored', (flow) => flow.storedPerSecond, 'items/s'), 'at-least', TIMES_HANDMADE_MIN),
    beside('scored, counted and stored, per CPU second of all processes', (flow) => flow.storedPerCpuSecond, 'items/s'),
    beside('answer p50', (flow) => flow.p50, 'ms'),
    beside('durable, against a handler that keeps nothing', (flow) => flow.durablePerSecond, 'items/s', ['bare uWebSockets.js', bare]),
  ];
}

/** It takes and keeps; nothing is behind its log. */
function besideBenthos(load: string, own: readonly Flow[], theirs: readonly Flow[]): Figure {
  const figure = overRounds(`${load}: durable, beside Benthos, which keeps and does no more`, own.map(({ durablePerSecond }) => round(durablePerSecond)), 'items/s');
  const their = overRounds('Benthos', theirs.map(({ durablePerSecond }) => durablePerSecond), 'items/s').value;
  return { ...figure, peer: `Benthos (${round(their).toLocaleString('en-US')})`, ratio: figure.value / their };
}

function besideLimit(name: string, values: readonly number[], peer: string, limit: number): Figure {
  const figure = overRounds(name, values.map(round), 'items/s');
  return { ...figure, peer: `${peer} (${limit.toLocaleString('en-US')})`, ratio: figure.value / limit };
}

/** One rule of 24 hours alone, without scoring, log and store: Bytewax has no part for those. Installed from its registry into .tools/peers/. */
async function besideBytewax(say: (line: string) => void): Promise<Figure[]> {
  say('peers: Bytewax, counting alone');
  const title = `one rule of 24 h over ${COUNTED_EVENTS.toLocaleString('en-US')} events, counting alone`;
  const leftOut = (reason: string): Figure[] => {
    say(`Bytewax is left out: ${reason}`);
    return [told(`${title}: Bytewax left out, ${reason}`, NaN, 'events/s')];
  };
  try {
    const { stdout } = await run(process.execPath, [join(packageRoot(), 'dist', 'loadtest', 'peers', 'windows', 'compare.js'), '--events', String(COUNTED_EVENTS), '--repeats', String(ROUNDS), '--peers', 'bytewax,tocsin-rule-alone', '--json']);
    const lines = stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as { name: string; value?: number; min?: number; max?: number; skipped?: string });
    const lineOf = (name: string): (typeof lines)[number] | undefined => lines.find((line) => line.name.endsWith(`.${name}`));
    const bytewax = lineOf('bytewax');
    if (bytewax?.value === undefined) return leftOut(bytewax?.skipped ?? 'it told nothing');
    const their = bytewax.value;
    return (['tocsin-rule-alone', 'tocsin'] as const).flatMap((name): Figure[] => {
      const { value, min = NaN, max = NaN } = lineOf(name) ?? {};
      return value === undefined ? [] : [told(`${title}: ${name === 'tocsin' ? 'the whole step of Tocsin' : 'the rule alone in Tocsin'}`, value, 'events/s', {
        spread: { min, max, rounds: ROUNDS }, peer: `Bytewax (${their.toLocaleString('en-US')})`, ratio: value / their,
      })];
    });
  } catch (error) {
    return leftOut((error as Error).message.split('\n')[0] ?? '');
  }
}

async function startBare(): Promise<Stack> {
  const child = await startChildServer<{ port: number }>('loadtest/peers/gateway/bare-handler.js');
  return { port: child.ready.port, usage: () => child.usage(), settled: async () => undefined, stop: () => child.stop() };
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

async function startBenthos(binary: string): Promise<Stack> {
  const child = await startChildServer<{ port: number }>('loadtest/peers/stack/benthos-stack.js', [binary]);
  return { port: child.ready.port, usage: () => child.usage(), settled: async () => undefined, stop: () => child.stop() };
}

/** Takes whatever it is sent, as the hand-written one does. */
async function startOwn(): Promise<Stack> {
  const subject = await Subject.start({ TOCSIN_BACKLOG_SECONDS_MAX: '0' });
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
  if (result.failed > 0) throw new Error(`${result.failed} of ${result.failed + result.answered} requests were refused: their rate would say nothing`);
  await stack.settled();
  const tookSeconds = (performance.now() - startedMs) / 1_000;
  const cpuMs = cpuBetween(before, await stack.usage());
  const total = result.answered * items;
  return { durablePerSecond: total / result.seconds, storedPerSecond: total / tookSeconds, storedPerCpuSecond: cpuMs === null ? NaN : (total * 1_000) / cpuMs, p50: result.p50 };
}

function round(value: number): number {
  return value >= 100 ? Math.round(value) : Math.round(value * 100) / 100;
}
