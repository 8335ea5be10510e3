import type { FeedbackItem } from './feedback.ts';
import type { Score } from './score.ts';

/** Fields that are filled from a customer's history, by the names that rules group by. */
export const FILLED_FIELDS = ['customerTier', 'customerGroup', 'region', 'product'] as const;
export type FilledField = (typeof FILLED_FIELDS)[number];

/** One counted item on its way to the store. `(sequence, index)` is its place on the scored log, so it names it once. */
export interface StoredItem {
  /** Sequence on the scored log of the frame that carried it. */
  sequence: number;
  /** Place in that frame, from 0. */
  index: number;
  item: FeedbackItem;
  score: Score;
  /** Version of the model that scored it. */
  model: string;
  /** Event time, milliseconds since the epoch, UTC. */
  createdAtMs: number;
  /** Id of the first item that this one repeats: stored, and not counted. Absent for an original. */
  duplicateOf?: string;
  /** Id of the first item of the copied text that this one is of; it counts. Absent where few customers sent the text. */
  campaignOf?: string;
  /** Fields that the sender left out and that are filled from what the same customer said before. */
  filled?: FilledField[];
}
