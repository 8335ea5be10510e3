import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../server/app/package-root.ts';
import { readSummary, type K6Outcome, type K6Summary } from './k6-summary.ts';

export type K6Function = 'single' | 'batch' | 'wall' | 'query';

/** Arrivals of one kind at one rate, whatever the answers do. */
export interface Arrivals {
  /** Letters and digits: it stands in ids. */
  name: string;
  exec: K6Function;
  /** Iterations a second. Absent: `connections` iterations at once, each as soon as the one before it ended. */
  perSecond?: number;
  startsAfterSeconds: number;
  seconds: number;
  /** Most at once; one connection each. */
  connections: number;
}

export interface K6Load {
  k6: string;
  url: string;
  fragmentsFile: string;
  idPrefix: string;
  arrivals: readonly Arrivals[];
  batchItems?: number;
  badShare?: number;
  wallSeconds?: number;
  /** More of k6's own thresholds, such as `{took: ['p(99)<200']}`. */
  thresholds?: Record<string, string[]>;
}

export interface K6Run extends K6Outcome {
  /** Ids of requests whose fate nobody knows, and how many items each held. */
  uncertain: { id: string; items: number }[];
  /** Lines about answers that were not the expected ones, a few. */
  complaints: string[];
  thresholds: 'held' | 'crossed';
  seconds: number;
}

/** k6 ends with this code when a threshold was crossed. */
const THRESHOLDS_CROSSED = 99;
/** Between the last arrival and the end of the run: longer than k6 waits for an answer, so that it always learns what became of a request. */
const GRACE_SECONDS = 45;
const START_SECONDS_MAX = 30;
/** Percent by which k6's heap grows before it is collected, Go's GOGC: k6 shares the processors with what it measures, and memory is there. */
const K6_GARBAGE_PERCENT = '400';

/** Runs k6 to its end. Never longer than the arrivals plus 75 s. @throws Error with k6's last lines when it breaks */
export async function runK6(load: K6Load): Promise<K6Run> {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-k6-'));
  const summaryFile = join(folder, 'summary.json');
  const consoleFile = join(folder, 'console.log');
  const planFile = join(folder, 'plan.json');
  const seconds = Math.max(...load.arrivals.map((each) => each.startsAfterSeconds + each.seconds));
  const rounds = load.arrivals.filter(({ exec }) => exec === 'single' || exec === 'batch').map(({ name }) => name);
  try {
    await writeFile(planFile, JSON.stringify({
      url: load.url, fragmentsFile: load.fragmentsFile, summaryFile, idPrefix: load.idPrefix,
      batchItems: load.batchItems ?? 1, badShare: load.badShare ?? 0, wallSeconds: load.wallSeconds ?? 0,
      scenarios: Object.fromEntries(load.arrivals.map((each) => [each.name, toScenario(each)])),
      // A threshold is also what makes k6 keep a scenario's latencies apart.
      thresholds: { ...Object.fromEntries(rounds.map((name) => [`took{scenario:${name}}`, ['max>=0']])), ...load.thresholds },
    }));
    const args = ['run', '--quiet', '--no-usage-report', '--no-color', '--address', 'localhost:0', '--console-output', consoleFile, '-e', `PLAN=${planFile}`, join(packageRoot(), 'loadtest', 'k6', 'feedback.ts')];
    const { code, printed } = await execute(load.k6, args, (seconds + GRACE_SECONDS + START_SECONDS_MAX) * 1_000);
    if (code !== 0 && code !== THRESHOLDS_CROSSED) throw new Error(`k6 ended with ${code ?? 'a signal'}:\n${printed.slice(-2_000)}`);
    const lines = (await readFile(consoleFile, 'utf8').catch(() => '')).split('\n');
    const summary = JSON.parse(await readFile(summaryFile, 'utf8')) as K6Summary;
    return {
      ...readSummary(summary, rounds), seconds,
      uncertain: lines.flatMap((line) => {
        const match = /uncertain (\d+) (\S+) (\d+)/.exec(line);
        return match === null ? [] : [{ id: match[2] ?? '', items: Number(match[3]) }];
      }),
      complaints: lines.filter((line) => /unexpected|uncertain/.test(line)).slice(0, 5),
      thresholds: code === 0 ? 'held' : 'crossed',
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function toScenario({ name, exec, perSecond, startsAfterSeconds, seconds, connections }: Arrivals): object {
  const common = { exec, env: { SCENARIO: name }, startTime: `${startsAfterSeconds}s`, duration: `${seconds}s`, gracefulStop: `${GRACE_SECONDS}s` };
  return perSecond === undefined
    ? { ...common, executor: 'constant-vus', vus: connections }
    : { ...common, executor: 'constant-arrival-rate', rate: perSecond, timeUnit: '1s', preAllocatedVUs: connections, maxVUs: connections };
}

function execute(command: string, args: readonly string[], limitMs: number): Promise<{ code: number | null; printed: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs, killSignal: 'SIGKILL', env: { GOGC: K6_GARBAGE_PERCENT, ...process.env } });
    let printed = '';
    const take = (chunk: Buffer): void => {
      printed = `${printed}${chunk.toString('utf8')}`.slice(-8_000);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, printed }));
  });
}
