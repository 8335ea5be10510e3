import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { TocsinError } from '../core/errors.ts';

/** Ways to run the network, best first. */
const BACKENDS = ['wasm', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

export type Tf = typeof import('@tensorflow/tfjs');

export interface ChosenBackend {
  tf: Tf;
  name: BackendName;
  /** One line for the log: the device, and why the better ones were not taken. */
  reason: string;
}

function parseBackend(value: string): BackendName {
  const known = BACKENDS.find((name) => name === value);
  if (known === undefined) {
    throw new TocsinError('invalid_setting', `TOCSIN_TF_BACKEND is "${value}"; it can be ${BACKENDS.join(', ')}, or be left out.`);
  }
  return known;
}

async function startBackend(tf: Tf, name: BackendName): Promise<void> {
  if (name === 'wasm') {
    const wasm = await import('@tensorflow/tfjs-backend-wasm');
    const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json');
    wasm.setWasmPaths(`${join(dirname(entry), 'dist')}/`);
  }
  if (!(await tf.setBackend(name))) throw new Error('it did not start');
  await tf.ready();
}

/** Starts the first backend that works; `forced` takes that one or throws `invalid_setting`. */
export async function chooseBackend(forced?: string): Promise<ChosenBackend> {
  const names = forced === undefined || forced === '' || forced === 'auto' ? BACKENDS : [parseBackend(forced)];
  const tf = await import('@tensorflow/tfjs');
  const refused: string[] = [];
  for (const name of names) {
    try {
      await startBackend(tf, name);
      return { tf, name, reason: [`TensorFlow.js on ${name}`, ...refused].join('; ') };
    } catch (cause) {
      refused.push(`${name} not taken: ${(cause as Error).message}`);
    }
  }
  throw new TocsinError('invalid_setting', `No TensorFlow.js backend starts: ${refused.join('; ')}.`);
}
