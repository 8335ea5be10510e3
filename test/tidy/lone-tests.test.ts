import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { divideTests } from '../support/lone-tests.ts';

describe('test files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tocsin-divide-'));
    for (const name of ['a', 'b', 'node_modules']) mkdirSync(join(folder, name));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const divided = (files: Record<string, string>): { alone: string[]; together: string[] } => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { alone, together } = divideTests(folder);
    const names = (paths: string[]): string[] => paths.map((path) => path.slice(folder.length + 1)).sort();
    return { alone: names(alone), together: names(together) };
  };

  it('have a process of their own when they, or what they take, start another, load native parts or change the process', () => {
    expect(divided({
      'a/pure.test.ts': "import { one } from '../b/one.ts';\n", 'b/one.ts': "import { two } from './two.ts';\nexport const one = two;\n", 'b/two.ts': 'export const two = 2;\n',
      'a/spawns.test.ts': "import { spawn } from 'node:child_process';\n",
      'a/around.test.ts': "import {\n  engine,\n} from '../b/engine.ts';\n", 'b/engine.ts': "export * from './native.ts';\n", 'b/native.ts': "import { createChdbConnection } from 'chdb/connection';\n",
      'a/later.test.ts': "const { spawn } = await import('../b/spawns.ts');\n", 'b/spawns.ts': "import { spawn } from 'node:child_process';\n",
      'a/mocks.test.ts': "vi.mock('../b/two.ts');\n",
      'a/page.test.tsx': "process.env['X'] = '1';\n",
      'node_modules/package.test.ts': '',
    })).toEqual({ alone: ['a/around.test.ts', 'a/later.test.ts', 'a/mocks.test.ts', 'a/page.test.tsx', 'a/spawns.test.ts'], together: ['a/pure.test.ts'] });
  });

  it('share one when they take no more than types of what does', () => {
    expect(divided({ 'a/typed.test.ts': "import type { Child } from '../b/child.ts';\n", 'b/child.ts': "import { spawn } from 'node:child_process';\nexport type Child = ReturnType<typeof spawn>;\n" })).toEqual({ alone: [], together: ['a/typed.test.ts'] });
  });
});
