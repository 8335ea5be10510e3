import { CATEGORY_ORDER, HEADS, OUTPUT_SIZE } from '../heads.ts';
import { calibrate } from '../decide-score.ts';
import type { Calibration } from '../decide-score.ts';
import { precisionRecall } from '../evaluation/metrics.ts';
import type { OperatingPoints } from '../operating-points.ts';
import { chooseImplicit } from './choose-implicit.ts';
import type { Prepared } from './prepare.ts';
import { HEAD_COUNT } from './targets.ts';

/** Negative must not be cried too often: three-class accuracy suffers below this. */
const NEGATIVE_POINT = 0.45;
const RATING_CONFLICT = 0.7;

/** The threshold of best F1 on the validation rows, kept away from both ends. */
function bestF1(probabilities: number[], truth: boolean[]): number {
  let best = { threshold: 0.5, score: 0 };
  for (const { threshold, precision, recall } of precisionRecall(probabilities, truth)) {
    const score = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
    if (score > best.score) best = { threshold, score };
  }
  return Math.round(Math.min(0.8, Math.max(0.2, best.threshold)) * 1_000) / 1_000;
}

/** Chooses the operating point of each decision on rows that were not trained on. */
export function choosePoints(prepared: Pick<Prepared, 'rows' | 'targets'>, rows: readonly number[], predict: (row: number) => Float32Array, calibration: Calibration): OperatingPoints {
  const { targets } = prepared;
  const calibrated = rows.map((row) => ({ row, probabilities: calibrate(predict(row), 0, calibration) }));
  const pointOf = (output: number, headAt: number): number => {
    const known = calibrated.filter(({ row }) => (targets.weights[row * HEAD_COUNT + headAt] ?? 0) > 0);
    return bestF1(known.map(({ probabilities }) => probabilities[output] ?? 0), known.map(({ row }) => (targets.values[row * OUTPUT_SIZE + output] ?? 0) > 0.5));
  };
  const categories = {} as OperatingPoints['categories'];
  CATEGORY_ORDER.forEach((id, at) => {
    categories[id] = pointOf(HEADS.categories.from + at, 4);
  });
  return {
    negative: NEGATIVE_POINT,
    complaint: pointOf(HEADS.complaint.from, 2),
    ...chooseImplicit(prepared, calibrated, NEGATIVE_POINT),
    ratingConflict: RATING_CONFLICT,
    categories,
  };
}
