import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Option } from 'commander';
import { readNumber } from '../../server/cli/read-number.ts';
import { benchmark } from './command/benchmark.ts';
import { readRealTexts } from './texts/real-texts.ts';
import { KeptCells } from './windows/kept-cells.ts';
import type { TimedResult } from './windows/kept-cells.ts';
import { DEFAULT_CELL } from './windows/load.ts';
import type { Cell } from './windows/load.ts';
import { machineLimits } from './windows/machine-limits.ts';
import type { MachineLimits } from './windows/machine-limits.ts';
import { runCell } from './windows/run-cell.ts';
import type { CellResult } from './windows/run-cell.ts';

/**
 * The counter's whole `step` by rules and keys, its memory, how its cost goes with W and N, and how long its state takes to
 * save and read. Each cell runs alone in a process of its own; what the machine gives at the time is measured first and last.
 */

const ITEMS_PER_SECOND_MIN = 300_000;
const BYTES_PER_ITEM_MAX = 16;
const RESTART_MS_MAX = 3_000;
/** Of the slowest to the fastest cell of a curve; what is left beside noise is a cache that is missed more often. */
const CURVE_RATIO_MAX = 1.5;
const HOUR_MS = 3_600_000;
const RULES = [1, 10, 100];
const KEYS = [10, 10_000, 1_000_000];
const WINDOWS_MS = [HOUR_MS, 24 * HOUR_MS, 7 * 24 * HOUR_MS, 90 * 24 * HOUR_MS];
const COUNTS = [500, 5_000, 500_000, 1_000_000_000];
const LATE_SHARES = [0, 0.01, 0.1, 0.3];

interface Result {
  name: string;
  value: number;
  unit: string;
  target?: number;
  met?: boolean;
  detail?: string;
}

const options = benchmark('windows')
  .option('--quick', '200,000 items a cell in place of a million', false)
  .option('--cells <list>', 'of the grid these alone, rules x keys, such as 10x10000,1x10, and nothing beside the grid')
  .option('--only <part>', 'what has this in its name', '')
  .option('--minutes <n>', 'no cell is begun that would not end in them, going by the slowest one', readNumber, 30)
  .option('--out <file>', 'results are kept there, and cells that stand there are not run again: the same command, given until it says that nothing is left, does in pieces what is too long for one run')
  .addOption(new Option('--cell <json>', 'one cell, in this process').hideHelp())
  .parse().opts<{ quick: boolean; cells?: string; only: string; minutes: number; out?: string; cell?: string; json: boolean }>();
const startedMs = performance.now();
const kept = new KeptCells(options.out ?? null);
let cellsRun = 0;
/** Measured before the first cell. */
let limits: MachineLimits = { lookAloneNs: NaN, lookTogetherNs: NaN, hashUnitNs: NaN };

if (options.cell !== undefined) process.stdout.write(JSON.stringify(runCell(JSON.parse(options.cell) as Cell)));
else main();

function main(): void {
  const items = options.quick ? 200_000 : DEFAULT_CELL.items;
  limits = machine('before');
  for (const rules of RULES) for (const keys of KEYS) grid({ ...DEFAULT_CELL, rules, keys, items });
  if (options.cells === undefined) {
    other('without-duplicates', { ...DEFAULT_CELL, items, duplicates: 'off' });
    if (readRealTexts() !== null) other('real-texts', { ...DEFAULT_CELL, items, texts: 'real' });
    curve('window', WINDOWS_MS.map((windowMs) => ({ label: `${windowMs / HOUR_MS}h`, cell: { ...DEFAULT_CELL, windowMs, items, fireAt: 1_000_000 } })));
    curve('count', COUNTS.map((fireAt) => ({ label: String(fireAt), cell: { ...DEFAULT_CELL, fireAt, items } })));
    curve('late', LATE_SHARES.map((lateShare) => ({ label: `${lateShare * 100}-percent`, cell: { ...DEFAULT_CELL, lateShare, items } })));
    restart({ ...DEFAULT_CELL, items: options.quick ? 400_000 : 4_500_000, spanMs: 24 * HOUR_MS });
  }
  machine('after');
  process.stderr.write(kept.left === 0 ? 'nothing is left\n' : `${kept.left} cells or curves are left: ${options.out === undefined ? 'give more --minutes, or --out FILE and the same again' : 'the same command goes on with them'}\n`);
}

/** The same run on another machine gives other figures of both, and much the same ratio. */
function machine(when: 'before' | 'after'): MachineLimits {
  const now = machineLimits();
  emit({ name: `windows.machine.look-alone.${when}`, value: round(now.lookAloneNs), unit: 'ns, a random place of 64 MB, each look after the other' });
  emit({ name: `windows.machine.looks-together.${when}`, value: round(now.lookTogetherNs), unit: 'ns, the same, many waiting together' });
  emit({ name: `windows.machine.hash.${when}`, value: round(now.hashUnitNs), unit: 'ns a letter' });
  return now;
}

function grid(cell: Cell): void {
  const name = `windows.${cell.rules}-rules.${cell.keys}-keys`;
  const picked = options.cells?.split(',') ?? [`${cell.rules}x${cell.keys}`];
  if (!wanted(name) || !picked.includes(`${cell.rules}x${cell.keys}`)) return;
  const result = run(name, cell);
  if (result === null) return;
  const isBudget = cell.rules === 10 && cell.keys === 10_000;
  const speed = Math.round(result.itemsPerCpuSecond);
  emit({
    name: `${name}.step`,
    value: speed,
    unit: 'items per CPU second',
    ...(isBudget ? { target: ITEMS_PER_SECOND_MIN, met: speed >= ITEMS_PER_SECOND_MIN } : {}),
    detail: `${cell.items} items, ${Math.round(result.itemsPerSecond)} items/s by the clock, ${result.opened} alerts opened; an item is ${round(1e9 / speed / result.limits.lookAloneNs)} looks one after the other or ${round(1e9 / speed / result.limits.lookTogetherNs)} together`,
  });
  const bytes = round(result.bytesPerItemHeld);
  emit({
    name: `${name}.memory`,
    value: bytes,
    unit: 'bytes per item held',
    ...(isBudget ? { target: BYTES_PER_ITEM_MAX, met: bytes <= BYTES_PER_ITEM_MAX } : {}),
    detail: `${result.itemsHeld} items held in ${result.keys} groups for ${cell.rules} rules and the boards; ids ${megabytes(result.idBytes)}, customers ${megabytes(result.customerBytes)}`,
  });
  emit({
    name: `${name}.memory-with-duplicates`,
    value: Math.round(result.bytesPerItemAccepted),
    unit: 'bytes of the whole state for each item counted',
    detail: `${result.textsHeld} texts held; for duplicates ${megabytes(result.duplicateBytes)}`,
  });
}

/** The cell of the budget under other conditions: what they cost is the difference. */
function other(label: string, cell: Cell): void {
  const name = `windows.${cell.rules}-rules.${cell.keys}-keys.${label}.step`;
  if (!wanted(name)) return;
  const result = run(name, cell);
  if (result !== null) emit({ name, value: Math.round(result.itemsPerCpuSecond), unit: 'items per CPU second', detail: `${cell.items} items, ${Math.round(result.bytesPerItemAccepted)} bytes of the whole state for each` });
}

function curve(of: 'window' | 'count' | 'late', points: { label: string; cell: Cell }[]): void {
  if (!wanted(`windows.cost-by-${of}`)) return;
  const costs: number[] = [];
  for (const { label, cell } of points) {
    const name = `windows.cost-by-${of}.${label}`;
    const result = run(name, cell);
    if (result === null) return;
    costs.push(1e9 / result.itemsPerCpuSecond);
    emit({ name, value: Math.round(costs.at(-1)!), unit: 'ns of CPU an item', ...(of === 'late' ? { detail: `up to a day late; ${round(result.bytesPerItemHeld)} bytes per item held` } : {}) });
  }
  const ratio = round(Math.max(...costs) / Math.min(...costs));
  emit({ name: `windows.cost-by-${of}.ratio`, value: ratio, unit: 'highest to lowest', ...(of === 'late' ? {} : { target: CURVE_RATIO_MAX, met: ratio <= CURVE_RATIO_MAX }) });
}

function restart(cell: Cell): void {
  if (!wanted('windows.restart')) return;
  const result = run('windows.restart', cell);
  if (result === null) return;
  const held = `${result.itemsHeld} items held, ${megabytes(result.encodedBytes)}`;
  emit({ name: 'windows.restart.encode', value: Math.round(result.encodeMs), unit: 'ms of CPU', detail: held });
  emit({ name: 'windows.restart.decode', value: Math.round(result.decodeMs), unit: 'ms of CPU', target: RESTART_MS_MAX, met: result.decodeMs <= RESTART_MS_MAX, detail: held });
}

/** Null where it would not end in time. */
function run(name: string, cell: Cell): TimedResult | null {
  const known = kept.get(cell);
  if (known !== undefined) return known;
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  if (!kept.fits(options.minutes * 60 - seconds)) {
    process.stderr.write(`${name}: left out after ${seconds} s\n`);
    kept.left++;
    return null;
  }
  process.stderr.write(`${seconds} s: cell ${++cellsRun}, ${name} …\n`);
  const child = spawnSync(process.execPath, ['--max-old-space-size=8192', fileURLToPath(import.meta.url), '--cell', JSON.stringify(cell)], { encoding: 'utf8', maxBuffer: 1 << 20 });
  if (child.status !== 0) throw new Error(`a cell failed: ${child.stderr}`);
  const result: TimedResult = { ...(JSON.parse(child.stdout) as CellResult), limits };
  kept.keep({ name, cell, seconds: (performance.now() - startedMs) / 1_000 - seconds, result });
  return result;
}

function wanted(name: string): boolean {
  return name.includes(options.only);
}

function emit(result: Result): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  const verdict = result.met === undefined ? '' : result.met ? ' ✓' : ` ✗ (target ${result.target})`;
  process.stdout.write(`${result.name}: ${result.value} ${result.unit}${verdict}${result.detail === undefined ? '' : `  (${result.detail})`}\n`);
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
