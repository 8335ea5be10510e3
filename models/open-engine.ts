import type { ModelEngine } from './engine.ts';
import { openEncoderEngine } from './accurate/encoder-engine.ts';
import { kindOf, type ModelKind } from './model-kind.ts';
import { openNgramEngine } from './ngram-engine.ts';

/** How the `kind` of a manifest is read: one function a kind. */
const KINDS: Record<ModelKind, (modelDir: string, backend: string | undefined) => Promise<ModelEngine>> = {
  ngrams: openNgramEngine,
  encoders: openEncoderEngine,
};

/** Opens the model in a folder, whatever its kind. Throws `model_corrupt` (which file, what is wrong) or `invalid_setting` (backend). */
export async function openEngine(modelDir: string, backend: string | undefined): Promise<ModelEngine> {
  return KINDS[kindOf(modelDir)](modelDir, backend);
}
