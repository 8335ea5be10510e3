import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DEFAULT_CELL } from './windows/load.ts';
import type { Cell } from './windows/load.ts';
import { runCell } from './windows/run-cell.ts';
import type { CellResult } from './windows/run-cell.ts';

/**
 * The counter's whole `step` by rules and keys, its memory, how its cost goes with W and N, and how long its state takes to
 * save and read. Each cell runs alone in a process of its own.
 *
 * node dist/loadtest/bench/windows.js [--quick] [--only NAME-PART] [--json]
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
const LATE_SHARES = [0.01, 0.1];

interface Result {
  name: string;
  value: number;
  unit: string;
  target?: number;
  met?: boolean;
  detail?: string;
}

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string', default: '' }, json: { type: 'boolean', default: false }, cell: { type: 'string' } },
});

if (options.cell !== undefined) process.stdout.write(JSON.stringify(runCell(JSON.parse(options.cell) as Cell)));
else main();

function main(): void {
  const items = options.quick ? 200_000 : DEFAULT_CELL.items;
  for (const rules of RULES) for (const keys of KEYS) grid({ ...DEFAULT_CELL, rules, keys, items: keys === 1_000_000 && !options.quick ? 2_000_000 : items });
  curve('window', WINDOWS_MS.map((windowMs) => ({ label: `${windowMs / HOUR_MS}h`, cell: { ...DEFAULT_CELL, windowMs, items, fireAt: 1_000_000 } })));
  curve('count', COUNTS.map((fireAt) => ({ label: String(fireAt), cell: { ...DEFAULT_CELL, fireAt, items } })));
  withoutDuplicates({ ...DEFAULT_CELL, items, duplicates: 'off' });
  for (const lateShare of LATE_SHARES) late({ ...DEFAULT_CELL, lateShare, items });
  restart({ ...DEFAULT_CELL, items: options.quick ? 400_000 : 4_500_000, spanMs: 24 * HOUR_MS });
}

function grid(cell: Cell): void {
  const name = `windows.${cell.rules}-rules.${cell.keys}-keys`;
  if (!wanted(name)) return;
  const result = run(cell);
  const isBudget = cell.rules === 10 && cell.keys === 10_000;
  const speed = Math.round(result.itemsPerCpuSecond);
  emit({
    name: `${name}.step`,
    value: speed,
    unit: 'items per CPU second',
    ...(isBudget ? { target: ITEMS_PER_SECOND_MIN, met: speed >= ITEMS_PER_SECOND_MIN } : {}),
    detail: `${cell.items} items, ${Math.round(result.itemsPerSecond)} items/s by the clock, ${result.opened} alerts opened`,
  });
  const bytes = round(result.bytesPerItemHeld);
  emit({
    name: `${name}.memory`,
    value: bytes,
    unit: 'bytes per item held',
    ...(isBudget ? { target: BYTES_PER_ITEM_MAX, met: bytes <= BYTES_PER_ITEM_MAX } : {}),
    detail: `${result.itemsHeld} items held in ${result.keys} groups for ${cell.rules} rules and the boards; ids ${megabytes(result.idBytes)}, customers ${megabytes(result.customerBytes)}`,
  });
}

function curve(of: string, points: { label: string; cell: Cell }[]): void {
  if (!wanted(`windows.cost-by-${of}`)) return;
  const costs = points.map(({ label, cell }) => {
    const nanoseconds = 1e9 / run(cell).itemsPerCpuSecond;
    emit({ name: `windows.cost-by-${of}.${label}`, value: Math.round(nanoseconds), unit: 'ns of CPU an item' });
    return nanoseconds;
  });
  const ratio = round(Math.max(...costs) / Math.min(...costs));
  emit({ name: `windows.cost-by-${of}.ratio`, value: ratio, unit: 'highest to lowest', target: CURVE_RATIO_MAX, met: ratio <= CURVE_RATIO_MAX });
}

/** What looking for duplicates costs, is the difference to the same cell with it. */
function withoutDuplicates(cell: Cell): void {
  const name = `windows.${cell.rules}-rules.${cell.keys}-keys.without-duplicates.step`;
  if (!wanted(name)) return;
  emit({ name, value: Math.round(run(cell).itemsPerCpuSecond), unit: 'items per CPU second' });
}

function late(cell: Cell): void {
  const name = `windows.late-${cell.lateShare * 100}-percent.step`;
  if (!wanted(name)) return;
  const result = run(cell);
  emit({ name, value: Math.round(result.itemsPerCpuSecond), unit: 'items per CPU second', detail: 'up to a day late' });
}

function restart(cell: Cell): void {
  if (!wanted('windows.restart')) return;
  const result = run(cell);
  const held = `${result.itemsHeld} items held, ${megabytes(result.encodedBytes)}`;
  emit({ name: 'windows.restart.encode', value: Math.round(result.encodeMs), unit: 'ms of CPU', detail: held });
  emit({ name: 'windows.restart.decode', value: Math.round(result.decodeMs), unit: 'ms of CPU', target: RESTART_MS_MAX, met: result.decodeMs <= RESTART_MS_MAX, detail: held });
}

function run(cell: Cell): CellResult {
  const child = spawnSync(process.execPath, ['--max-old-space-size=8192', fileURLToPath(import.meta.url), '--cell', JSON.stringify(cell)], { encoding: 'utf8', maxBuffer: 1 << 20 });
  if (child.status !== 0) throw new Error(`a cell failed: ${child.stderr}`);
  return JSON.parse(child.stdout) as CellResult;
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
