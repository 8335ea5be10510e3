import { defer, ignoreElements, mergeMap, type Observable } from 'rxjs';
import type { Clock } from '../core/clock.ts';
import type { FeedbackItem } from '../core/feedback.ts';
import type { Score } from '../core/score.ts';
import type { Telemetry } from '../core/telemetry.ts';
import type { DeadLetters } from './dead-letters.ts';
import { decodeRawFrame, rawItemLines } from './frames/raw-frame.ts';
import { encodeScoredLines } from './frames/scored-entry.ts';
import type { AppendLog, Delivery, WorkQueue } from './ports.ts';
import { ScoringFailures } from './scoring-failures.ts';

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
const RETRY_DELAY_MS = 500;

/**
 * raw log → decode → score → scored log → acknowledge.
 *
 * A frame leaves the raw log only when its scores are durable. A crash in between scores it again and appends
 * a second scored frame with the same `rawSequence`; the counter takes the first and drops the other.
 */
export function scoreFrames(parts: ScoreFramesParts): Observable<never> {
  return defer(() => {
    const failures = new ScoringFailures();
    return parts.raw.work('scorer', SCORING_FRAMES_MAX).pipe(
      mergeMap((delivery) => scoreFrame(parts, failures, delivery)),
      ignoreElements(),
    );
  });
}

async function scoreFrame(parts: ScoreFramesParts, failures: ScoringFailures, delivery: Delivery): Promise<void> {
  const { dead, clock, telemetry, scorer } = parts;
  const { sequence, timeMs, value } = delivery.entry;
  let stage: 'decode' | 'score' | 'append' = 'decode';
  try {
    const { gatheredAtMs, items } = decodeRawFrame(value);
    stage = 'score';
    const startedAtMs = clock.nowMs();
    const scores = await scorer.score(items.map(toScorerInput));
    failures.succeeded(sequence);
    const scoredAtMs = clock.nowMs();
    telemetry({ kind: 'frame-scored', items: items.length, durationMs: scoredAtMs - startedAtMs });
    stage = 'append';
    const bytes = encodeScoredLines({ rawSequence: sequence, gatheredAtMs, rawAtMs: Math.trunc(timeMs), takenAtMs: startedAtMs, scoredAtMs, model: scorer.version, lines: rawItemLines(value), scores });
    await parts.scored.append(bytes, `raw-${sequence}`);
    telemetry({ kind: 'frame-appended', log: 'scored', items: items.length, bytes: bytes.length, durationMs: clock.nowMs() - scoredAtMs });
    delivery.ack();
  } catch (error) {
    // The log being away is never the frame's fault: it is tried for as long as it takes.
    if (stage === 'append') return delivery.retry(RETRY_DELAY_MS);
    const verdict = stage === 'decode' ? { action: 'put-aside' as const } : failures.failed(sequence, error);
    if (verdict.action === 'try-again') return delivery.retry(verdict.delayMs);
    if (!(await dead.put({ stage, log: 'raw', sequence, bytes: value, error }))) return delivery.retry(RETRY_DELAY_MS);
    failures.forget(sequence);
    delivery.ack();
  }
}

function toScorerInput(item: FeedbackItem): { text: string; rating?: number } {
  return item.rating === undefined ? { text: item.text } : { text: item.text, rating: item.rating };
}
