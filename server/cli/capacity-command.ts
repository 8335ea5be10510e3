import { Command, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from '../../alerts/rules/duration.ts';
import { MEASURED } from '../capacity/measured.ts';
import { planCapacity, type LoadPlan } from '../capacity/plan-capacity.ts';
import { assumptionsOf, CAPACITY_LANGUAGES, describeCapacity, type CapacityLanguage } from '../capacity/words.ts';
import { commandLanguages } from '../words/prefers-chinese.ts';
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
  language: CapacityLanguage;
  json?: boolean;
}

const SCORED_LOG_KEEP_HOURS = 168;

export function capacityCommand(): Command {
  return new Command('capacity')
    .description('Say how many gateways, scorers, counters, NATS and ClickHouse servers a load needs, with what that rests on (docs/capacity.md).')
    .requiredOption('--items-per-day <items>', 'feedback items a day', readNumber)
    .addOption(new Option('--window <length>', 'longest window of a rule, such as 24h or 7d').argParser(readWindow).default(24 * 3_600_000, '24h'))
    .option('--peak <factor>', 'busiest second divided by the mean of the day', readNumber, 5)
    .option('--rules <rules>', 'rules that count', readWhole, 10)
    .option('--keys <groups>', 'different groups of the largest rule', readWhole, 1_000)
    .option('--keep-days <days>', 'days that ClickHouse keeps', readNumber, 365)
    .option('--cores <cores>', 'cores of one machine', readWhole, 8)
    .option('--copies <copies>', 'copies of log and store: 1 or 3', readCopies, 1)
    .option('--single', 'clients send one item a request (default: batches)')
    .addOption(new Option('--language <language>', 'of the answer').choices(CAPACITY_LANGUAGES).default(commandLanguages(process.env)[0], 'that of TOCSIN_LANGUAGE, else of the system'))
    .option('--json', 'one JSON object')
    .action((options: CapacityOptions) => {
      const load: LoadPlan = {
        itemsPerDay: options.itemsPerDay, peakFactor: options.peak, sending: options.single === true ? 'single' : 'batches', windowMs: options.window,
        rules: options.rules, keys: options.keys, keepDays: options.keepDays, scoredLogKeepHours: SCORED_LOG_KEEP_HOURS, coresPerNode: options.cores, copies: options.copies,
      };
      const capacity = planCapacity(load);
      console.log(options.json === true
        ? JSON.stringify({ ...capacity, assumptions: assumptionsOf(load, MEASURED, options.language) })
        : describeCapacity(capacity, { load, measured: MEASURED, language: options.language }));
    });
}

function readWindow(text: string): number {
  const window = parseDuration(text);
  if (!window.ok) throw new InvalidArgumentError(window.message);
  return window.ms;
}

function readWhole(text: string): number {
  const value = readNumber(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

function readCopies(text: string): 1 | 3 {
  if (text !== '1' && text !== '3') throw new InvalidArgumentError('It must be 1 or 3.');
  return text === '1' ? 1 : 3;
}
