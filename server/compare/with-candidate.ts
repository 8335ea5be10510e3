import { existsSync } from 'node:fs';
import { TocsinError } from '../../core/errors.ts';
import type { Score } from '../../core/score.ts';
import type { Telemetry } from '../../core/telemetry.ts';
import type { ScorerInput, ScorerOptions } from '../../models/scorer.ts';
import { createScorerPool } from '../../models/worker-pool.ts';

export interface Candidate {
  version: string;
  score(inputs: readonly ScorerInput[]): Promise<Score[]>;
}

/** A model on a thread of its own while `use` runs. Throws `model_refused`, saying what keeps it from loading. */
export async function withCandidate<T>(options: ScorerOptions & { telemetry?: Telemetry }, use: (candidate: Candidate) => Promise<T>): Promise<T> {
  const pool = createScorerPool({ telemetry: () => undefined, ...options, workers: 1 });
  try {
    await pool.start().catch((cause: unknown) => {
      throw new TocsinError('model_refused', cause instanceof Error ? cause.message : String(cause), { cause });
    });
    return await use({ version: pool.version, score: (inputs) => pool.score(inputs) });
  } finally {
    await pool.stop();
  }
}

/** `NAME` of models/weights, or a folder anywhere. */
export function modelChoice(text: string | undefined): Pick<ScorerOptions, 'model' | 'modelDir'> {
  if (text === undefined) return {};
  return /[\\/]/u.test(text) || existsSync(text) ? { modelDir: text } : { model: text };
}
