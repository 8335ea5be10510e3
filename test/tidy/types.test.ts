import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Half a minute on a machine of its own. */
const CHECK_MS_MAX = 300_000;

/** Types of the server and of every test beside it are checked where they are compiled, before the first test runs. */
describe('types', () => {
  it.each([['dashboards'], ['dashboards/tsconfig.test.json']])('fit in %s', (project) => {
    let complaints = '';
    try {
      execFileSync(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '--noEmit', '-p', project], { cwd: root, encoding: 'utf8' });
    } catch (error) {
      complaints = (error as { stdout: string }).stdout;
    }
    expect(complaints).toBe('');
  }, CHECK_MS_MAX);
});
