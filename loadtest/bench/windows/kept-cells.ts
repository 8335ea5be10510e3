import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Cell } from './load.ts';
import type { MachineLimits } from './machine-limits.ts';
import type { CellResult } from './run-cell.ts';

/** What a cell gave, and what the machine gave when it was run. */
export type TimedResult = CellResult & { limits: MachineLimits };

/** A cell that was run, one line of the file. */
interface KeptCell {
  name: string;
  cell: Cell;
  seconds: number;
  result: TimedResult;
}

/** A cell is begun only where the time left is this many times what the slowest one took. */
const ROOM = 1.2;

/**
 * Results of cells in a file, a line of JSON each, so that a benchmark of many minutes can be run in pieces: a cell that stands there is
 * not run again. A line that was cut off counts as not run. Without a file nothing is kept.
 */
export class KeptCells {
  readonly #path: string | null;
  readonly #byCell = new Map<string, TimedResult>();
  #slowestSeconds = 0;
  /** Cells that were asked for and neither kept nor begun. */
  left = 0;

  constructor(path: string | null) {
    this.#path = path;
    if (path === null || !existsSync(path)) return;
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      const kept = parse(line);
      if (kept !== null) this.#take(kept);
    }
  }

  get(cell: Cell): TimedResult | undefined {
    return this.#byCell.get(JSON.stringify(cell));
  }

  keep(kept: KeptCell): void {
    this.#take(kept);
    // Begins with a line break: the line before may have been cut off.
    if (this.#path !== null) appendFileSync(this.#path, `\n${JSON.stringify(kept)}\n`);
  }

  /** Whether one more cell is likely to end in the time that is left. The first one always is. */
  fits(secondsLeft: number): boolean {
    return this.#slowestSeconds === 0 || secondsLeft >= this.#slowestSeconds * ROOM;
  }

  #take({ cell, seconds, result }: KeptCell): void {
    this.#byCell.set(JSON.stringify(cell), result);
    this.#slowestSeconds = Math.max(this.#slowestSeconds, seconds);
  }
}

function parse(line: string): KeptCell | null {
  if (line.trim() === '') return null;
  try {
    return JSON.parse(line) as KeptCell;
  } catch {
    return null;
  }
}
