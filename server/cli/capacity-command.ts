import { Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../../alerts/rules/duration.ts';
import { planCapacity, type Capacity, type LoadPlan } from '../capacity/plan-capacity.ts';
import { readNumber } from './read-number.ts';

interface CapacityOptions {
  itemsPerDay: number;
  window: number;
  peak: number;
  rules: number;
  keys: number;
  keepDays: number;
  cores: number;
  copies: 1 | 3;
  single?: boolean;
  json?: boolean;
}

const SCORED_LOG_KEEP_HOURS = 168;

export function capacityCommand(): Command {
  return new Command('capacity')
    .description('Say how many gateways, scorers, counters, NATS and ClickHouse servers a load needs, with what that rests on (docs/capacity.md).')
    .requiredOption('--items-per-day <items>', 'feedback items a day', readNumber)
    .option('--window <length>', 'longest window of a rule, such as 24h or 7d', readWindow, 24 * 3_600_000)
    .option('--peak <factor>', 'busiest second divided by the mean of the day', readNumber, 5)
    .option('--rules <rules>', 'rules that count', readNumber, 10)
    .option('--keys <groups>', 'different groups of the largest rule', readNumber, 1_000)
    .option('--keep-days <days>', 'days that ClickHouse keeps', readNumber, 365)
    .option('--cores <cores>', 'cores of one machine', readNumber, 8)
    .option('--copies <copies>', 'copies of log and store: 1 or 3', readCopies, 1)
    .option('--single', 'clients send one item a request (default: batches)')
    .option('--json', 'one JSON object')
    .action((options: CapacityOptions) => {
      const load: LoadPlan = {
        itemsPerDay: options.itemsPerDay, peakFactor: options.peak, sending: options.single === true ? 'single' : 'batches', windowMs: options.window,
        rules: options.rules, keys: options.keys, keepDays: options.keepDays, scoredLogKeepHours: SCORED_LOG_KEEP_HOURS, coresPerNode: options.cores, copies: options.copies,
      };
      const capacity = planCapacity(load);
      console.log(options.json === true ? JSON.stringify(capacity) : describe(capacity, load));
    });
}

function readWindow(text: string): number {
  const window = parseDuration(text);
  if (!window.ok) throw new InvalidArgumentError(window.message);
  return window.ms;
}

function readCopies(text: string): 1 | 3 {
  if (text !== '1' && text !== '3') throw new InvalidArgumentError('It must be 1 or 3.');
  return text === '1' ? 1 : 3;
}

const TITLES = { gateway: 'gateways', scorer: 'scorers', counter: 'counters (active)', nats: 'NATS servers', clickhouse: 'ClickHouse servers' } as const;

function describe({ meanPerSecond, peakPerSecond, parts, fits, assumptions }: Capacity, { coresPerNode }: LoadPlan): string {
  const rows = [['part', 'how many', 'cores at the peak', 'memory', 'disk'], ...parts.map(({ part, nodes, coresAtPeak, memoryBytes, diskBytes }) => [
    TITLES[part], String(nodes), coresAtPeak < 0.01 ? '< 0.01' : coresAtPeak.toFixed(2), bytes(memoryBytes), diskBytes === 0 ? '' : bytes(diskBytes),
  ])];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return [
    `${rate(meanPerSecond)} items/s on the mean, ${rate(peakPerSecond)} in the busiest second.`,
    fits === 'one-process' ? `One process on one machine of ${coresPerNode} cores is enough: \`tocsin serve\` with its own nats-server and store.` : `More than one process is needed (\`--roles\`, docs/ARCHITECTURE.md), on machines of ${coresPerNode} cores:`,
    '',
    ...rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('   ')),
    '',
    'What this rests on:',
    ...assumptions.map((each) => `  - ${each}`),
  ].join('\n');
}

function rate(perSecond: number): string {
  return perSecond >= 100 ? Math.round(perSecond).toLocaleString('en-US') : perSecond.toPrecision(2);
}

function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = count;
  let unit = 0;
  for (; value >= 1_000 && unit < units.length - 1; unit += 1) value /= 1_000;
  return `${value >= 100 ? Math.round(value) : value.toPrecision(2)} ${units[unit]}`;
}
