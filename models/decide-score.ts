import type { CategoryId } from '../core/category.ts';
import { SEVERITIES } from '../core/score.ts';
import type { CategoryScore, Language, Score, Sentiment, Severity } from '../core/score.ts';
import { fuseRating } from './fuse-rating.ts';
import { CATEGORY_ORDER, HEADS, OUTPUT_SIZE, sigmoid, softmaxInto } from './heads.ts';
import type { OperatingPoints } from './operating-points.ts';

export interface Calibration {
  scale: readonly number[];
  shift: readonly number[];
}

/** Calibrated probabilities of one text, in the places of HEADS. */
export function calibrate(logits: Float32Array, from: number, calibration: Calibration): Float32Array {
  const out = new Float32Array(calibration.scale.length);
  for (let o = 0; o < out.length; o++) out[o] = (logits[from + o] ?? 0) * (calibration.scale[o] ?? 1) + (calibration.shift[o] ?? 0);
  for (const head of [HEADS.sentiment, HEADS.stars, HEADS.severity]) softmaxInto(out, out, head.from, head.size);
  for (const head of [HEADS.complaint, HEADS.categories, HEADS.implicit]) {
    for (let o = head.from; o < head.from + head.size; o++) out[o] = sigmoid(out[o] ?? 0);
  }
  return out;
}

export interface DecideInput {
  probabilities: Float32Array;
  points: OperatingPoints;
  language: Language;
  keywords: string[];
  /** The text has no opinion in it. */
  saysNothing: boolean;
  rating?: number;
  /** Categories that the editable taxonomy found. */
  taxonomy: readonly CategoryScore[];
}

/** Probabilities are kept to five digits: more say nothing and cost room on the log and time to write. Decisions are taken before. */
function round(probability: number): number {
  return Math.round(probability * 1e5) / 1e5;
}

export function decideSentiment(probabilities: readonly [number, number, number], points: Pick<OperatingPoints, 'negative'>): Sentiment {
  const [negative, neutral, positive] = probabilities;
  if (negative >= points.negative || (negative >= neutral && negative >= positive)) return 'negative';
  return neutral >= positive ? 'neutral' : 'positive';
}

/** From here on a text is plainly neutral: neither an implicit negative nor a complaint; chosen on validation rows. */
const PLAINLY_NEUTRAL = 0.8;

/**
 * Who leaves with polite words is lost: an implicit negative is negative, however kind its words. Without a hint of a complaint,
 * or plainly neutral, a text that mentions leaving is none. `neutral`: probability, after a rating where there is one.
 */
export function isImplicitNegative(probabilities: Float32Array, neutral: number, points: Pick<OperatingPoints, 'implicit' | 'complaintHint'>): boolean {
  return (probabilities[HEADS.implicit.from] ?? 0) >= points.implicit && (probabilities[HEADS.complaint.from] ?? 0) >= points.complaintHint && neutral < PLAINLY_NEUTRAL;
}

function decideSeverity(probabilities: Float32Array, isBad: boolean): Severity {
  const { from, size } = HEADS.severity;
  // What is no complaint has no severity; a complaint has at least a mild one.
  if (!isBad) return 'none';
  let best = 1;
  for (let k = 2; k < size; k++) if ((probabilities[from + k] ?? 0) > (probabilities[from + best] ?? 0)) best = k;
  return SEVERITIES[best] ?? 'mild';
}

/** The one category of a text that none reaches its point for: the likeliest, `other` among them. */
function likeliest(probabilities: Float32Array): CategoryScore {
  let best: CategoryScore = { id: 'other', probability: probabilities[HEADS.categories.from + CATEGORY_ORDER.indexOf('other')] ?? 0, decidedBy: 'model' };
  CATEGORY_ORDER.forEach((id, at) => {
    const probability = probabilities[HEADS.categories.from + at] ?? 0;
    if (probability > best.probability) best = { id, probability, decidedBy: 'model' };
  });
  return { ...best, probability: round(best.probability) };
}

function decideCategories(input: DecideInput): CategoryScore[] {
  const { from } = HEADS.categories;
  const found = new Map<string, CategoryScore>();
  CATEGORY_ORDER.forEach((id: CategoryId, at) => {
    const probability = input.probabilities[from + at] ?? 0;
    if (id !== 'other' && probability >= (input.points.categories[id] ?? 0.5)) found.set(id, { id, probability: round(probability), decidedBy: 'model' });
  });
  for (const each of input.taxonomy) if (!found.has(each.id)) found.set(each.id, each);
  if (found.size === 0) return [likeliest(input.probabilities)];
  return [...found.values()].sort((a, b) => b.probability - a.probability);
}

function argmax(values: readonly number[]): number {
  let best = 0;
  values.forEach((value, at) => {
    if (value > (values[best] ?? 0)) best = at;
  });
  return best;
}

/** Turns probabilities into the score that rules count by. Pure. */
export function decideScore(input: DecideInput): Score {
  const { probabilities, points } = input;
  const read = (at: number): number => probabilities[at] ?? 0;
  const s = HEADS.sentiment.from;
  const t = HEADS.stars.from;
  // A text that says nothing leaves the word to the rating.
  const isRatingAlone = input.saysNothing && input.rating !== undefined;
  const fused = fuseRating({
    sentiment: isRatingAlone ? [1 / 3, 1 / 3, 1 / 3] : [read(s), read(s + 1), read(s + 2)],
    stars: [read(t), read(t + 1), read(t + 2), read(t + 3), read(t + 4)],
    rating: input.rating,
    conflictAt: points.ratingConflict,
  });
  const complaintProbability = read(HEADS.complaint.from);
  const implicit = isImplicitNegative(probabilities, fused.sentiment[1], points);
  const sentiment = implicit ? 'negative' : decideSentiment(fused.sentiment, points);
  const isOpen = sentiment === 'negative' || (sentiment === 'neutral' && fused.sentiment[1] < PLAINLY_NEUTRAL);
  const complaint = isOpen && complaintProbability >= points.complaint;
  const score: Score = {
    sentiment,
    probabilities: { negative: round(fused.sentiment[0]), neutral: round(fused.sentiment[1]), positive: round(fused.sentiment[2]) },
    stars: argmax(fused.stars) + 1,
    starProbabilities: fused.stars.map(round) as Score['starProbabilities'],
    complaint,
    complaintProbability: round(complaintProbability),
    severity: decideSeverity(probabilities, complaint || sentiment === 'negative'),
    categories: decideCategories(input),
    implicit,
    keywords: input.keywords,
    language: input.language,
  };
  if (fused.conflict) score.ratingConflict = true;
  return score;
}

/** A text in which nothing can be read says nothing: neutral, no complaint, whatever the model makes of silence. */
export const SILENT_PROBABILITIES: Float32Array = silentProbabilities();

function silentProbabilities(): Float32Array {
  const out = new Float32Array(OUTPUT_SIZE);
  out.set([0, 1, 0], HEADS.sentiment.from);
  out.set([0, 0, 1, 0, 0], HEADS.stars.from);
  out[HEADS.severity.from] = 1;
  out[HEADS.categories.from + CATEGORY_ORDER.indexOf('other')] = 1;
  return out;
}

/** The same categories without an opinion. */
export function silenced(probabilities: Float32Array): Float32Array {
  const out = SILENT_PROBABILITIES.slice();
  const { from, size } = HEADS.categories;
  out.set(probabilities.subarray(from, from + size), from);
  return out;
}
