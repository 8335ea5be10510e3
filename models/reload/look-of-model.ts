import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { resolveModelDir } from '../package-root.ts';
import type { ScorerOptions } from '../scorer.ts';
import { defaultTaxonomyFile } from '../taxonomy.ts';

/** Names, sizes and times of the files that decide scores: another text when any of them was written. Never throws. */
export function lookOfModel(options: ScorerOptions): string {
  return [...lookOf(() => folder(resolveModelDir(options))), ...lookOf(() => [options.taxonomyFile ?? defaultTaxonomyFile()])].join('\n');
}

function folder(path: string): string[] {
  return readdirSync(path).sort().map((name) => join(path, name));
}

function lookOf(paths: () => string[]): string[] {
  try {
    return paths().map((path) => {
      const { size, mtimeMs } = statSync(path);
      return `${path} ${size} ${mtimeMs}`;
    });
  } catch (cause) {
    return [`unreadable: ${(cause as NodeJS.ErrnoException).code ?? 'unknown'}`];
  }
}
