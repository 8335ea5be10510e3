import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TocsinError } from '../core/errors.ts';

const MODEL_KINDS = ['ngrams', 'encoders'] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];

const MANIFEST = 'manifest.json';

/** The kind of the model in a folder, as its manifest names it. Throws `model_corrupt`. */
export function kindOf(modelDir: string): ModelKind {
  const path = join(modelDir, MANIFEST);
  const corrupt = (what: string, cause?: unknown): TocsinError => new TocsinError('model_corrupt', `The model file ${path} cannot be used: ${what}.`, { cause });
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw corrupt((cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'it is missing' : (cause as Error).message, cause);
  }
  // Manifests from before there were kinds name none.
  const kind = (manifest as { kind?: unknown } | null)?.kind ?? 'ngrams';
  const known = MODEL_KINDS.find((each) => each === kind);
  if (known === undefined) throw corrupt(`its kind is ${JSON.stringify(kind)}; this program reads ${MODEL_KINDS.join(', ')}`);
  return known;
}
