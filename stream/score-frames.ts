import { defer, ignoreElements, mergeMap, type Observable } from 'rxjs';
import type { Clock } from '../core/clock.ts';
import { TocsinError } from '../core/errors.ts';
import type { Telemetry } from '../core/telemetry.ts';
import type { DeadLetters } from './dead-letter-box/dead-letters.ts';
import type { AppendLog, Delivery, WorkQueue } from './ports.ts';
import type { FrameToScore, ScoredBytes } from './score/score-frame-batch.ts';
import { ScoringFailures } from './score/scoring-failures.ts';

/** Scores whole frames; behind it may be threads. */
export interface FrameScorer {
  /** Rejects with `frame_corrupt` for bytes that are no frame, and with what keeps the model from scoring. */
  scoreFrame(frame: FrameToScore): Promise<ScoredBytes>;
}

export interface ScoreFramesParts {
  raw: WorkQueue;
  scored: AppendLog;
  scorer: FrameScorer;
  dead: DeadLetters;
  clock: Clock;
  telemetry: Telemetry;
}

/** Frames handed out and not yet on the scored log; bounds the scorer's memory. */
const SCORING_FRAMES_MAX = 64;
const RETRY_DELAY_MS = 500;

/**
 * raw log → decode and score → scored log → acknowledge.
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
  const takenAtMs = clock.nowMs();
  let stage: 'score' | 'append' = 'score';
  try {
    const { bytes, items, scoredAtMs } = await scorer.scoreFrame({ bytes: value, sequence, rawAtMs: Math.trunc(timeMs), takenAtMs });
    failures.succeeded(sequence);
    telemetry({ kind: 'frame-scored', items, durationMs: scoredAtMs - takenAtMs });
    stage = 'append';
    const startedAtMs = clock.nowMs();
    await parts.scored.append(bytes, `raw-${sequence}`);
    telemetry({ kind: 'frame-appended', log: 'scored', items, bytes: bytes.length, durationMs: clock.nowMs() - startedAtMs });
    delivery.ack();
  } catch (error) {
    // The log being away is never the frame's fault: it is tried for as long as it takes.
    if (stage === 'append') return delivery.retry(RETRY_DELAY_MS);
    const isUnreadable = error instanceof TocsinError && error.code === 'frame_corrupt';
    const verdict = isUnreadable ? { action: 'put-aside' as const } : failures.failed(sequence, error);
    if (verdict.action === 'try-again') return delivery.retry(verdict.delayMs);
    if (!(await dead.put({ stage: isUnreadable ? 'decode' : 'score', log: 'raw', sequence, bytes: value, error }))) return delivery.retry(RETRY_DELAY_MS);
    failures.forget(sequence);
    delivery.ack();
  }
}
