import { existsSync, readdirSync } from 'node:fs';
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

/** Names of the models that are there, the default one first. */
export function listModels(): string[] {
  const names = readdirSync(join(findPackageRoot(), 'models', 'weights'), { withFileTypes: true }).filter((each) => each.isDirectory()).map(({ name }) => name);
  return names.sort((a, b) => Number(b === DEFAULT_MODEL) - Number(a === DEFAULT_MODEL) || (a < b ? -1 : 1));
}

/**
 * The folder of a model: `modelDir` anywhere, else the folder of models/weights that `model` names, else the default.
 * Throws `invalid_setting` for a name that no folder has, naming those there are.
 */
export function resolveModelDir({ model, modelDir }: { model?: string | undefined; modelDir?: string | undefined }): string {
  if (modelDir !== undefined) return modelDir;
  if (model === undefined) return defaultModelDir();
  const weights = join(findPackageRoot(), 'models', 'weights');
  const names = listModels();
  if (!names.includes(model)) throw new TocsinError('invalid_setting', `There is no model "${model}" in models/weights; there is ${names.join(', ')}. TOCSIN_MODEL_DIR names a folder elsewhere.`);
  return join(weights, model);
}
