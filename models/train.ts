import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { inputSize } from './shape.ts';
import type { ModelShape } from './shape.ts';
import { defaultModelDir, DEFAULT_MODEL, findPackageRoot } from './package-root.ts';
import { OPERATING_POINTS_FILE } from './operating-points.ts';
import { choosePoints } from './training/choose-points.ts';
import { fitCalibration } from './training/calibration.ts';
import { learnEpoch, learnLastPass } from './training/learn-rows.ts';
import { NetworkTrainer } from './training/network-trainer.ts';
import type { TrainerState } from './training/network-trainer.ts';
import { indicesOf, prepare } from './training/prepare.ts';
import type { Prepared } from './training/prepare.ts';
import { quantiseTable } from './training/quantise.ts';
import { DEFAULT_RECIPE } from './training/recipe.ts';
import type { Recipe } from './training/recipe.ts';
import { scoreParts } from './training/score-parts.ts';
import { writeModel } from './weights-file.ts';

export interface TrainOptions {
  /** Folder of train_zh.jsonl.gz, train_en.jsonl.gz and replay.jsonl.gz; `../shared/data` beside the repository when absent. */
  dataDir?: string;
  /** Where the weights go; models/weights/fast when absent. */
  modelDir?: string;
  /** JSON lines with `text` and the labels that people set; they count double. */
  corrections?: string;
  /** Begin again although a checkpoint of the same recipe is there. */
  fresh?: boolean;
  recipe?: Partial<Recipe>;
}

/** One line of progress. `done` runs from 0 to 1 over the whole training. */
export interface TrainProgress {
  stage: 'prepare' | 'epoch' | 'learn' | 'finish';
  done: number;
  message: string;
  values?: Record<string, number>;
}

export interface TrainResult {
  version: string;
  modelDir: string;
  seconds: number;
}

const CHECKPOINT = 'training.checkpoint';

interface Checkpoint {
  recipe: string;
  epochsDone: number;
  state: TrainerState;
}

export function defaultDataDir(): string {
  return join(findPackageRoot(), '..', 'shared', 'data');
}

function readCheckpoint(path: string, recipeKey: string): Checkpoint | null {
  if (!existsSync(path)) return null;
  try {
    const checkpoint = deserialize(readFileSync(path)) as Checkpoint;
    return checkpoint.recipe === recipeKey ? checkpoint : null;
  } catch {
    // A checkpoint cut short by a crash is worth nothing; training begins again.
    return null;
  }
}

function writeCheckpoint(path: string, checkpoint: Checkpoint): void {
  writeFileSync(`${path}.part`, serialize(checkpoint));
  renameSync(`${path}.part`, path);
}

/**
 * Trains the model from the data folder and writes weights, vocabulary, calibration and operating points.
 * The same recipe and data give the same weights. Stopped and started again, it goes on after the last whole epoch.
 */
export function train(options: TrainOptions, report: (progress: TrainProgress) => void): TrainResult {
  const startedMs = performance.now();
  const recipe: Recipe = { ...DEFAULT_RECIPE, ...options.recipe };
  const modelDir = options.modelDir ?? defaultModelDir();
  mkdirSync(modelDir, { recursive: true });
  const prepared = prepare({ dataDir: options.dataDir ?? defaultDataDir(), corrections: options.corrections }, recipe, (message) => report({ stage: 'prepare', done: 0, message }));
  const shape: ModelShape = { vocabulary: prepared.vocabulary.size, dimensions: recipe.dimensions, pools: recipe.pools, hidden: recipe.hidden };
  const trainer = new NetworkTrainer(shape, recipe);
  const trainTexts = indicesOf(prepared.parts, 'train').length;
  // A checkpoint of other corrections is another training's; the last pass comes after all checkpoints.
  const recipeKey = JSON.stringify({ ...recipe, lastPass: undefined, rows: prepared.rows.length });
  const checkpointPath = join(modelDir, CHECKPOINT);
  const checkpoint = options.fresh === true ? null : readCheckpoint(checkpointPath, recipeKey);
  let epoch = 0;
  if (checkpoint !== null) {
    trainer.restore(checkpoint.state);
    epoch = checkpoint.epochsDone;
    report({ stage: 'epoch', done: epoch / recipe.epochs, message: `going on after epoch ${epoch}` });
  }
  const tellScores = (name: string, loss: number, done: number): void => {
    const scores = scoreParts(prepared, 'validation', (row) => trainer.forward.predict(prepared.encoded, row));
    report({ stage: 'epoch', done, values: { loss }, message: `${name}: loss ${loss.toFixed(4)}; validation macro-F1 ${scores.map((each) => `${each.source} ${each.macroF1.toFixed(3)}`).join(', ')}` });
  };
  for (; epoch < recipe.epochs; epoch++) {
    const name = `epoch ${epoch + 1} of ${recipe.epochs}`;
    const total = recipe.epochs * trainTexts;
    const loss = learnEpoch(prepared, trainer, recipe, epoch, (texts, soFar) => {
      report({ stage: 'learn', done: (epoch * trainTexts + texts) / total, message: `${name}: ${texts} of ${trainTexts} texts, loss ${soFar.toFixed(4)}`, values: { loss: soFar } });
    });
    writeCheckpoint(checkpointPath, { recipe: recipeKey, epochsDone: epoch + 1, state: trainer.state() });
    tellScores(name, loss, (epoch + 1) / recipe.epochs);
  }
  // Stopped in the last pass, it begins that again: it is short.
  tellScores('last pass', learnLastPass(prepared, trainer, recipe, (texts, loss) => report({ stage: 'learn', done: 1, message: `last pass: ${texts} texts, loss ${loss.toFixed(4)}`, values: { loss } })), 1);
  const result = finish(prepared, trainer, shape, modelDir, report);
  rmSync(checkpointPath, { force: true });
  return { ...result, modelDir, seconds: (performance.now() - startedMs) / 1_000 };
}

/** Rounds to int8, calibrates what is rounded, chooses the operating points, writes all of it. */
function finish(prepared: Prepared, trainer: NetworkTrainer, shape: ModelShape, modelDir: string, report: (progress: TrainProgress) => void): { version: string } {
  const { table, scale } = quantiseTable(trainer.forward.table);
  for (let at = 0; at < table.length; at++) trainer.forward.table[at] = (table[at] ?? 0) * scale;
  const predict = (row: number): Float32Array => trainer.forward.predict(prepared.encoded, row);
  const validation = indicesOf(prepared.parts, 'validation');
  const calibration = fitCalibration(validation, predict, prepared.targets);
  const points = choosePoints(prepared, validation, predict, calibration);
  const manifest = writeModel(modelDir, DEFAULT_MODEL, { shape, vocabulary: prepared.vocabulary, table, tableScale: scale, dense: trainer.forward.dense }, calibration);
  writeFileSync(join(modelDir, OPERATING_POINTS_FILE), `${JSON.stringify(points, null, 1)}\n`);
  for (const part of ['test', 'unseen'] as const) {
    for (const each of scoreParts(prepared, part, predict)) {
      report({ stage: 'finish', done: 1, message: `${part} ${each.source}: accuracy ${each.accuracy.toFixed(4)}, macro-F1 ${each.macroF1.toFixed(4)} (${each.count} texts)`, values: { accuracy: each.accuracy, macroF1: each.macroF1 } });
    }
  }
  report({ stage: 'finish', done: 1, message: `wrote ${manifest.version} to ${modelDir} (${inputSize(shape)} inputs, ${Math.round((table.length + trainer.forward.dense.byteLength + prepared.vocabulary.hashes.byteLength) / 1e5) / 10} MB)` });
  return { version: manifest.version };
}
