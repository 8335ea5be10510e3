import { SENTIMENTS } from '../../core/score.ts';
import { macroF1 } from '../evaluation/metrics.ts';
import { PAIR_SOURCES } from './dataset.ts';
import type { Prepared } from './prepare.ts';
import type { Part } from './split.ts';

export interface SourceScore {
  source: string;
  count: number;
  accuracy: number;
  macroF1: number;
}

/** Predicted sentiment, 0 negative, 1 neutral, 2 positive; where the author had only two answers, neutral is none. */
export function predictSentiment(logits: ArrayLike<number>, isPair: boolean): number {
  const [negative = 0, neutral = 0, positive = 0] = [logits[0], logits[1], logits[2]];
  if (isPair) return negative > positive ? 0 : 2;
  if (negative > neutral && negative > positive) return 0;
  return neutral > positive ? 1 : 2;
}

/** Sentiment by source on one part. Unseen products are scored on negative and positive alone. */
export function scoreParts(prepared: Pick<Prepared, 'rows' | 'parts'>, part: Part, predict: (row: number) => ArrayLike<number>): SourceScore[] {
  const bySource = new Map<string, { truth: number[]; guess: number[] }>();
  prepared.rows.forEach((row, at) => {
    if (prepared.parts[at] !== part || row.sentiment === null) return;
    const truth = SENTIMENTS.indexOf(row.sentiment);
    if (part === 'unseen' && truth === 1) return;
    const isPair = part === 'unseen' || PAIR_SOURCES.has(row.source);
    const entry = bySource.get(row.source) ?? { truth: [], guess: [] };
    entry.truth.push(truth);
    entry.guess.push(predictSentiment(predict(at), isPair));
    bySource.set(row.source, entry);
  });
  return [...bySource].map(([source, { truth, guess }]) => ({
    source,
    count: truth.length,
    accuracy: truth.filter((value, at) => value === guess[at]).length / truth.length,
    macroF1: macroF1(truth, guess),
  }));
}
