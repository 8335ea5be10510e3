import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { inputSize } from './shape.ts';
import type { ModelShape } from './shape.ts';
import { defaultModelDir, DEFAULT_MODEL, findPackageRoot } from './package-root.ts';
import { OPERATING_POINTS_FILE } from './operating-points.ts';
import { choosePoints } from './training/choose-points.ts';
import { fitCalibration } from './training/calibration.ts';
import { NetworkTrainer } from './training/network-trainer.ts';
import type { TrainerState } from './training/network-trainer.ts';
import { indicesOf, prepare } from './training/prepare.ts';
import type { Prepared } from './training/prepare.ts';
import { quantiseTable } from './training/quantise.ts';
import { createRandom, shuffle } from './training/random.ts';
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
const PROGRESS_EVERY_TEXTS = 20_000;
/** The learning rate falls in a straight line to this share of its start. */
const LAST_RATE = 0.02;

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

/** One pass over the training rows, in an order that the seed and the epoch fix. */
function learnEpoch(prepared: Prepared, trainer: NetworkTrainer, recipe: Recipe, epoch: number, report: (progress: TrainProgress) => void): number {
  const order = Int32Array.from(indicesOf(prepared.parts, 'train'));
  shuffle(order, createRandom(recipe.seed * 1_000 + epoch));
  const total = recipe.epochs * order.length;
  let loss = 0;
  let inBatch = 0;
  for (let k = 0; k < order.length; k++) {
    const done = (epoch * order.length + k) / total;
    const rate = Math.max(LAST_RATE, 1 - done);
    loss += trainer.learn(prepared.encoded, order[k] ?? 0, prepared.targets, rate);
    inBatch++;
    if (inBatch === recipe.batch || k === order.length - 1) {
      trainer.finishBatch(inBatch, rate);
      inBatch = 0;
    }
    if (k > 0 && k % PROGRESS_EVERY_TEXTS === 0) {
      report({ stage: 'learn', done, message: `epoch ${epoch + 1} of ${recipe.epochs}: ${k} of ${order.length} texts, loss ${(loss / k).toFixed(4)}`, values: { loss: loss / k } });
    }
  }
  return loss / order.length;
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
  // A checkpoint of other corrections is another training's.
  const recipeKey = JSON.stringify({ ...recipe, rows: prepared.rows.length });
  const checkpointPath = join(modelDir, CHECKPOINT);
  const checkpoint = options.fresh === true ? null : readCheckpoint(checkpointPath, recipeKey);
  let epoch = 0;
  if (checkpoint !== null) {
    trainer.restore(checkpoint.state);
    epoch = checkpoint.epochsDone;
    report({ stage: 'epoch', done: epoch / recipe.epochs, message: `going on after epoch ${epoch}` });
  }
  for (; epoch < recipe.epochs; epoch++) {
    trainer.reseed(recipe.seed * 1_000 + 500 + epoch);
    const loss = learnEpoch(prepared, trainer, recipe, epoch, report);
    writeCheckpoint(checkpointPath, { recipe: recipeKey, epochsDone: epoch + 1, state: trainer.state() });
    const scores = scoreParts(prepared, 'validation', (row) => trainer.forward.predict(prepared.encoded, row));
    report({
      stage: 'epoch', done: (epoch + 1) / recipe.epochs, values: { loss },
      message: `epoch ${epoch + 1} of ${recipe.epochs}: loss ${loss.toFixed(4)}; validation macro-F1 ${scores.map((each) => `${each.source} ${each.macroF1.toFixed(3)}`).join(', ')}`,
    });
  }
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
