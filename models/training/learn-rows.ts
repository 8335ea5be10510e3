import { PHRASE_SOURCE } from './dataset.ts';
import type { NetworkTrainer } from './network-trainer.ts';
import { indicesOf } from './prepare.ts';
import type { Prepared } from './prepare.ts';
import { createRandom, shuffle } from './random.ts';
import type { Recipe } from './recipe.ts';

/** Called every so many texts with how many were learned and their mean loss. */
export type PassProgress = (texts: number, loss: number) => void;

const PROGRESS_EVERY_TEXTS = 20_000;
/** The learning rate falls in a straight line to this share of its start. */
const LAST_RATE = 0.02;

/** Seeds of one recipe's random numbers lie this far apart, so that no two passes share one. */
const SEED_STEP = 1_000;
const EPOCH_NOISE = 500;
const LAST_PASS = 900;

interface Pass {
  order: Int32Array;
  batch: number;
  /** Share of the learning rates after `texts` texts. */
  rateAfter: (texts: number) => number;
}

function learnRows(prepared: Prepared, trainer: NetworkTrainer, { order, batch, rateAfter }: Pass, report: PassProgress): number {
  let loss = 0;
  let inBatch = 0;
  for (let k = 0; k < order.length; k++) {
    const rate = rateAfter(k);
    loss += trainer.learn(prepared.encoded, order[k] ?? 0, prepared.targets, rate);
    inBatch++;
    if (inBatch === batch || k === order.length - 1) {
      trainer.finishBatch(inBatch, rate);
      inBatch = 0;
    }
    if (k > 0 && k % PROGRESS_EVERY_TEXTS === 0) report(k, loss / k);
  }
  return loss / Math.max(1, order.length);
}

/** One pass over the training rows, in an order that the seed and the epoch fix. Answers the mean loss. */
export function learnEpoch(prepared: Prepared, trainer: NetworkTrainer, recipe: Recipe, epoch: number, report: PassProgress): number {
  trainer.reseed(recipe.seed * SEED_STEP + EPOCH_NOISE + epoch);
  const order = Int32Array.from(indicesOf(prepared.parts, 'train'));
  shuffle(order, createRandom(recipe.seed * SEED_STEP + epoch));
  const total = recipe.epochs * order.length;
  return learnRows(prepared, trainer, { order, batch: recipe.batch, rateAfter: (texts) => Math.max(LAST_RATE, 1 - (epoch * order.length + texts) / total) }, report);
}

/** The training rows of the last pass: a share of each kind that the recipe states, drawn by its seed. */
export function rowsOfLastPass({ rows, parts }: Pick<Prepared, 'rows' | 'parts'>, { seed, lastPass }: Recipe): number[] {
  const random = createRandom(seed * SEED_STEP + LAST_PASS);
  const shareOf = (source: string): number => (source === PHRASE_SOURCE ? lastPass.phrasesShare : lastPass.rowsShareOf[source] ?? lastPass.rowsShare);
  return indicesOf(parts, 'train').filter((at) => random() < shareOf(rows[at]?.source ?? ''));
}

/**
 * The last pass: in the epochs a feature's steps shrink as it is met more often, so what only small sets and made-up texts
 * say of common words is drowned by the large sets; here all steps are small and even again.
 */
export function learnLastPass(prepared: Prepared, trainer: NetworkTrainer, recipe: Recipe, report: PassProgress): number {
  trainer.evenOut();
  trainer.reseed(recipe.seed * SEED_STEP + LAST_PASS + 1);
  const order = Int32Array.from(rowsOfLastPass(prepared, recipe));
  shuffle(order, createRandom(recipe.seed * SEED_STEP + LAST_PASS + 2));
  const { rate } = recipe.lastPass;
  return learnRows(prepared, trainer, { order, batch: recipe.batch, rateAfter: (texts) => rate * Math.max(LAST_RATE, 1 - texts / order.length) }, report);
}
