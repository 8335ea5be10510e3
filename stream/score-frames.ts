import { ignoreElements, mergeMap, type Observable } from 'rxjs';
import type { Clock } from '../core/clock.ts';
import type { FeedbackItem } from '../core/feedback.ts';
import type { Score } from '../core/score.ts';
import type { Telemetry } from '../core/telemetry.ts';
import type { DeadLetters } from './dead-letters.ts';
import { decodeRawFrame, rawItemLines } from './frames/raw-frame.ts';
import { encodeScoredLines } from './frames/scored-entry.ts';
import type { AppendLog, Delivery, WorkQueue } from './ports.ts';

/** What scoring needs of the model: one score per item, in order. */
export interface ItemScorer {
  readonly version: string;
  score(items: { text: string; rating?: number }[]): Promise<Score[]>;
}

export interface ScoreFramesParts {
  raw: WorkQueue;
  scored: AppendLog;
  scorer: ItemScorer;
  dead: DeadLetters;
  clock: Clock;
  telemetry: Telemetry;
}

/** Frames handed out and not yet on the scored log; bounds the scorer's memory. */
export const SCORING_FRAMES_MAX = 64;
/** A frame that failed this often is put aside. */
export const SCORING_ATTEMPTS_MAX = 5;
const RETRY_DELAY_MS = 500;

/**
 * raw log → decode → score → scored log → acknowledge.
 *
 * A frame leaves the raw log only when its scores are durable. A crash in between scores it again and appends
 * a second scored frame with the same `rawSequence`; the counter takes the first and drops the other.
 */
export function scoreFrames(parts: ScoreFramesParts): Observable<never> {
  return parts.raw.work('scorer', SCORING_FRAMES_MAX).pipe(
    mergeMap((delivery) => scoreFrame(parts, delivery)),
    ignoreElements(),
  );
}

async function scoreFrame(parts: ScoreFramesParts, delivery: Delivery): Promise<void> {
  const { dead, clock, telemetry, scorer } = parts;
  const { sequence, value } = delivery.entry;
  let stage: 'decode' | 'score' | 'append' = 'decode';
  try {
    const { gatheredAtMs, items } = decodeRawFrame(value);
    stage = 'score';
    const startedAtMs = clock.nowMs();
    const scores = await scorer.score(items.map(toScorerInput));
    const scoredAtMs = clock.nowMs();
    telemetry({ kind: 'frame-scored', items: items.length, durationMs: scoredAtMs - startedAtMs });
    stage = 'append';
    const bytes = encodeScoredLines({ rawSequence: sequence, gatheredAtMs, scoredAtMs, model: scorer.version, lines: rawItemLines(value), scores });
    await parts.scored.append(bytes, `raw-${sequence}`);
    telemetry({ kind: 'frame-appended', log: 'scored', items: items.length, bytes: bytes.length, durationMs: clock.nowMs() - scoredAtMs });
    delivery.ack();
  } catch (error) {
    // The log being away is never the frame's fault: it is tried for as long as it takes.
    const putAside = stage === 'decode' || (stage === 'score' && delivery.redeliveries + 1 >= SCORING_ATTEMPTS_MAX);
    if (putAside && stage !== 'append' && (await dead.put({ stage, log: 'raw', sequence, bytes: value, error }))) delivery.ack();
    else delivery.retry(RETRY_DELAY_MS);
  }
}

function toScorerInput(item: FeedbackItem): { text: string; rating?: number } {
  return item.rating === undefined ? { text: item.text } : { text: item.text, rating: item.rating };
}
