import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { readNumber } from '../../../server/cli/read-number.ts';
import { LOAD_DEFAULTS, everyNthKey, makeEvents, writeEvents } from './events.ts';
import { linesOf } from './measure.ts';
import type { Measured } from './measure.ts';
import { checkCore, heldTo, lastCore, readCore } from './one-core.ts';
import type { Core } from './one-core.ts';
import { compareFires, firesByArrival, firesByEventTime } from './oracle.ts';
import { reportLines, reportTable } from './report.ts';
import type { PeerResult } from './report.ts';
import type { Fire, WindowEvent } from './rule.ts';
import { PEERS, run, setUpPeer } from './set-up-peers.ts';
import type { PeerName, SetUp } from './set-up-peers.ts';
import { EXIT_WRONG_COMMAND, benchmark, wholeNumber } from '../../bench/command/benchmark.ts';

/*
 * One sliding-window rule in several programs, one after another on the same events:
 *
 *   events (seeded) ─► file ─► each program alone, in its own process, in turns, on one core ─► alerts ─► compared with an exact oracle
 *
 */

const PEER_MS_MAX = 120_000;
/** No round begins that would end after this, were it as long as those before; a busy machine needs more for three. */
const ROUNDS_MINUTES = 5;
const WITHOUT_RULE = 'tocsin-without-rule';
/** The slow ones are given every n-th key only: as many events in each window, fewer events. */
const KEYS_SHARE: Partial<Record<PeerName, number>> = { elastalert2: 5 };

interface Load {
  eventsFile: string;
  byEventTime: Fire[];
  byArrival: Fire[];
}

interface Options {
  events: number;
  keys: number;
  repeats: number;
  roundsMsMax: number;
  peers: PeerName[];
  core: Core;
  output: 'table' | 'json';
}

function readOptions(): Options {
  const beside = PEERS.filter((name) => name !== 'tocsin');
  const asked = benchmark('windows-peers')
    .option('--events <n>', 'events of the load', wholeNumber, LOAD_DEFAULTS.events)
    .option('--keys <n>', 'keys of it', wholeNumber, LOAD_DEFAULTS.keys)
    .option('--repeats <n>', 'rounds, in each of which every program runs once', wholeNumber, 3)
    .option('--minutes <n>', 'no round begins that would end after this', readNumber, ROUNDS_MINUTES)
    .option('--peers <list>', `programs beside tocsin, with commas: ${beside.join(', ')} (all when absent)`, peersOf)
    .option('--core <n>', 'core to which each program is held with all its threads and processes, from 0 (the last one when absent); all: to none', readCore)
    .parse().opts<{ events: number; keys: number; repeats: number; minutes: number; peers?: PeerName[]; core?: Core; json: boolean }>();
  return {
    events: asked.events,
    keys: asked.keys,
    repeats: asked.repeats,
    roundsMsMax: asked.minutes * 60_000,
    peers: ['tocsin', ...(asked.peers ?? beside)],
    core: asked.core ?? lastCore(),
    output: asked.json ? 'json' : 'table',
  };
}

function peersOf(list: string): PeerName[] {
  const asked = list.split(',').map((name) => name.trim());
  const unknown = asked.filter((name) => !PEERS.some((peer) => peer === name));
  if (unknown.length > 0) throw new InvalidArgumentError(`There is no such peer: ${unknown.join(', ')}; there are ${PEERS.join(', ')}.`);
  return PEERS.filter((name) => name !== 'tocsin' && asked.includes(name));
}

function makeLoad(all: readonly WindowEvent[], keysShare: number, folder: string): Load {
  const events = everyNthKey(all, keysShare);
  const eventsFile = join(folder, `events-${keysShare}.tsv`);
  writeFileSync(eventsFile, writeEvents(events));
  return { eventsFile, byEventTime: firesByEventTime(events), byArrival: firesByArrival(events) };
}

function readFires(file: string): Fire[] {
  return linesOf(readFileSync(file, 'utf8')).map((line) => {
    const [key, timeMs] = line.split('\t');
    return { key: key!, timeMs: Number(timeMs) };
  });
}

async function runOnce(name: PeerName, { setUp, load, core, folder }: { setUp: SetUp & { kind: 'ready' }; load: Load; core: Core; folder: string }): Promise<Omit<PeerResult, 'runs'> & { measured: Measured }> {
  const firesFile = join(folder, `fires-${name}.tsv`);
  const output = await run(heldTo(core, setUp.commandFor(load.eventsFile, firesFile)), folder, PEER_MS_MAX);
  const measured = JSON.parse(linesOf(output).at(-1) ?? '') as Measured;
  const fires = readFires(firesFile);
  return { name, measured, byEventTime: compareFires(name === WITHOUT_RULE ? [] : load.byEventTime, fires), claimed: compareFires(claimOf(name, load), fires) };
}

/** Flink waits for its watermark; the others judge each event as it arrives. */
function claimOf(name: PeerName, load: Load): Fire[] {
  switch (name) {
    case WITHOUT_RULE:
      return [];
    case 'flink':
      return load.byEventTime;
    case 'tocsin':
    case 'tocsin-windows':
    case 'tocsin-rule-alone':
    case 'rxjs':
    case 'redis':
    case 'elastalert2':
    case 'bytewax':
      return load.byArrival;
  }
}

async function main(): Promise<void> {
  const options = readOptions();
  try {
    await checkCore(options.core);
  } catch (error) {
    say((error as Error).message);
    process.exit(EXIT_WRONG_COMMAND);
  }
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-windows-'));
  try {
    await compare(options, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(options: Options, folder: string): Promise<void> {
  const ready = new Map<PeerName, SetUp & { kind: 'ready' }>();
  const skip = (name: PeerName, reason: string): void => {
    ready.delete(name);
    if (options.output === 'json') process.stdout.write(`${JSON.stringify({ name: `windows.beside-peers.${name}`, skipped: reason })}\n`);
    else say(`${name} is left out: ${reason}`);
  };
  for (const name of options.peers) {
    say(`Setting up ${name} …`);
    const setUp = await setUpPeer(name);
    if (setUp.kind === 'ready') ready.set(name, setUp);
    else skip(name, setUp.reason);
  }
  say(`Making ${options.events.toLocaleString('en-US')} events of ${options.keys.toLocaleString('en-US')} keys …`);
  const all = makeEvents({ ...LOAD_DEFAULTS, events: options.events, keys: options.keys });
  const loads = new Map<number, Load>();
  for (const name of ready.keys()) {
    const share = KEYS_SHARE[name] ?? 1;
    if (!loads.has(share)) loads.set(share, makeLoad(all, share, folder));
  }
  const results = new Map<PeerName, PeerResult>();
  const loadBefore = loadavg()[0]!;
  const startedMs = performance.now();
  let rounds = 0;
  for (; rounds < options.repeats; rounds++) {
    if (rounds > 0 && ((performance.now() - startedMs) * (rounds + 1)) / rounds > options.roundsMsMax) break;
    // Every other round the other way round, so that none always runs on the warmer or the busier machine.
    const order = rounds % 2 === 0 ? [...ready.keys()] : [...ready.keys()].reverse();
    for (const name of order) {
      try {
        const { measured, ...judged } = await runOnce(name, { setUp: ready.get(name)!, load: loads.get(KEYS_SHARE[name] ?? 1)!, core: options.core, folder });
        results.set(name, { ...judged, runs: [...(results.get(name)?.runs ?? []), measured] });
        say(`round ${rounds + 1}: ${name} ${Math.round(measured.events / measured.seconds).toLocaleString('en-US')} events/s`);
      } catch (error) {
        results.delete(name);
        skip(name, (error as Error).message);
      }
    }
  }
  const lines = reportLines(options.peers.flatMap((name) => results.get(name) ?? []), options.core === 'all' ? 'all' : 'one');
  if (options.output === 'json') for (const line of lines) process.stdout.write(`${JSON.stringify(line)}\n`);
  else process.stdout.write(`${reportTable(lines)}\n`);
  const held = options.core === 'all' ? 'programs on all of them' : `each program on core ${options.core} alone`;
  const machine = `${cpus().length} cores, ${held}, load average ${loadBefore.toFixed(1)} before and ${loadavg()[0]!.toFixed(1)} after, ${rounds} rounds`;
  for (const { name, ratio, ratioPerCpuSecond, peer, target, met } of lines) {
    if (ratio === undefined) continue;
    const wanted = target === undefined ? '' : `; wanted ${target} ×: ${met === true ? 'met' : 'not met'}`;
    say(`${name}: ${ratio} × ${peer}, the best of the others (${ratioPerCpuSecond} × per CPU second)${wanted}`);
  }
  say(machine);
  if (lines.some(({ alertsAsClaimed }) => !alertsAsClaimed)) process.exitCode = 1;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

await main();
