import type { FeedbackItem } from './feedback.ts';
import type { Score } from './score.ts';

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
  /** Id of the first item that this one repeats; absent for an original. */
  duplicateOf?: string;
}
