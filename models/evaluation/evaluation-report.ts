import type { LabelledTable, YesNo } from './labelled-tables.ts';
import type { NegativeRecall, SentimentTable } from './sentiment-tables.ts';

export interface EvaluationReport {
  model: string;
  backend: string;
  sentiment: SentimentTable[];
  negatives: { name: string; figures: NegativeRecall }[];
  /** The hand-labelled sample: the model, and the weak rules told the true sentiment. */
  labelled: { name: string; model: LabelledTable; rules: LabelledTable }[];
  /** Ratings that contradict the text, of the hand-labelled sample; absent where a file is measured. */
  ratingConflicts?: YesNo;
  /** All of it as text for a terminal. */
  text: string;
}
