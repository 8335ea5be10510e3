import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TocsinError } from '../core/errors.ts';
import { findPackageRoot } from './package-root.ts';

/** Ways to run the network, best first. The native ones are there after `npm run setup:native -- gpu|webgpu|cpu`. */
const BACKENDS = ['tfjs-node-gpu', 'webgpu', 'tfjs-node', 'wasm', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** The part of TensorFlow.js that is used; every backend's package has it. */
export type Tf = typeof import('@tensorflow/tfjs');

export interface ChosenBackend {
  tf: Tf;
  name: BackendName;
  /** One line for the log: the device, and why the better ones were not taken. */
  reason: string;
}

type NativeKind = 'gpu' | 'webgpu' | 'cpu';
const NATIVE_KINDS: Partial<Record<string, NativeKind>> = { 'tfjs-node-gpu': 'gpu', webgpu: 'webgpu', 'tfjs-node': 'cpu' };

/** What `npm run setup:native` calls the packages that a backend needs; undefined for one that needs none. */
export function nativeKindOf(backend: string): NativeKind | undefined {
  return NATIVE_KINDS[backend];
}

/** The folder that scripts/setup-native.mjs fills; each kind has packages of its own. */
function nativeDir(kind: NativeKind): string {
  return join(findPackageRoot(), '.native', kind);
}

function parseBackend(value: string): BackendName {
  const known = BACKENDS.find((name) => name === value);
  if (known === undefined) {
    throw new TocsinError('invalid_setting', `TOCSIN_TF_BACKEND is "${value}"; it can be auto, ${BACKENDS.join(', ')}.`);
  }
  return known;
}

function requireNative(kind: NativeKind): NodeJS.Require {
  const packageFile = join(nativeDir(kind), 'package.json');
  if (!existsSync(packageFile)) throw new Error(`not installed (npm run setup:native -- ${kind})`);
  return createRequire(packageFile);
}

/** tfjs-node brings its own TensorFlow.js; loading a second one beside it makes both complain. */
function loadTfjsNode(kind: 'gpu' | 'cpu'): Tf {
  const tf = requireNative(kind)(kind === 'gpu' ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node') as Tf;
  if (kind === 'gpu' && (tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice !== true) throw new Error('no CUDA device');
  return tf;
}

interface GpuModule {
  create(flags: string[]): { requestAdapter(): Promise<object | null> };
  globals: object;
}

/** Dawn gives Node the browser's WebGPU; without a Vulkan driver there is no adapter. */
async function loadWebgpu(): Promise<Tf> {
  const require = requireNative('webgpu');
  const { create, globals } = await import(pathToFileURL(require.resolve('webgpu')).href) as GpuModule;
  const gpu = create([]);
  if (await gpu.requestAdapter() === null) throw new Error('no Vulkan adapter');
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: 'node' }, configurable: true });
  const tf = require('@tensorflow/tfjs') as Tf;
  require('@tensorflow/tfjs-backend-webgpu');
  if (!(await tf.setBackend('webgpu'))) throw new Error('it did not start');
  await tf.ready();
  return tf;
}

async function loadPlain(name: 'wasm' | 'cpu'): Promise<Tf> {
  // Both are CommonJS: `import` searches their megabytes for what they export, which takes three times as long as loading them.
  const require = createRequire(import.meta.url);
  const tf = require('@tensorflow/tfjs') as Tf;
  if (name === 'wasm') {
    const wasm = require('@tensorflow/tfjs-backend-wasm') as typeof import('@tensorflow/tfjs-backend-wasm');
    const entry = require.resolve('@tensorflow/tfjs-backend-wasm/package.json');
    wasm.setWasmPaths(`${join(dirname(entry), 'dist')}/`);
  }
  if (!(await tf.setBackend(name))) throw new Error('it did not start');
  await tf.ready();
  return tf;
}

async function loadBackend(name: BackendName): Promise<Tf> {
  switch (name) {
    case 'tfjs-node-gpu':
      return loadTfjsNode('gpu');
    case 'webgpu':
      return loadWebgpu();
    case 'tfjs-node':
      return loadTfjsNode('cpu');
    case 'wasm':
    case 'cpu':
      return loadPlain(name);
  }
}

/**
 * Starts the first backend that works. `forced` takes that one or throws `invalid_setting`, saying why it does not start;
 * absent, empty or `auto` chooses.
 */
export async function chooseBackend(forced?: string): Promise<ChosenBackend> {
  const names = forced === undefined || forced === '' || forced === 'auto' ? BACKENDS : [parseBackend(forced)];
  const refused: string[] = [];
  for (const name of names) {
    try {
      const tf = await loadBackend(name);
      return { tf, name, reason: [`TensorFlow.js on ${name}`, ...refused].join('; ') };
    } catch (cause) {
      refused.push(`${name} not taken: ${(cause as Error).message.split('\n')[0]}`);
    }
  }
  throw new TocsinError('invalid_setting', `No TensorFlow.js backend starts: ${refused.join('; ')}.`);
}
