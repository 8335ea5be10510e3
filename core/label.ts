import type { CategoryId } from './category.ts';
import type { Sentiment, Severity } from './score.ts';

/** What a person says of an item; absent fields were not judged. */
export interface Labels {
  sentiment?: Sentiment;
  /** 1 to 5. */
  stars?: number;
  complaint?: boolean;
  severity?: Severity;
  /** All that fit; at least one. */
  categories?: CategoryId[];
  implicit?: boolean;
}

export const LABEL_FIELDS = ['sentiment', 'stars', 'complaint', 'severity', 'categories', 'implicit'] as const satisfies readonly (keyof Labels)[];
export type LabelField = (typeof LABEL_FIELDS)[number];

/** One act of labelling, as it stands on the log for good. */
export interface LabelRecord {
  id: string;
  workspace: string;
  feedbackId: string;
  /** Masked, as stored: what was judged, and what is trained on. */
  text: string;
  by: string;
  atMs: number;
  labels: Labels;
}

/** What holds of an item: of each field the last label. */
export type CurrentLabels = { [F in LabelField]?: { value: NonNullable<Labels[F]>; by: string; atMs: number } };
