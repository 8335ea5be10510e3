import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptCells } from './kept-cells.ts';
import type { TimedResult } from './kept-cells.ts';
import { DEFAULT_CELL } from './load.ts';

const result = { itemsPerCpuSecond: 5, itemsPerSecond: 4 } as TimedResult;

describe('a benchmark that is run in pieces', () => {
  let folder = '';
  let path = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kept-cells-'));
    path = join(folder, 'cells.ndjson');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('finds the cells of an earlier piece and no others', () => {
    new KeptCells(path).keep({ name: 'a', cell: DEFAULT_CELL, seconds: 3, result });
    const again = new KeptCells(path);
    expect(again.get(DEFAULT_CELL)).toEqual(result);
    expect(again.get({ ...DEFAULT_CELL, keys: 10 })).toBeUndefined();
  });

  it('goes on after a line that was cut off', () => {
    new KeptCells(path).keep({ name: 'a', cell: DEFAULT_CELL, seconds: 3, result });
    appendFileSync(path, '{"name":"b","cell":{"ru');
    const other = { ...DEFAULT_CELL, keys: 10 };
    new KeptCells(path).keep({ name: 'b', cell: other, seconds: 3, result });
    const again = new KeptCells(path);
    expect(again.get(DEFAULT_CELL)).toEqual(result);
    expect(again.get(other)).toEqual(result);
  });

  it('begins a cell where the slowest one so far would end in time', () => {
    const kept = new KeptCells(path);
    expect(kept.fits(0)).toBe(true);
    kept.keep({ name: 'a', cell: DEFAULT_CELL, seconds: 10, result });
    expect(kept.fits(11)).toBe(false);
    expect(kept.fits(12)).toBe(true);
    expect(new KeptCells(path).fits(11)).toBe(false);
  });

  it('keeps nothing without a file', () => {
    const kept = new KeptCells(null);
    kept.keep({ name: 'a', cell: DEFAULT_CELL, seconds: 3, result });
    expect(kept.get(DEFAULT_CELL)).toEqual(result);
  });
});
