import type { ScoredFrame } from '../../core/frame.ts';
import type { StageTimes } from '../../core/stage.ts';

/** Of one scored frame: the log's own time of its append, and when it was counted. Milliseconds since the epoch. */
export interface FrameTimes {
  appendedAtMs: number;
  countedAtMs: number;
}

/**
 * The stages up to counting, from the times that the frame carries, for its first item: the one that waited longest.
 * A time that two clocks disagree about counts as 0; a frame written before frames carried a time has no stage for it.
 */
export function stageTimes(frame: ScoredFrame, { appendedAtMs, countedAtMs }: FrameTimes): StageTimes {
  const { gatheredAtMs, rawAtMs, takenAtMs, scoredAtMs, items } = frame;
  const receivedAtMs = items[0]?.item.receivedAtMs;
  const times: StageTimes = { 'scored-log': span(scoredAtMs, appendedAtMs), 'count': span(appendedAtMs, countedAtMs) };
  if (receivedAtMs !== undefined) times.gather = span(receivedAtMs, gatheredAtMs);
  if (rawAtMs !== undefined && takenAtMs !== undefined) {
    times['raw-log'] = span(gatheredAtMs, rawAtMs);
    times['score-wait'] = span(rawAtMs, takenAtMs);
    times.score = span(takenAtMs, scoredAtMs);
  }
  return times;
}

function span(fromMs: number, toMs: number): number {
  return Math.max(0, toMs - fromMs);
}
