import { randomUUID } from 'node:crypto';
import type { Subscription } from 'rxjs';
import { TocsinError } from '../../core/errors.ts';
import { lookOfModel } from '../../models/reload/look-of-model.ts';
import { ModelKeeper } from '../../models/reload/model-keeper.ts';
import { createScorerPool } from '../../models/worker-pool.ts';
import type { ScorerPool } from '../../models/worker-pool.ts';
import { DeadLetters } from '../../stream/dead-letter-box/dead-letters.ts';
import type { Bus } from '../../stream/ports.ts';
import { RoomyLog } from '../../stream/roomy-log.ts';
import { scoreFrames } from '../../stream/score-frames.ts';
import { SUBJECTS } from '../../stream/subjects.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import type { AppContext, Role } from './app-context.ts';

/** The model on worker threads, the raw log's frames through it, answers to POST /v1/score, and its change while running. */
export async function startScorerRole(context: AppContext, bus: Bus): Promise<Role> {
  const { settings, logger, clock, metrics, health, fail } = context;
  const { telemetry } = metrics;
  health.notOk('scorer', 'the model is being loaded');
  const choice = { model: settings.TOCSIN_MODEL, modelDir: settings.TOCSIN_MODEL_DIR, backend: settings.TOCSIN_TF_BACKEND, taxonomyFile: settings.TOCSIN_TAXONOMY_FILE };
  const pool = createScorerPool({ ...choice, workers: settings.TOCSIN_SCORER_WORKERS, telemetry });
  const keeper = new ModelKeeper({ pool, settings: choice, look: lookOfModel, watchMs: settings.TOCSIN_MODEL_WATCH_SECONDS * 1_000, clock, timers: systemTimers, telemetry: (event) => {
    telemetry(event);
    if (event.kind === 'model-switched') logger.info({ model: event.model }, 'another model has taken over');
    else if (event.kind === 'model-refused') logger.error({ model: pool.version, refused: keeper.status().refused?.message }, 'a model or taxonomy cannot be used; the one before goes on');
  } });
  await pool.start();
  keeper.start();
  logger.info({ model: pool.version, backend: pool.backend, workers: settings.TOCSIN_SCORER_WORKERS }, 'the model is warm');
  health.ok('scorer');

  const dead = new DeadLetters(bus.log('dead'), clock, telemetry);
  const scoring: Subscription = scoreFrames({ raw: bus.log('raw'), scored: new RoomyLog({ name: 'scored', log: bus.log('scored'), nowMs: () => clock.nowMs() }), scorer: pool, dead, clock, telemetry }).subscribe({
    error: (error: Error) => {
      health.notOk('scorer', error.message);
      fail(error);
    },
  });
  const stopAnswering = answerQuestions(bus, pool, keeper);
  return {
    async stop() {
      keeper.stop();
      stopAnswering();
      scoring.unsubscribe();
      await pool.stop();
      health.notOk('scorer', new TocsinError('draining', 'stopped').message);
    },
  };
}

interface ModelChanged {
  scorer: string;
  model?: string | undefined;
}

/** Scorers share questions: the one that is asked to change its model tells the others. SIGHUP asks this one. */
function answerQuestions(bus: Bus, pool: ScorerPool, keeper: ModelKeeper): () => void {
  const scorer = randomUUID();
  const read = <T>(body: Uint8Array): T => JSON.parse(new TextDecoder().decode(body)) as T;
  const write = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  const onHangUp = (): void => void keeper.reload().catch(() => undefined);
  process.on('SIGHUP', onHangUp);
  const others = bus.subscribe(SUBJECTS.modelChanged).subscribe((body) => {
    const change = read<ModelChanged>(body);
    if (change.scorer !== scorer) void keeper.reload(change).catch(() => undefined);
  });
  const stops = [
    bus.respond(SUBJECTS.score, async (body) => {
      const { texts } = read<{ texts: string[] }>(body);
      const results = await pool.score(texts.map((text) => ({ text })));
      return write({ model: pool.version, results });
    }),
    bus.respond(SUBJECTS.model, async () => write(keeper.status())),
    bus.respond(SUBJECTS.modelReload, async (body) => {
      const { model } = read<{ model?: string }>(body);
      const status = await keeper.reload({ model });
      bus.publish(SUBJECTS.modelChanged, write({ scorer, model } satisfies ModelChanged));
      return write(status);
    }),
    () => others.unsubscribe(),
    () => process.off('SIGHUP', onHangUp),
  ];
  return () => stops.forEach((stop) => stop());
}
