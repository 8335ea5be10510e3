import { parentPort, workerData } from 'node:worker_threads';
import { TocsinError } from '../core/errors.ts';
import { loadScorer } from './scorer.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './worker-messages.ts';

const port = parentPort;
if (port === null) throw new TocsinError('internal', 'score-worker runs on a worker thread alone.');

const say = (message: FromWorker): void => port.postMessage(message);
const explain = (cause: unknown): { code: string; message: string } => ({
  code: cause instanceof TocsinError ? cause.code : 'internal',
  message: cause instanceof Error ? cause.message : String(cause),
});

try {
  const scorer = await loadScorer(workerData as WorkerSettings);
  port.on('message', (message: ToWorker) => {
    scorer.score(message.inputs).then(
      (scores) => say({ kind: 'scored', batch: message.batch, scores }),
      (cause: unknown) => say({ kind: 'failed', batch: message.batch, error: explain(cause) }),
    );
  });
  say({ kind: 'ready', version: scorer.version, backend: scorer.backend });
} catch (cause) {
  say({ kind: 'unusable', error: explain(cause) });
}
