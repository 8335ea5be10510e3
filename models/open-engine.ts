import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TocsinError } from '../core/errors.ts';
import type { ModelEngine } from './engine.ts';
import { openEncoderEngine } from './accurate/encoder-engine.ts';
import { openNgramEngine } from './ngram-engine.ts';

/** How the `kind` of a manifest is read: one function a kind. */
const KINDS = {
  ngrams: openNgramEngine,
  encoders: openEncoderEngine,
} as const satisfies Record<string, (modelDir: string, backend: string | undefined) => Promise<ModelEngine>>;

const MANIFEST = 'manifest.json';

/** The kind of the model in a folder, as its manifest names it. Throws `model_corrupt`. */
export function kindOf(modelDir: string): keyof typeof KINDS {
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
  if (typeof kind !== 'string' || !Object.hasOwn(KINDS, kind)) throw corrupt(`its kind is ${JSON.stringify(kind)}; this program reads ${Object.keys(KINDS).join(', ')}`);
  return kind as keyof typeof KINDS;
}

/** Opens the model in a folder, whatever its kind. Throws `model_corrupt` (which file, what is wrong) or `invalid_setting` (backend). */
export async function openEngine(modelDir: string, backend: string | undefined): Promise<ModelEngine> {
  return KINDS[kindOf(modelDir)](modelDir, backend);
}
