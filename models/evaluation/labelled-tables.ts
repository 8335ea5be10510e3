import { CATEGORY_IDS } from '../../core/category.ts';
import type { CategoryId } from '../../core/category.ts';
import { SENTIMENTS, SEVERITIES } from '../../core/score.ts';
import type { Score } from '../../core/score.ts';
import { labelCategories } from '../labelling/label-categories.ts';
import { labelComplaint } from '../labelling/label-complaint.ts';
import { labelImplicit, showsLeaving } from '../labelling/label-implicit.ts';
import { labelSeverity } from '../labelling/label-severity.ts';
import { createFoldTable, foldText } from '../text/normalize.ts';
import type { LabelledItem } from './labelled-sample.ts';
import { accuracy, macroF1 } from './metrics.ts';

export interface YesNo {
  support: number;
  precision: number;
  recall: number;
  f1: number;
}

export interface LabelledTable {
  count: number;
  sentiment: { accuracy: number; macroF1: number };
  complaint: YesNo;
  severity: { accuracy: number; macroF1: number };
  categories: { micro: YesNo; each: Partial<Record<CategoryId, YesNo>> };
  implicit: YesNo;
  /** Share of the implicit negatives that are taken for negative, and for a complaint. */
  implicitAsNegative: number;
  implicitAsComplaint: number;
}

/** What one decider says of one item; the model and the weak rules are measured alike. */
export interface Answer {
  sentiment: number;
  complaint: boolean;
  severity: number;
  categories: ReadonlySet<string>;
  implicit: boolean;
}

export function yesNo(truth: readonly boolean[], guess: readonly boolean[]): YesNo {
  let hit = 0;
  let guessed = 0;
  let support = 0;
  truth.forEach((value, at) => {
    if (value) support++;
    if (guess[at] === true) guessed++;
    if (value && guess[at] === true) hit++;
  });
  return {
    support,
    precision: guessed === 0 ? 0 : hit / guessed,
    recall: support === 0 ? 0 : hit / support,
    f1: hit === 0 ? 0 : (2 * hit) / (guessed + support),
  };
}

export function answerOfScore(score: Score): Answer {
  return {
    sentiment: SENTIMENTS.indexOf(score.sentiment),
    complaint: score.complaint,
    severity: SEVERITIES.indexOf(score.severity),
    categories: new Set(score.categories.map(({ id }) => id)),
    implicit: score.implicit,
  };
}

/** What the weak rules say when they are told the sentiment, as they are in training. */
export function answerOfRules(items: readonly LabelledItem[]): Answer[] {
  const fold = createFoldTable();
  return items.map(({ text, sentiment }) => {
    const folded = foldText(text, fold);
    const categories = labelCategories(folded, '', []);
    const isNegative = sentiment === 'negative' || (sentiment === 'neutral' && showsLeaving(folded));
    return {
      sentiment: SENTIMENTS.indexOf(sentiment),
      complaint: labelComplaint(folded, sentiment),
      severity: SEVERITIES.indexOf(labelSeverity(folded, sentiment)),
      categories: categories.size === 0 ? new Set(['other']) : categories,
      implicit: labelImplicit(folded, isNegative),
    };
  });
}

export function labelledTable(items: readonly LabelledItem[], answers: readonly Answer[]): LabelledTable {
  const sentimentTruth = items.map(({ sentiment }) => SENTIMENTS.indexOf(sentiment));
  const sentimentGuess = answers.map(({ sentiment }) => sentiment);
  const severityTruth = items.map(({ severity }) => SEVERITIES.indexOf(severity));
  const severityGuess = answers.map(({ severity }) => severity);
  const each: Partial<Record<CategoryId, YesNo>> = {};
  const allTruth: boolean[] = [];
  const allGuess: boolean[] = [];
  for (const id of CATEGORY_IDS) {
    const truth = items.map(({ categories }) => categories.includes(id));
    const guess = answers.map(({ categories }) => categories.has(id));
    each[id] = yesNo(truth, guess);
    allTruth.push(...truth);
    allGuess.push(...guess);
  }
  const implicitItems = items.map((item, at) => ({ item, answer: answers[at] })).filter(({ item }) => item.implicit);
  const share = (holds: (answer: Answer | undefined) => boolean): number =>
    implicitItems.length === 0 ? 0 : implicitItems.filter(({ answer }) => holds(answer)).length / implicitItems.length;
  return {
    count: items.length,
    sentiment: { accuracy: accuracy(sentimentTruth, sentimentGuess), macroF1: macroF1(sentimentTruth, sentimentGuess) },
    complaint: yesNo(items.map(({ complaint }) => complaint), answers.map(({ complaint }) => complaint)),
    severity: { accuracy: accuracy(severityTruth, severityGuess), macroF1: macroF1(severityTruth, severityGuess) },
    categories: { micro: yesNo(allTruth, allGuess), each },
    implicit: yesNo(items.map(({ implicit }) => implicit), answers.map(({ implicit }) => implicit)),
    implicitAsNegative: share((answer) => answer?.sentiment === 0),
    implicitAsComplaint: share((answer) => answer?.complaint === true),
  };
}
