import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DEFAULT_CELL } from './load.ts';
import type { Cell } from './load.ts';
import type { CellResult } from './run-cell.ts';

/**
 * One cell of the benchmark in two builds, turn by turn in one run, so that what the machine gives at the time is the same for both:
 *
 * node dist/loadtest/bench/windows/compare-builds.js OTHER_DIST_FOLDER [--rounds 5] [--cell JSON]
 *
 * `--cell`: what is other than in DEFAULT_CELL. The other build must know all of its fields.
 */

const ROUNDS = '5';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { rounds: { type: 'string', default: ROUNDS }, cell: { type: 'string', default: '{}' } } });
const [other] = positionals;
if (other === undefined) throw new Error('wanted: the dist folder of the other build');
const cell: Cell = { ...DEFAULT_CELL, ...(JSON.parse(values.cell) as Partial<Cell>) };
const builds = { other: resolve(other), own: fileURLToPath(new URL('../../..', import.meta.url)) };
const ratios: number[] = [];
for (let round = 0; round < Number(values.rounds); round++) {
  // Every other round the other way round.
  const order = round % 2 === 0 ? (['other', 'own'] as const) : (['own', 'other'] as const);
  const speed = { other: 0, own: 0 };
  for (const build of order) speed[build] = run(builds[build]).itemsPerCpuSecond;
  ratios.push(speed.own / speed.other);
  process.stdout.write(`round ${round + 1}: other ${Math.round(speed.other)}, own ${Math.round(speed.own)} items per CPU second, ${(speed.own / speed.other).toFixed(3)} times\n`);
}
const sorted = [...ratios].sort((a, b) => a - b);
process.stdout.write(`own / other: median ${sorted[sorted.length >> 1]!.toFixed(3)} (${sorted[0]!.toFixed(3)} to ${sorted.at(-1)!.toFixed(3)})\n`);

function run(dist: string): CellResult {
  const child = spawnSync(process.execPath, ['--max-old-space-size=8192', join(dist, 'loadtest/bench/windows.js'), '--cell', JSON.stringify(cell)], { encoding: 'utf8', maxBuffer: 1 << 20 });
  if (child.status !== 0) throw new Error(`a cell failed: ${child.stderr}`);
  return JSON.parse(child.stdout) as CellResult;
}
