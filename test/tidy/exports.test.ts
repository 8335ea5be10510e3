import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => /\.(tsx?|[mc]js)$/.test(file) && !file.endsWith('.d.ts') && existsSync(join(root, file)));

/** Taken by name from outside the tree: k6 calls what a scenario is named after. */
const CALLED_FROM_OUTSIDE = ['loadtest/k6/feedback.ts'];

const IMPORT = /(?:^|\n)\s*(?:import|export)\s+(?:type\s+)?([^;'"]*?)\s*from\s+'(\.[^']+)'/g;
/** A file that is loaded while the program runs: by which names is not looked into. */
const LOAD = /(?:import\(|new URL\()\s*'(\.[^']+)'/g;

/** The source that a path leads to; what is run from `dist/` was built from it. */
function sourceOf(file: string, path: string): string {
  const named = relative(root, join(root, dirname(file), path)).replace(/^dist\//, '');
  return existsSync(join(root, named)) ? named : named.replace(/\.js$/, '.ts');
}

it('exports no function, class or constant that nobody takes', () => {
  const taken = new Set<string>();
  const whole = new Set<string>(CALLED_FROM_OUTSIDE);
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, names, path] of text.matchAll(IMPORT)) {
      const source = sourceOf(file, path!);
      if (names!.includes('*')) whole.add(source);
      for (const [, name] of names!.matchAll(/(?:^|[{,])\s*(?:type\s+)?(\w+)/g)) taken.add(`${source} ${name}`);
    }
    for (const [, path] of text.matchAll(LOAD)) whole.add(sourceOf(file, path!));
  }
  const idle = files
    .filter((file) => file.endsWith('.ts') && !whole.has(file))
    .flatMap((file) => [...readFileSync(join(root, file), 'utf8').matchAll(/^export (?:async )?(?:function\*?|class|const|let) (\w+)/gm)].map(([, name]) => `${file} ${name}`))
    .filter((exported) => !taken.has(exported));
  expect(idle).toEqual([]);
});
