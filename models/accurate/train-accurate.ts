import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { TocsinError } from '../../core/errors.ts';
import { findPackageRoot } from '../package-root.ts';

export interface TrainAccurateOptions {
  /** Folder of train_zh.jsonl.gz, train_en.jsonl.gz and replay.jsonl.gz. */
  dataDir: string;
  /** Where the weights go; models/weights/accurate when absent. */
  modelDir?: string;
  /** Keeps what each step made, so that a stopped training goes on; data/accurate-training when absent. */
  workDir?: string;
  /** A Python with numpy, tensorflow and onnx; `python3` when absent. */
  python?: string;
  /** Where Maven keeps packages; ~/.m2/repository when absent. */
  mavenDir?: string;
}

export interface TrainAccurateProgress {
  stage: string;
  /** 0 to 1 over the steps; a step's own progress stands in its message. */
  done: number;
  message: string;
}

interface Step {
  name: string;
  program: 'python' | 'node';
  arguments: string[];
  /** The step is left out where this is there already. */
  makes: string;
}

/** One pass over all rows; for Chinese then made-up texts and a share of the others with rounded weights, and four parts of the first weights to one of the second. */
const FIRST = ['--rate', '1e-4', '--tokens', '1792', '--seed', '1'];
const SECOND = ['--rate', '4e-5', '--tokens', '1792', '--seed', '2', '--share', '0.06', '--levels', '10'];
const SECOND_SHARE = '0.2';
/** Levels of a rounded weight on either side of nought. */
const LEVELS = { zh: '12', en: '10' };

/** The programs in their order, and what each makes. */
export function planSteps(folders: { root: string; dataDir: string; modelDir: string; workDir: string; mavenDir: string }): Step[] {
  const { root, dataDir, modelDir, workDir, mavenDir } = folders;
  const training = (name: string): string => join(root, 'models', 'accurate', 'training', name);
  const work = (...names: string[]): string => join(workDir, ...names);
  const python = (name: string, file: string, options: string[], makes: string): Step => ({ name, program: 'python', arguments: [training(file), ...options], makes });
  const learn = (language: 'zh' | 'en', stage: 'first' | 'second', options: string[]): Step => python(
    `${language}: ${stage} stage`, 'fine_tune.py', [work('rows', language), work('encoders', `${language}.onnx`), work(language, stage), language, ...options], work(language, stage, 'logits.npy'),
  );
  const pack = (language: 'zh' | 'en', weights: string): Step => python(
    `${language}: round and judge`, 'pack_encoder.py', [work('rows', language), weights, work('packed'), language, '--levels', LEVELS[language]], work('packed', `${language}.logits.bin`),
  );
  return [
    python('unpack the encoders', 'unpack_encoders.py', [mavenDir, work('encoders')], work('encoders', 'en.tokenizer.json')),
    {
      name: 'export rows', program: 'node', makes: work('rows', 'en', 'ids.json'),
      arguments: [join(root, 'models', 'teacher', 'export-encoder-rows.mjs'), dataDir, work('encoders', 'zh.tokenizer.json'), work('encoders', 'en.tokenizer.json'), work('rows')],
    },
    learn('zh', 'first', FIRST),
    learn('zh', 'second', ['--start', work('zh', 'first', 'weights.npz'), ...SECOND]),
    python('zh: mean of both stages', 'mean_weights.py', [work('zh', 'first', 'weights.npz'), work('zh', 'second', 'weights.npz'), work('zh', 'mean', 'weights.npz'), SECOND_SHARE], work('zh', 'mean', 'weights.npz')),
    pack('zh', work('zh', 'mean', 'weights.npz')),
    learn('en', 'first', FIRST),
    pack('en', work('en', 'first', 'weights.npz')),
    { name: 'blend with the n-gram model and pack', program: 'node', makes: '', arguments: [training('build-accurate.mjs'), dataDir, work('rows'), work('packed'), modelDir] },
  ];
}

function run(command: string, parameters: readonly string[], onLine: (line: string) => void): Promise<{ code: number | null; last: string[] }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { stdio: ['ignore', 'pipe', 'pipe'] });
    const last: string[] = [];
    const remember = (line: string): void => {
      last.push(line);
      if (last.length > 5) last.shift();
    };
    createInterface({ input: child.stdout }).on('line', (line) => {
      remember(line);
      onLine(line);
    });
    createInterface({ input: child.stderr }).on('line', remember);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, last }));
  });
}

async function requirePython(python: string): Promise<void> {
  const needs = `Training the accurate model needs a Python 3.9 to 3.12 with: pip install numpy tensorflow-cpu==2.18.1 onnx==1.22.0 (--python names another than ${python})`;
  const asked = await run(python, ['-c', 'import numpy, onnx, tensorflow'], () => undefined).catch((cause: unknown) => {
    throw new TocsinError('invalid_setting', `${python} does not start: ${(cause as Error).message}. ${needs}.`, { cause });
  });
  if (asked.code !== 0) throw new TocsinError('invalid_setting', `${needs}. It says: ${asked.last.at(-1) ?? ''}`);
}

/**
 * Makes the accurate model: fine-tunes both encoders in Python, rounds them, blends them with the n-gram model that is
 * there. Hours on a few cores. Goes on where it was stopped. Throws `invalid_setting` where Python or its packages are
 * missing, `input_unreadable` where a step fails, with its last lines.
 */
export async function trainAccurate(options: TrainAccurateOptions, report: (progress: TrainAccurateProgress) => void): Promise<{ modelDir: string; seconds: number }> {
  const startedMs = performance.now();
  const root = findPackageRoot();
  const workDir = options.workDir ?? join(root, 'data', 'accurate-training');
  const modelDir = options.modelDir ?? join(root, 'models', 'weights', 'accurate');
  const python = options.python ?? 'python3';
  await requirePython(python);
  mkdirSync(workDir, { recursive: true });
  const steps = planSteps({ root, dataDir: options.dataDir, modelDir, workDir, mavenDir: options.mavenDir ?? join(homedir(), '.m2', 'repository') });
  for (const [at, step] of steps.entries()) {
    const done = at / steps.length;
    if (step.makes !== '' && existsSync(step.makes)) {
      report({ stage: step.name, done, message: `${step.name}: made before` });
      continue;
    }
    report({ stage: step.name, done, message: step.name });
    const { code, last } = await run(step.program === 'node' ? process.execPath : python, step.arguments, (line) => report({ stage: step.name, done, message: `${step.name}: ${line}` }));
    if (code !== 0) throw new TocsinError('input_unreadable', `"${step.name}" ended with ${code ?? 'a signal'}: ${last.join(' / ')}`);
  }
  return { modelDir, seconds: (performance.now() - startedMs) / 1_000 };
}
