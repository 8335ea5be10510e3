import { describe, expect, it } from 'vitest';
import { TocsinError } from '../../core/errors.ts';
import { SCORING_ATTEMPTS_MAX, ScoringFailures } from './scoring-failures.ts';

const away = new TocsinError('scorer_unavailable', 'The scorer is not running.', { retryable: true });
const crowded = new TocsinError('overloaded', '20000 texts wait for the scorer.', { retryable: true });
const broken = new TocsinError('internal', 'this text fails');

function actions(failures: ScoringFailures, times: number, error: unknown, between: () => void = () => undefined): string[] {
  return Array.from({ length: times }, () => {
    const { action } = failures.failed(7, error);
    between();
    return action;
  });
}

describe('a frame that cannot be scored', () => {
  it('is put aside after five failures of its own', () => {
    expect(actions(new ScoringFailures(), SCORING_ATTEMPTS_MAX, broken)).toEqual([...Array(SCORING_ATTEMPTS_MAX - 1).fill('try-again'), 'put-aside']);
  });

  it('is never put aside by a scorer that scores nothing at all', () => {
    expect(new Set(actions(new ScoringFailures(), 1_000, away))).toEqual(new Set(['try-again']));
  });

  it('is put aside when it ends threads that score others', () => {
    const failures = new ScoringFailures();
    let other = 100;
    expect(actions(failures, SCORING_ATTEMPTS_MAX + 1, away, () => failures.succeeded((other += 1))).at(-1)).toBe('put-aside');
  });

  it('is never put aside for want of room, however many others are scored meanwhile', () => {
    const failures = new ScoringFailures();
    let other = 100;
    expect(new Set(actions(failures, 1_000, crowded, () => failures.succeeded((other += 1))))).toEqual(new Set(['try-again']));
  });

  it('begins anew once it was scored', () => {
    const failures = new ScoringFailures();
    actions(failures, SCORING_ATTEMPTS_MAX - 1, broken);
    failures.succeeded(7);
    expect(failures.failed(7, broken)).toEqual({ action: 'try-again', delayMs: 500 });
  });

  it('is tried at growing distances of at most half a minute', () => {
    const failures = new ScoringFailures();
    const delays = Array.from({ length: 10 }, () => failures.failed(7, away)).map((verdict) => (verdict.action === 'try-again' ? verdict.delayMs : -1));
    expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  });
});
