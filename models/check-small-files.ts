import { kindOf } from './model-kind.ts';
import { readOperatingPoints } from './operating-points.ts';
import { resolveModelDir } from './package-root.ts';
import type { ScorerOptions } from './scorer.ts';
import { readTaxonomy } from './taxonomy.ts';

/**
 * Reads what of a model is small: the kind in its manifest, its operating points, the taxonomy. A folder that is empty or the wrong one is refused by it in
 * milliseconds, before threads, TensorFlow.js and a store are started. Throws as `loadScorer` does, which reads everything.
 */
export function checkSmallFiles(options: Pick<ScorerOptions, 'model' | 'modelDir' | 'taxonomyFile'>): void {
  const modelDir = resolveModelDir(options);
  kindOf(modelDir);
  readOperatingPoints(modelDir);
  readTaxonomy(options.taxonomyFile);
}
