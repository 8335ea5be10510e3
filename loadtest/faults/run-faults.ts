import { parseArgs } from 'node:util';
import { runClickhouseAway } from './clickhouse-away-scenario.ts';
import type { Compared } from './compare.ts';
import { runDiskFull } from './disk-full-scenario.ts';
import { runKills } from './kill-scenario.ts';
import { runLogFull } from './log-full-scenario.ts';
import { runReadOnly } from './read-only-scenario.ts';
import { isMet, toTable } from './report.ts';

/**
 * The real server under load with killed processes, a full disk, logs at their size limits, a log that cannot be written and a
 * ClickHouse that is away. Everything is on loopback and bounded. Exit code 1 when a figure misses its target.
 */
const USAGE = `npm run faults -- [--only kill|disk-full|log-full|read-only|clickhouse-away] [--seed N] [--kills 30] [--minutes 1] [--per-second N] [--json]

  --only        one scenario; without it all of them, one after the other
  --seed        of the load and of the plan of kills; a random one is printed when absent
  --kills       how many processes are killed (kill), 1 to 1000
  --minutes     for how long ClickHouse is away (clickhouse-away), 1 to 600
  --per-second  items a second that are posted (kill: 500, clickhouse-away: 100 unless given), 1 to 2000
  --json        a line of JSON for each figure instead of a table`;

const SCENARIOS = ['kill', 'disk-full', 'log-full', 'read-only', 'clickhouse-away'] as const;
type Scenario = (typeof SCENARIOS)[number];

const KILLS = 30;
const KILLS_MAX = 1_000;

const MINUTES_MAX = 600;
const PER_SECOND_MAX = 2_000;

const values = readArguments();
const kills = wholeNumber('--kills', values.kills ?? String(KILLS), KILLS_MAX);
const seed = wholeNumber('--seed', values.seed ?? String(Math.floor(Math.random() * 1_000_000)), 2 ** 32 - 1);
const minutes = wholeNumber('--minutes', values.minutes ?? '1', MINUTES_MAX);
const pace = values['per-second'] === undefined ? {} : { itemsPerSecond: wholeNumber('--per-second', values['per-second'], PER_SECOND_MAX) };
const scenarios = SCENARIOS.filter((scenario) => values.only === undefined || scenario === values.only);
if (scenarios.length === 0) fail(`--only must be one of ${SCENARIOS.join(', ')}, not ${JSON.stringify(values.only)}`);

// Progress goes to stderr, so that figures alone are on stdout.
const say = (line: string): void => void process.stderr.write(`${line}\n`);
say(`seed ${seed}`);
let met = true;
for (const scenario of scenarios) {
  say(`— ${scenario} —`);
  const outcome = await run(scenario);
  if ('skipped' in outcome) {
    say(`${scenario} is skipped: ${outcome.skipped}`);
    if (values.json === true) console.log(JSON.stringify({ name: scenario, skipped: outcome.skipped }));
    continue;
  }
  const measures = outcome.measures.map((measure) => ({ ...measure, name: `${scenario}: ${measure.name}` }));
  if (values.json === true) for (const measure of measures) console.log(JSON.stringify(measure));
  else console.log(toTable(measures));
  for (const sentence of outcome.sentences) say(sentence);
  met &&= measures.every(isMet);
}
// The embedded engine and the test servers keep no handle that is worth waiting for.
process.exit(met ? 0 : 1);

function run(scenario: Scenario): Promise<Compared | { skipped: string }> {
  switch (scenario) {
    case 'kill': return runKills({ seed, kills, say, ...pace });
    case 'disk-full': return runDiskFull({ seed, say });
    case 'log-full': return runLogFull({ seed, say });
    case 'read-only': return runReadOnly({ seed, say });
    case 'clickhouse-away': return runClickhouseAway({ seed, say, awayMs: minutes * 60_000, ...pace });
  }
}

function readArguments(): { kills?: string; minutes?: string; 'per-second'?: string; seed?: string; json?: boolean; only?: string } {
  try {
    const { values } = parseArgs({
      options: { kills: { type: 'string' }, minutes: { type: 'string' }, 'per-second': { type: 'string' }, seed: { type: 'string' }, json: { type: 'boolean' }, only: { type: 'string' }, help: { type: 'boolean' } },
    });
    if (values.help !== true) return values;
  } catch (error) {
    fail(`${(error as Error).message}\n\n${USAGE}`);
  }
  console.log(USAGE);
  process.exit(0);
}

function wholeNumber(name: string, text: string, max: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max) fail(`${name} must be a whole number from 1 to ${max}, not ${JSON.stringify(text)}`);
  return value;
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
