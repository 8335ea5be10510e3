import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { ERROR_CODES, TocsinError } from '../core/errors.ts';
import type { ErrorCode } from '../core/errors.ts';
import { findPackageRoot } from './package-root.ts';
import type { FromWorker, ToWorker, WorkerError, WorkerSettings } from './worker-messages.ts';

/** The worker's compiled file; sources under a test runner need the build, because a thread loads plain JavaScript. */
function workerFile(): URL {
  const own = new URL('./score-worker.js', import.meta.url);
  if (!import.meta.url.endsWith('.ts')) return own;
  const compiled = join(findPackageRoot(), 'dist', 'models', 'score-worker.js');
  if (!existsSync(compiled)) {
    throw new TocsinError('internal', `The scorer's worker is not built: ${compiled} is missing. Run npm run build first.`);
  }
  return pathToFileURL(compiled);
}

export function toTocsinError(error: WorkerError): TocsinError {
  const code = error.code in ERROR_CODES ? error.code as ErrorCode : 'internal';
  return new TocsinError(code, error.message);
}

export interface WorkerEvents {
  onMessage(message: FromWorker): void;
  /** Once, whatever ended it. */
  onEnd(reason: string): void;
}

/** One thread with a model. */
export class WorkerThread {
  readonly name: string;
  readonly #worker: Worker;
  #ended = false;

  constructor(name: string, settings: WorkerSettings, events: WorkerEvents, program?: URL) {
    this.name = name;
    this.#worker = new Worker(program ?? workerFile(), { workerData: settings, name });
    const end = (reason: string): void => {
      if (this.#ended) return;
      this.#ended = true;
      events.onEnd(reason);
    };
    this.#worker.on('message', (message: FromWorker) => events.onMessage(message));
    this.#worker.on('error', (cause) => end(cause.message));
    this.#worker.on('exit', (code) => end(`exit code ${code}`));
  }

  /** The frames' bytes are copied once, for they are views of what came off the wire and may have to be sent again. */
  send({ batch, inputs, frames }: ToWorker): void {
    const copies = frames.map((frame) => ({ ...frame, bytes: new Uint8Array(frame.bytes) }));
    this.#worker.postMessage({ batch, inputs, frames: copies } satisfies ToWorker, copies.map(({ bytes }) => bytes.buffer as ArrayBuffer));
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }
}
