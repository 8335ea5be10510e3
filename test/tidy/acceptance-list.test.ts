import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../server/app/package-root.ts';

const page = readFileSync(join(packageRoot(), 'docs', 'acceptance.md'), 'utf8');
const rows = page.split('\n').map((line) => /^\|(?<sentence>.+?)\|(?<test>.+)\| `(?<file>[^`]+)` \|$/u.exec(line)?.groups).filter((row) => row !== undefined);

describe('docs/acceptance.md', () => {
  it.each(rows.map(({ sentence, test, file }) => [sentence!.trim(), test!.trim(), file!]))('names a test that is there: %s', (_, test, file) => {
    const path = join(packageRoot(), file);
    expect(existsSync(path), file).toBe(true);
    expect(readFileSync(path, 'utf8').replaceAll('\\', ''), `${file} has the test`).toContain(test);
  });

  it('has a row for everything that it lists', () => {
    const written = page.split('\n').filter((line) => line.startsWith('|') && !line.startsWith('|---') && !/^\| (?:sentence|given) \|/u.test(line));
    expect(rows).toHaveLength(written.length);
    expect(rows.length).toBeGreaterThan(50);
  });
});
