import { describe, expect, it } from 'vitest';
import type { ScoredFrame } from '../../core/frame.ts';
import type { FeedbackItem } from '../../core/feedback.ts';
import type { Score } from '../../core/score.ts';
import { stageTimes } from './stage-times.ts';

const item: FeedbackItem = { id: 'a', idGiven: true, workspace: 'default', text: 'x', channel: 'app', createdAtMs: 1, receivedAtMs: 1_000 };
const frame: ScoredFrame = {
  kind: 'scored', rawSequence: 7, gatheredAtMs: 1_002, rawAtMs: 1_005, takenAtMs: 1_006, scoredAtMs: 1_016, model: 'm', items: [{ item, score: {} as Score }],
};

describe('the stages of a frame', () => {
  it('follow each other without a gap', () => {
    const times = stageTimes(frame, { appendedAtMs: 1_019, countedAtMs: 1_021 });
    expect(times).toEqual({ 'gather': 2, 'raw-log': 3, 'score-wait': 1, 'score': 10, 'scored-log': 3, 'count': 2 });
    expect(Object.values(times).reduce((sum, each) => sum + each)).toBe(1_021 - item.receivedAtMs);
  });

  it('are left out where an older frame carries no time', () => {
    const { rawAtMs: _raw, takenAtMs: _taken, ...older } = frame;
    expect(stageTimes(older, { appendedAtMs: 1_019, countedAtMs: 1_021 })).toEqual({ 'gather': 2, 'scored-log': 3, 'count': 2 });
  });

  it('are never negative, though the log runs on another clock', () => {
    expect(stageTimes(frame, { appendedAtMs: 900, countedAtMs: 1_021 })['scored-log']).toBe(0);
  });
});
