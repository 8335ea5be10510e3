import { parseArgs } from 'node:util';
import { SCENARIO_NAMES, type ScenarioName } from './scenario-names.ts';

export type Size = 'full' | 'quick' | 'smoke';

export interface Command {
  size: Size;
  only: readonly ScenarioName[];
  peers: 'with-peers' | 'without-peers';
  output: 'json' | 'table';
  soakMinutes: number;
  /** Items a second of a soak. */
  soakPerSecond: number;
  /** Folder of the report and the JSON of this run. */
  reportDir: string;
  accept: 'accept-as-baseline' | 'compare';
}

export type Parsed = { kind: 'run'; command: Command } | { kind: 'help'; text: string } | { kind: 'wrong'; text: string };

const SOAK_MINUTES_MAX = 7 * 24 * 60;
const SOAK_PER_SECOND = 1_000;
const SOAK_PER_SECOND_MAX = 20_000;

const HELP = `npm run loadtest -- [options]

Starts a fresh server on loopback, loads it with k6, and says for each target whether it was met.
Exit code 0: every target met; 1: one was missed; 2: the command was wrong; 3: the run itself broke.

  --quick           two minutes at most: short scenarios, correctness and latency
  --smoke           some twenty seconds: correctness only (nothing lost, nothing stored twice)
  --only a,b        these scenarios only, whatever the size (with --quick in short): ${SCENARIO_NAMES.join(', ')}
  --peers           also what a team would build by hand, and the limits of each part, in the same run
  --soak MINUTES    a steady load for so long, with the slope of memory of each process (1 to ${SOAK_MINUTES_MAX})
  --rate N          items a second of the soak (1 to ${SOAK_PER_SECOND_MAX}; default ${SOAK_PER_SECOND})
  --json            one object a line: {name, value, unit, peer?, ratio?, target?, met?}
  --report DIR      where report.html and result.json go (default: loadtest/reports)
  --accept          keep this run as the one that later runs are compared with (loadtest/baselines)
  --help            this text`;

/** What the command line asks for; never throws. */
export function parseCommand(args: readonly string[]): Parsed {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean' }, smoke: { type: 'boolean' }, only: { type: 'string' }, peers: { type: 'boolean' }, soak: { type: 'string' }, rate: { type: 'string' },
        json: { type: 'boolean' }, report: { type: 'string' }, accept: { type: 'boolean' }, help: { type: 'boolean' },
      },
    }));
  } catch (error) {
    return { kind: 'wrong', text: `${(error as Error).message}\n\n${HELP}` };
  }
  if (values.help === true) return { kind: 'help', text: HELP };
  if (values.quick === true && values.smoke === true) return { kind: 'wrong', text: '--quick and --smoke are two sizes of a run: give one.' };
  const named = values.only?.split(',').map((each) => each.trim()).filter((each) => each !== '') ?? [];
  const unknown = named.filter((each) => !(SCENARIO_NAMES as readonly string[]).includes(each));
  if (unknown.length > 0 || (values.only !== undefined && named.length === 0)) {
    return { kind: 'wrong', text: `--only names ${unknown.length > 0 ? unknown.join(', ') : 'nothing'}; it takes ${SCENARIO_NAMES.join(', ')}.` };
  }
  const soakMinutes = values.soak === undefined ? 0 : Number(values.soak);
  if (values.soak !== undefined && !(Number.isFinite(soakMinutes) && soakMinutes >= 1 && soakMinutes <= SOAK_MINUTES_MAX)) {
    return { kind: 'wrong', text: `--soak must be a number of minutes from 1 to ${SOAK_MINUTES_MAX}, not ${JSON.stringify(values.soak)}.` };
  }
  if (values.rate !== undefined && !(soakMinutes > 0 || named.includes('soak'))) return { kind: 'wrong', text: '--rate is the rate of a soak: give --soak MINUTES as well.' };
  const soakPerSecond = values.rate === undefined ? SOAK_PER_SECOND : Number(values.rate);
  if (!(Number.isInteger(soakPerSecond) && soakPerSecond >= 1 && soakPerSecond <= SOAK_PER_SECOND_MAX)) {
    return { kind: 'wrong', text: `--rate must be a whole number of items a second from 1 to ${SOAK_PER_SECOND_MAX}, not ${JSON.stringify(values.rate)}.` };
  }
  if (values.accept === true && (values.only !== undefined || soakMinutes > 0)) return { kind: 'wrong', text: '--accept keeps a whole run: leave out --only and --soak.' };
  const only = soakMinutes > 0 && named.length === 0 ? ['soak'] : named;
  return {
    kind: 'run',
    command: {
      size: values.smoke === true ? 'smoke' : values.quick === true ? 'quick' : 'full',
      only: only as ScenarioName[],
      peers: values.peers === true ? 'with-peers' : 'without-peers',
      output: values.json === true ? 'json' : 'table',
      soakMinutes,
      soakPerSecond,
      reportDir: values.report ?? 'loadtest/reports',
      accept: values.accept === true ? 'accept-as-baseline' : 'compare',
    },
  };
}
