import type { Subscription } from 'rxjs';
import { TocsinError } from '../../core/errors.ts';
import { createScorerPool } from '../../models/worker-pool.ts';
import { DeadLetters } from '../../stream/dead-letters.ts';
import type { Bus } from '../../stream/ports.ts';
import { scoreFrames } from '../../stream/score-frames.ts';
import { SUBJECTS } from '../../stream/subjects.ts';
import type { AppContext, Role } from './app-context.ts';

/** The model on worker threads, the raw log's frames through it, and answers to POST /v1/score. */
export async function startScorerRole({ settings, logger, clock, metrics, health, fail }: AppContext, bus: Bus): Promise<Role> {
  const { telemetry } = metrics;
  health.notOk('scorer', 'the model is being loaded');
  const pool = createScorerPool({
    workers: settings.TOCSIN_SCORER_WORKERS,
    model: settings.TOCSIN_MODEL,
    modelDir: settings.TOCSIN_MODEL_DIR,
    backend: settings.TOCSIN_TF_BACKEND,
    taxonomyFile: settings.TOCSIN_TAXONOMY_FILE,
    telemetry,
  });
  await pool.start();
  logger.info({ model: pool.version, backend: pool.backend, workers: settings.TOCSIN_SCORER_WORKERS }, 'the model is warm');
  health.ok('scorer');

  const dead = new DeadLetters(bus.log('dead'), clock, telemetry);
  const scoring: Subscription = scoreFrames({ raw: bus.log('raw'), scored: bus.log('scored'), scorer: pool, dead, clock, telemetry }).subscribe({
    error: (error: Error) => {
      health.notOk('scorer', error.message);
      fail(error);
    },
  });
  const stopAnswering = bus.respond(SUBJECTS.score, async (body) => {
    const { texts } = JSON.parse(new TextDecoder().decode(body)) as { texts: string[] };
    const results = await pool.score(texts.map((text) => ({ text })));
    return new TextEncoder().encode(JSON.stringify({ model: pool.version, results }));
  });
  return {
    async stop() {
      stopAnswering();
      scoring.unsubscribe();
      await pool.stop();
      health.notOk('scorer', new TocsinError('draining', 'stopped').message);
    },
  };
}
