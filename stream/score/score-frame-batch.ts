import type { FeedbackItem } from '../../core/feedback.ts';
import type { RawFrame } from '../../core/frame.ts';
import type { Score } from '../../core/score.ts';
import { decodeRawFrame, rawBody } from '../frames/raw-frame.ts';
import { encodeScoredBody } from '../frames/scored-entry.ts';

/** What scoring needs of the model: one score per item, in order. */
export interface ItemScorer {
  readonly version: string;
  score(items: readonly { text: string; rating?: number }[]): Promise<Score[]>;
}

/** A raw frame as it stood on its log. */
export interface FrameToScore {
  bytes: Uint8Array;
  sequence: number;
  /** The log's time of it, and when the scorer took it up; whole milliseconds since the epoch. */
  rawAtMs: number;
  takenAtMs: number;
}

/** A scored frame, ready for its log. */
export interface ScoredBytes {
  bytes: Uint8Array;
  items: number;
  scoredAtMs: number;
}

/** A frame that cannot be read has an error of its own and keeps no other from being scored. */
export type FrameOutcome = { kind: 'scored'; frame: ScoredBytes } | { kind: 'unreadable'; error: unknown };

/**
 * Scores several frames as one batch, because a model is faster the more texts it is given at once. One outcome per
 * frame, in order. Rejects with what the scorer rejects with.
 */
export async function scoreFrameBatch(frames: readonly FrameToScore[], scorer: ItemScorer, nowMs: () => number): Promise<FrameOutcome[]> {
  const read = frames.map(({ bytes }) => readFrame(bytes));
  const inputs = read.flatMap((each) => (each.kind === 'read' ? each.frame.items.map(toScorerInput) : []));
  const scores = await scorer.score(inputs);
  const scoredAtMs = nowMs();
  let from = 0;
  return read.map((each, at): FrameOutcome => {
    if (each.kind === 'unreadable') return each;
    const { gatheredAtMs, items } = each.frame;
    const { bytes: raw, sequence, rawAtMs, takenAtMs } = frames[at]!;
    const bytes = encodeScoredBody({ rawSequence: sequence, gatheredAtMs, rawAtMs, takenAtMs, scoredAtMs, model: scorer.version, body: rawBody(raw), scores: scores.slice(from, from += items.length) });
    return { kind: 'scored', frame: { bytes, items: items.length, scoredAtMs } };
  });
}

function readFrame(bytes: Uint8Array): { kind: 'read'; frame: RawFrame } | { kind: 'unreadable'; error: unknown } {
  try {
    return { kind: 'read', frame: decodeRawFrame(bytes) };
  } catch (error) {
    return { kind: 'unreadable', error };
  }
}

function toScorerInput(item: FeedbackItem): { text: string; rating?: number } {
  return item.rating === undefined ? { text: item.text } : { text: item.text, rating: item.rating };
}
