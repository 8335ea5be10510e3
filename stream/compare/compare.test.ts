import { describe, expect, it } from 'vitest';
import type { Score } from '../../core/score.ts';
import type { BacktestAlert } from '../backtest/summarize.ts';
import { diffAlerts } from './diff-alerts.ts';
import { ChangeTally, EXAMPLES_MAX } from './tally-changes.ts';

function scoreOf(complaint: boolean, category: string, probability = complaint ? 0.9 : 0.1): Score {
  return {
    sentiment: complaint ? 'negative' : 'positive', probabilities: { negative: 0, neutral: 0, positive: 1 }, stars: 5, starProbabilities: [0, 0, 0, 0, 1],
    complaint, complaintProbability: probability, severity: complaint ? 'mild' : 'none', categories: [{ id: category, probability: 1, decidedBy: 'model' }],
    implicit: false, keywords: [], language: 'zh',
  };
}

describe('what another model would say', () => {
  it('is counted by decision, sentiment and category, with the surest examples', () => {
    const tally = new ChangeTally();
    for (let at = 0; at < 600; at++) tally.add(`bad ${at}`, scoreOf(true, 'logistics'), scoreOf(true, 'logistics'));
    for (let at = 0; at < 30; at++) tally.add(`good ${at}`, scoreOf(false, 'other'), scoreOf(true, 'product.price', 0.5 + at / 100));
    tally.add('moved', scoreOf(true, 'logistics'), scoreOf(true, 'product.price'));
    const changes = tally.result();
    expect(changes).toMatchObject({
      texts: 631, complaintsBefore: 601, complaintsAfter: 631, changed: { sentiment: 30, complaint: 30, severity: 30, categories: 31 },
      sentiment: { negative: { before: 601, after: 631 }, positive: { before: 30, after: 0 } },
      categories: [{ category: 'product.price', complaintsBefore: 0, complaintsAfter: 31 }, { category: 'logistics', complaintsBefore: 601, complaintsAfter: 600 }],
    });
    expect(changes.examples).toHaveLength(EXAMPLES_MAX);
    expect(changes.examples[0]).toEqual({ text: 'good 29', complaintBefore: 0.1, complaintAfter: 0.79 });
  });
});

describe('what would ring', () => {
  const alert = (openedAtMs: number, resolvedAtMs: number | null, more: Partial<BacktestAlert> = {}): BacktestAlert => ({
    ruleId: 'r', workspace: 'default', group: { category: 'logistics' }, severity: 'warning', openedAtMs, count: 50, firstItemAtMs: 0, late: false, escalated: [], resolvedAtMs, peak: 60, pages: 1, ...more,
  });
  const shapeOf = (before: BacktestAlert[], after: BacktestAlert[]): number[] => {
    const { silenced, added, shifted, same } = diffAlerts(before, after);
    return [silenced.length, added.length, shifted.length, same];
  };

  it.each([
    ['the same alert', [alert(10, 20)], [alert(10, 20)], [0, 0, 0, 1]],
    ['one no more', [alert(10, 20)], [], [1, 0, 0, 0]],
    ['one more', [], [alert(10, null)], [0, 1, 0, 0]],
    ['an earlier one', [alert(10, 20)], [alert(5, 20)], [0, 0, 1, 0]],
    ['one that ends now', [alert(10, null)], [alert(10, 40)], [0, 0, 1, 0]],
    ['another incident of the same group', [alert(10, 20)], [alert(30, 40)], [1, 1, 0, 0]],
    ['another group', [alert(10, 20)], [alert(10, 20, { group: { category: 'app.crash' } })], [1, 1, 0, 0]],
    ['another rule', [alert(10, 20)], [alert(10, 20, { ruleId: 's' })], [1, 1, 0, 0]],
    ['one long incident in place of two', [alert(10, 20), alert(30, 40)], [alert(10, 40)], [1, 0, 1, 0]],
  ] as const)('%s', (_, before, after, shape) => {
    expect(shapeOf([...before], [...after])).toEqual(shape);
  });
});
