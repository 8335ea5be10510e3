import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failedFiles, readResults, sumResults } from './test-results.mjs';

const VITEST = join(import.meta.dirname, '..', 'node_modules', 'vitest', 'vitest.mjs');

describe('the sum of a run of tests and of what ran once more', () => {
  let folder: string;
  const run = (output: string, ...files: string[]) => {
    const path = join(folder, output);
    spawnSync(process.execPath, [VITEST, 'run', '--root', folder, '--reporter=json', `--outputFile=${path}`, ...files], { env: { ...process.env, CI: 'true' } });
    return readResults(path);
  };
  const names = (files: string[]): string[] => files.map((file) => basename(file)).toSorted();

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-results-'));
    symlinkSync(join(import.meta.dirname, '..', 'node_modules'), join(folder, 'node_modules'));
    const head = `import { existsSync, writeFileSync } from 'node:fs';\nimport { expect, it } from 'vitest';\n`;
    writeFileSync(join(folder, 'steady.test.ts'), `${head}it('passes', () => {});\nit.skip('is left out', () => {});\n`);
    writeFileSync(join(folder, 'unsteady.test.ts'), `${head}const mark = import.meta.dirname + '/seen';\nconst seen = existsSync(mark);\nwriteFileSync(mark, '');\nit('passes the second time', () => expect(seen).toBe(true));\nit('passes', () => {});\n`);
    writeFileSync(join(folder, 'wrong.test.ts'), `${head}it('fails', () => expect(1).toBe(2));\n`);
    writeFileSync(join(folder, 'broken.test.ts'), `throw new Error('before its first test');\n`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('takes what passed the second time for passed, and what failed twice for failed', () => {
    const first = run('first.json');
    expect(first && names(failedFiles(first))).toEqual(['broken.test.ts', 'unsteady.test.ts', 'wrong.test.ts']);
    expect(first && sumResults(first)).toEqual({ passed: 2, failed: 3, skipped: 1 });

    const second = run('second.json', ...failedFiles(first ?? new Map()));
    expect(second && names(failedFiles(second))).toEqual(['broken.test.ts', 'wrong.test.ts']);
    expect(first && sumResults(first, second)).toEqual({ passed: 3, failed: 2, skipped: 1 });
  });

  it('knows a run without results', () => {
    expect(readResults(join(folder, 'nothing.json'))).toBeUndefined();
  });
});
