import { CATEGORY_ORDER, HEADS, OUTPUT_SIZE } from '../heads.ts';
import { labelCategories } from '../labelling/label-categories.ts';
import { labelComplaint } from '../labelling/label-complaint.ts';
import { labelImplicit } from '../labelling/label-implicit.ts';
import { labelSeverity } from '../labelling/label-severity.ts';
import { SENTIMENTS, SEVERITIES } from '../../core/score.ts';
import type { Sentiment } from '../../core/score.ts';
import { createFoldTable, foldText } from '../text/normalize.ts';
import { CLAUSE_SOURCE } from './clauses.ts';
import { PAIR_SOURCES } from './dataset.ts';
import type { KnownLabels, Row } from './dataset.ts';
import type { Part } from './split.ts';
import type { Opinion, Teacher } from './teacher.ts';

/** Weights of the six heads of one row, in the order of HEADS. */
export const HEAD_COUNT = 6;

/** What the network is taught of each row. */
export interface Targets {
  /** [rows, OUTPUT_SIZE] */
  values: Float32Array;
  /** [rows, HEAD_COUNT]; 0: nothing is known. */
  weights: Float32Array;
  /** 1 where the author had to choose between negative and positive, so that neutral is not refuted. */
  pairs: Uint8Array;
}

/** Star shares where a text has a sentiment and no stars; as seen among the app reviews that have both. */
const STARS_OF: Record<Sentiment, readonly number[]> = {
  negative: [0.72, 0.14, 0.1, 0.02, 0.02],
  neutral: [0.1, 0.15, 0.5, 0.15, 0.1],
  positive: [0.01, 0.02, 0.05, 0.15, 0.77],
};

/** Texts that are no customer's feedback: they teach sentiment and nothing else. */
const NOT_FEEDBACK = new Set(['tweeteval_sentiment', 'vader_tweets', 'vader_movieReviewSnippets']);
/** Small sets of real feedback, labelled with care, count for more; talk that is no feedback for less. */
const WEIGHT_OF_SOURCE: Record<string, number> = {
  jd_laptop: 2, twitter_us_airline: 1.5, waimai_10k: 1.5, vader_tweets: 0.3, vader_movieReviewSnippets: 0.3, tweeteval_sentiment: 0.5,
};

/** A clause is judged by the teacher alone, and many are of one text. */
const CLAUSE_WEIGHT = 0.7;
/** Of the star head where stars are derived from the sentiment. */
const DERIVED_STARS_WEIGHT = 0.15;
const WEAK_WEIGHT = 0.3;
/** Of "no implicit negative" where a text was given as neutral: its author or reader did not count the customer as lost. */
const GIVEN_NEUTRAL_WEIGHT = 0.6;
/** Seventeen answers add up, so each weighs less. */
const CATEGORY_WEIGHT = 0.15;

/** Share of the teacher's opinion beside the label: more where authors had but two answers, whose labels are noisier. */
const TEACHER_SHARE_OF_PAIRS = 0.7;
const TEACHER_SHARE = 0.4;
/** Beside the weak rules of complaint and implicit. */
const TEACHER_SHARE_OF_RULES = 0.5;

export function buildTargets(rows: readonly Row[], parts: readonly Part[], teacher: Teacher): Targets {
  const values = new Float32Array(rows.length * OUTPUT_SIZE);
  const weights = new Float32Array(rows.length * HEAD_COUNT);
  const pairs = new Uint8Array(rows.length);
  const fold = createFoldTable();
  rows.forEach((row, at) => {
    const value = values.subarray(at * OUTPUT_SIZE, (at + 1) * OUTPUT_SIZE);
    const weight = weights.subarray(at * HEAD_COUNT, (at + 1) * HEAD_COUNT);
    pairs[at] = PAIR_SOURCES.has(row.source) ? 1 : 0;
    if (row.known !== undefined) {
      teachKnown(row, row.known, value, weight);
      return;
    }
    const opinion = parts[at] === 'train' ? teacher.opinionOf(row.text) : null;
    if (row.sentiment === null && opinion !== null) {
      value.set(opinion.sentiment, HEADS.sentiment.from);
      weight[0] = row.source === CLAUSE_SOURCE ? CLAUSE_WEIGHT : 1;
    }
    if (row.sentiment !== null) {
      value[HEADS.sentiment.from + SENTIMENTS.indexOf(row.sentiment)] = 1;
      weight[0] = WEIGHT_OF_SOURCE[row.source] ?? 1;
      if (opinion !== null) blend(value, opinion.sentiment, pairs[at] === 1 ? TEACHER_SHARE_OF_PAIRS : TEACHER_SHARE);
    }
    if (row.stars !== null) {
      value[HEADS.stars.from + row.stars - 1] = 1;
      weight[1] = 1;
    } else if (row.sentiment !== null) {
      value.set(STARS_OF[row.sentiment], HEADS.stars.from);
      weight[1] = DERIVED_STARS_WEIGHT * (weight[0] ?? 0);
    }
    if (NOT_FEEDBACK.has(row.source)) return;
    teachWeakly(row, foldText(row.text, fold), value, weight);
    if (opinion !== null) teachOpinion(opinion, value, weight);
    if (row.sentiment === 'neutral') {
      value[HEADS.implicit.from] = 0;
      weight[5] = GIVEN_NEUTRAL_WEIGHT;
    }
  });
  return { values, weights, pairs };
}

function blend(value: Float32Array, opinion: Float32Array, share: number): void {
  for (let k = 0; k < HEADS.sentiment.size; k++) {
    const at = HEADS.sentiment.from + k;
    value[at] = (1 - share) * (value[at] ?? 0) + share * (opinion[k] ?? 0);
  }
}

/** Complaint and implicit as the teacher sees them, beside what the rules say; alone where they say nothing. */
function teachOpinion(opinion: Opinion, value: Float32Array, weight: Float32Array): void {
  for (const [head, output, share] of [[2, HEADS.complaint.from, opinion.complaint], [5, HEADS.implicit.from, opinion.implicit]] as const) {
    if (weight[head] === 0) {
      value[output] = share;
      weight[head] = WEAK_WEIGHT;
    } else value[output] = (1 - TEACHER_SHARE_OF_RULES) * (value[output] ?? 0) + TEACHER_SHARE_OF_RULES * share;
  }
}

function teachKnown(row: Row, known: KnownLabels, value: Float32Array, weight: Float32Array): void {
  const sentimentWeight = known.sentimentWeight ?? known.weight;
  if (row.sentiment !== null) {
    value[HEADS.sentiment.from + SENTIMENTS.indexOf(row.sentiment)] = 1;
    weight[0] = sentimentWeight;
  }
  if (row.stars !== null) {
    value[HEADS.stars.from + row.stars - 1] = 1;
    weight[1] = sentimentWeight;
  } else if (row.sentiment !== null) {
    value.set(STARS_OF[row.sentiment], HEADS.stars.from);
    weight[1] = DERIVED_STARS_WEIGHT * sentimentWeight;
  }
  if (known.complaint !== undefined) {
    value[HEADS.complaint.from] = known.complaint ? 1 : 0;
    weight[2] = known.weight;
  }
  if (known.severity !== undefined) {
    value[HEADS.severity.from + SEVERITIES.indexOf(known.severity)] = 1;
    weight[3] = known.weight;
  }
  if (known.categories !== undefined) {
    for (const category of known.categories) value[HEADS.categories.from + CATEGORY_ORDER.indexOf(category)] = 1;
    weight[4] = known.weight;
  }
  if (known.implicit !== undefined) {
    value[HEADS.implicit.from] = known.implicit ? 1 : 0;
    weight[5] = known.weight;
  }
}

function teachWeakly(row: Row, folded: string, value: Float32Array, weight: Float32Array): void {
  // Bank questions carry no sentiment; nearly all are calm.
  const sentiment = row.sentiment ?? (row.source === 'banking77' ? 'neutral' : row.mixed ? 'negative' : null);
  if (sentiment !== null) {
    const isPairNegative = sentiment === 'negative' && PAIR_SOURCES.has(row.source);
    value[HEADS.complaint.from] = labelComplaint(folded, sentiment) || isPairNegative ? 1 : 0;
    weight[2] = WEAK_WEIGHT;
    value[HEADS.severity.from + SEVERITIES.indexOf(labelSeverity(folded, sentiment))] = 1;
    weight[3] = WEAK_WEIGHT;
    value[HEADS.implicit.from] = labelImplicit(folded, sentiment === 'negative') ? 1 : 0;
    weight[5] = row.mixed ? 0 : WEAK_WEIGHT;
  }
  const categories = labelCategories(folded, row.source, row.aspects);
  for (const category of categories) value[HEADS.categories.from + CATEGORY_ORDER.indexOf(category)] = 1;
  if (categories.size === 0) value[HEADS.categories.from + CATEGORY_ORDER.indexOf('other')] = 1;
  weight[4] = CATEGORY_WEIGHT;
}
