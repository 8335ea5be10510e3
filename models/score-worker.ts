import { parentPort, workerData } from 'node:worker_threads';
import { TocsinError } from '../core/errors.ts';
import type { Score } from '../core/score.ts';
import { scoreFrameBatch } from '../stream/score/score-frame-batch.ts';
import { loadScorer } from './scorer.ts';
import type { Scorer, ScorerInput } from './scorer.ts';
import type { FrameAnswer, FromWorker, ToWorker, WorkerError, WorkerSettings } from './worker-messages.ts';

const port = parentPort;
if (port === null) throw new TocsinError('internal', 'score-worker runs on a worker thread alone.');

const say = (message: FromWorker, handedOver: ArrayBuffer[] = []): void => port.postMessage(message, handedOver);
const explain = (cause: unknown): WorkerError => ({
  code: cause instanceof TocsinError ? cause.code : 'internal',
  message: cause instanceof Error ? cause.message : String(cause),
});

/** The batch's own texts and those of its frames go through the model together. */
async function scoreBatch(scorer: Scorer, { inputs, frames }: ToWorker): Promise<{ scores: Score[]; frames: FrameAnswer[] }> {
  let scores: Score[] = [];
  const together = {
    version: scorer.version,
    async score(items: readonly ScorerInput[]): Promise<Score[]> {
      const all = await scorer.score(inputs.length === 0 ? items : [...inputs, ...items]);
      scores = all.slice(0, inputs.length);
      return inputs.length === 0 ? all : all.slice(inputs.length);
    },
  };
  const outcomes = await scoreFrameBatch(frames, together, Date.now);
  return { scores, frames: outcomes.map((each) => (each.kind === 'scored' ? each : { kind: 'unreadable', error: explain(each.error) })) };
}

try {
  const scorer = await loadScorer(workerData as WorkerSettings);
  port.on('message', (message: ToWorker) => {
    const { batch } = message;
    scoreBatch(scorer, message).then(
      ({ scores, frames }) => say({ kind: 'scored', batch, scores, frames }, frames.flatMap((each) => (each.kind === 'scored' ? [each.frame.bytes.buffer as ArrayBuffer] : []))),
      (cause: unknown) => say({ kind: 'failed', batch, error: explain(cause) }),
    );
  });
  say({ kind: 'ready', version: scorer.version, backend: scorer.backend, textsMax: scorer.textsMax });
} catch (cause) {
  say({ kind: 'unusable', error: explain(cause) });
}
