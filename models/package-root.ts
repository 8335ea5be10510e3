import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TocsinError } from '../core/errors.ts';

/** The folder of package.json above this file, whether it runs as source or compiled under dist/. */
export function findPackageRoot(): string {
  let dir = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(dir, 'package.json'))) {
    const parent = dirname(dir);
    if (parent === dir) throw new TocsinError('internal', 'No package.json stands above the program files.');
    dir = parent;
  }
  return dir;
}

export const DEFAULT_MODEL = 'fast';

export function defaultModelDir(): string {
  return join(findPackageRoot(), 'models', 'weights', DEFAULT_MODEL);
}
