import { SENTIMENTS } from '../../core/score.ts';
import type { Score } from '../../core/score.ts';
import { PAIR_SOURCES } from '../training/dataset.ts';
import type { Row } from '../training/dataset.ts';
import { predictSentiment } from '../training/score-parts.ts';
import { bootstrap } from './bootstrap.ts';
import type { Interval } from './bootstrap.ts';
import { LinearBaseline } from './linear-baseline.ts';
import { accuracy, calibrationError, classScores, macroF1, precisionRecall } from './metrics.ts';
import type { ClassScore } from './metrics.ts';
import { askPeer, PEERS, peerGuess } from './peers.ts';

export interface Judged {
  row: Row;
  score: Score;
}

export interface BaselineScore {
  name: string;
  accuracy: number;
  macroF1: number;
}

export interface SentimentTable {
  /** Part and source, such as `test waimai_10k`. */
  name: string;
  count: number;
  /** 2 where the authors chose between negative and positive, else 3. */
  classes: 2 | 3;
  accuracy: Interval;
  macroF1: Interval;
  perClass: ClassScore[];
  /** Expected calibration error of the guessed class. */
  calibrationError: number;
  baselines: BaselineScore[];
  /** Where the rows have stars. */
  stars?: { accuracy: number; meanAbsoluteError: number };
}

const BASELINE_SEED = 11;

function sentimentOf(row: Row): number {
  return row.sentiment === null ? -1 : SENTIMENTS.indexOf(row.sentiment);
}

function readProbabilities({ probabilities }: Score): [number, number, number] {
  return [probabilities.negative, probabilities.neutral, probabilities.positive];
}

export interface TableOptions {
  name: string;
  judged: readonly Judged[];
  /** Two classes for unseen products and for authors who had but two answers; of rows of several sources, each by its own. */
  isPair: boolean | ((row: Row) => boolean);
  /** What the linear peer says of a row; null where there is none. */
  linear: ((row: Row) => number) | null;
  peers: boolean;
  majority: number;
}

export function trainLinear(rows: readonly Row[]): LinearBaseline | null {
  const known = rows.filter((row) => row.sentiment !== null);
  if (known.length === 0) return null;
  return new LinearBaseline(known.map((row) => row.text), known.map(sentimentOf), 3, BASELINE_SEED);
}

/** The figures of one set of rows, with the baselines on the very same rows. */
export function sentimentTable(options: TableOptions): SentimentTable {
  const { judged, isPair: given } = options;
  const isPair = typeof given === 'function' ? given : (): boolean => given;
  const isPairOnly = judged.every(({ row }) => isPair(row));
  const truth = judged.map(({ row }) => sentimentOf(row));
  const guess = judged.map(({ row, score }) => (isPair(row) ? predictSentiment(readProbabilities(score), true) : SENTIMENTS.indexOf(score.sentiment)));
  const confidences = judged.map(({ row, score }, at) => {
    const [negative, neutral, positive] = readProbabilities(score);
    const total = isPair(row) ? negative + positive : 1;
    return ([negative, neutral, positive][guess[at] ?? 0] ?? 0) / Math.max(total, 1e-9);
  });
  const baselines: BaselineScore[] = [];
  const addBaseline = (name: string, guesses: number[]): void => {
    baselines.push({ name, accuracy: accuracy(truth, guesses), macroF1: macroF1(truth, guesses) });
  };
  addBaseline('majority', truth.map(() => options.majority));
  if (options.linear !== null) {
    const { linear } = options;
    addBaseline('linear char 1–3-grams', judged.map(({ row }) => linear(row)));
  }
  if (options.peers) {
    const language = judged.filter(({ row }) => row.language === 'zh').length * 2 > judged.length ? 'zh' : 'en';
    for (const peer of PEERS.filter((each) => each.language === language)) {
      const scores = askPeer(peer, judged.map(({ row }) => row.text));
      if (scores !== null) addBaseline(peer.name, scores.map((score) => peerGuess(score, peer, isPairOnly)));
    }
  }
  const starred = judged.filter(({ row }) => row.stars !== null);
  return {
    name: options.name,
    count: judged.length,
    classes: isPairOnly ? 2 : 3,
    accuracy: bootstrap(truth, guess, accuracy),
    macroF1: bootstrap(truth, guess, macroF1),
    perClass: classScores(truth, guess),
    calibrationError: calibrationError(confidences, truth.map((value, at) => value === guess[at])),
    baselines,
    ...(starred.length === 0 ? {} : {
      stars: {
        accuracy: starred.filter(({ row, score }) => row.stars === score.stars).length / starred.length,
        meanAbsoluteError: starred.reduce((sum, { row, score }) => sum + Math.abs((row.stars ?? 0) - score.stars), 0) / starred.length,
      },
    }),
  };
}

export interface NegativeRecall {
  count: number;
  negatives: number;
  /** Recall at the lowest threshold that keeps 85 % precision, and that threshold. */
  recallAt85: number;
  threshold: number;
  /** At the operating point in force. */
  precision: number;
  recall: number;
}

const PRECISION_WANTED = 0.85;

/** Recall of negatives among rows with an opinion (negative or positive). */
export function negativeRecall(judged: readonly Judged[]): NegativeRecall {
  const opinion = judged.filter(({ row }) => row.sentiment === 'negative' || row.sentiment === 'positive');
  const truth = opinion.map(({ row }) => row.sentiment === 'negative');
  const points = precisionRecall(opinion.map(({ score }) => score.probabilities.negative), truth).filter((point) => point.precision >= PRECISION_WANTED);
  const best = points.reduce((a, b) => (b.recall > a.recall ? b : a), { threshold: 1, precision: 1, recall: 0 });
  const guessed = opinion.filter(({ score }) => score.sentiment === 'negative');
  const hit = guessed.filter(({ row }) => row.sentiment === 'negative').length;
  const negatives = truth.filter(Boolean).length;
  return {
    count: opinion.length,
    negatives,
    recallAt85: best.recall,
    threshold: best.threshold,
    precision: guessed.length === 0 ? 0 : hit / guessed.length,
    recall: negatives === 0 ? 0 : hit / negatives,
  };
}

export function majorityOf(rows: readonly Row[], isPair: boolean): number {
  const counts = [0, 0, 0];
  for (const row of rows) {
    const sentiment = sentimentOf(row);
    if (sentiment >= 0) counts[sentiment] = (counts[sentiment] ?? 0) + 1;
  }
  if (isPair) counts[1] = -1;
  return counts.indexOf(Math.max(...counts));
}

export function isPairSource(source: string): boolean {
  return PAIR_SOURCES.has(source);
}
