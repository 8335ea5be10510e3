import { parseArgs } from 'node:util';
import type { Compared } from './compare.ts';
import { runDiskFull } from './disk-full-scenario.ts';
import { runKills } from './kill-scenario.ts';
import { runLogFull } from './log-full-scenario.ts';
import { runReadOnly } from './read-only-scenario.ts';
import { isMet, toTable } from './report.ts';

/**
 * `npm run faults -- [--kills 30] [--seed N] [--json] [--only kill|disk-full|log-full|read-only]`: the real server under load with
 * killed processes, a full disk, logs at their size limits and a log that cannot be written. Everything is on loopback and bounded. Exit code 1 when
 * a figure misses its target.
 */
const SCENARIOS = ['kill', 'disk-full', 'log-full', 'read-only'] as const;
type Scenario = (typeof SCENARIOS)[number];

const KILLS = 30;
const KILLS_MAX = 1_000;

const { values } = parseArgs({ options: { kills: { type: 'string' }, seed: { type: 'string' }, json: { type: 'boolean' }, only: { type: 'string' } } });
const kills = wholeNumber('--kills', values.kills ?? String(KILLS), KILLS_MAX);
const seed = wholeNumber('--seed', values.seed ?? String(Math.floor(Math.random() * 1_000_000)), 2 ** 32 - 1);
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
    case 'kill': return runKills({ seed, kills, say });
    case 'disk-full': return runDiskFull({ seed, say });
    case 'log-full': return runLogFull({ seed, say });
    case 'read-only': return runReadOnly({ seed, say });
  }
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
