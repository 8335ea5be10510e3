import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { TocsinError } from '../../core/errors.ts';
import { compareHistory } from '../../stream/compare/compare-history.ts';
import type { Store } from '../../stream/store/clickhouse.ts';
import { keepScores } from '../../stream/store/keep-scores.ts';
import { withCandidate } from '../compare/with-candidate.ts';
import type { Settings } from '../config/settings.ts';
import type { Comparisons } from '../gateway/services.ts';
import type { RuleBook } from '../rules/rule-book.ts';

const HOUR_MS = 3_600_000;
const RUN_MS_MAX = 120_000;
const ITEMS_MAX = 2_000_000;

/** Comparisons beside the live flow: one at a time, on a thread of its own, for a bounded time. */
export function comparisonsOf({ store, rules, settings, clock }: { store: Store; rules: Pick<RuleBook, 'list'>; settings: Settings; clock: Clock }): Comparisons {
  let isRunning = false;
  return {
    async run({ model, taxonomy, hours, workspace, keep }) {
      if (isRunning) throw new TocsinError('overloaded', 'Another comparison is running; try again when it has ended.', { retryable: true });
      isRunning = true;
      const startedAtMs = clock.nowMs();
      const limit = new AbortController();
      const timer = setTimeout(() => limit.abort(), RUN_MS_MAX);
      const folder = await mkdtemp(join(tmpdir(), 'tocsin-compare-'));
      try {
        const taxonomyFile = taxonomy === undefined ? settings.TOCSIN_TAXONOMY_FILE : join(folder, 'taxonomy.yaml');
        if (taxonomy !== undefined && taxonomyFile !== undefined) await writeFile(taxonomyFile, taxonomy);
        const choice = model === undefined ? { model: settings.TOCSIN_MODEL, modelDir: settings.TOCSIN_MODEL_DIR } : { model };
        const inForce = (await rules.list()).map(({ rule }) => rule);
        return await withCandidate({ ...choice, backend: settings.TOCSIN_TF_BACKEND, taxonomyFile }, async (candidate) => ({
          model: candidate.version,
          ...await compareHistory(store, {
            workspace, rules: inForce, fromMs: startedAtMs - hours * HOUR_MS, toMs: startedAtMs + 1, latenessMaxMs: settings.TOCSIN_LATENESS_MAX_HOURS * HOUR_MS, timeZone: settings.TOCSIN_TIME_ZONE,
            ...(keep === true ? { keep: (readings) => keepScores(store, { model: candidate.version, scoredAtMs: startedAtMs, readings }) } : {}),
            rescore: (items) => candidate.score(items), itemsMax: ITEMS_MAX, signal: limit.signal,
          }),
          durationMs: clock.nowMs() - startedAtMs,
        }));
      } finally {
        clearTimeout(timer);
        await rm(folder, { recursive: true, force: true });
        isRunning = false;
      }
    },
  };
}
