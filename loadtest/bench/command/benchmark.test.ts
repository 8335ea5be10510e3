import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../../server/app/package-root.ts';
import { tableName, wholeNumber, wholeNumbers } from './benchmark.ts';
import { BENCHMARKS } from './benchmarks.ts';

it('each program in the folder is a benchmark with a sentence, and each benchmark is a program', () => {
  const programs = readdirSync(join(packageRoot(), 'loadtest', 'bench')).filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -3));
  expect([...programs, 'windows-peers'].sort()).toEqual(Object.keys(BENCHMARKS).sort());
});

it('takes whole numbers above 0 and names of tables, and nothing else', () => {
  expect(wholeNumber('12')).toBe(12);
  expect(wholeNumbers('50, 1000')).toEqual([50, 1_000]);
  expect(tableName('rollup_hour')).toBe('rollup_hour');
  for (const wrong of ['', '0', '-1', '1.5', '1e3', 'x', '99999999999']) expect(() => wholeNumber(wrong), wrong).toThrow('whole number');
  expect(() => wholeNumbers('1,,2')).toThrow('whole number');
  expect(() => tableName('feedback; DROP')).toThrow('name of a table');
});
