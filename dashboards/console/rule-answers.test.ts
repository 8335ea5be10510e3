import { describe, expect, it } from 'vitest';
import { parseRules, parseTried } from './rule-answers.ts';

const title = { zh: '同类投诉', en: 'Complaints' };

describe('the rules of the server', () => {
  it('are those that can be read', () => {
    expect(parseRules({ rules: [{ rule: { id: 'burst', title, kind: 'threshold', window: '24h' }, source: 'file' }, { rule: { id: 'x' } }, 7] })).toEqual([{ id: 'burst', title, kind: 'threshold', warnings: [] }]);
    expect(parseRules({})).toBeNull();
    expect(parseRules(null)).toBeNull();
  });
});

describe('what a rule would have done', () => {
  const summary = { alerts: 3, pagesPerWeek: 0.7, mostAlertsInOneHour: 2, longestOpenMs: null };

  it('is read from the answer of a backtest', () => {
    expect(parseTried({ items: 900, alerts: [], summary })).toEqual({ items: 900, alerts: 3, pagesPerWeek: 0.7, mostAlertsInOneHour: 2, longestOpenMs: null, warnings: [] });
    expect(parseTried({ items: 900, summary: { ...summary, longestOpenMs: 60_000 } })?.longestOpenMs).toBe(60_000);
  });

  it('comes with what was most likely not meant', () => {
    expect(parseTried({ items: 900, summary, warnings: [{ field: 'where', message: 'never is', messageZh: '从不为' }, 7, { field: 'of' }] })?.warnings).toEqual([{ en: 'where: never is', zh: 'where：从不为' }]);
  });

  it.each([null, {}, { items: 1 }, { items: 1, summary: { ...summary, alerts: 'many' } }, { items: Number.NaN, summary }])('is nothing in %j', (answer) => {
    expect(parseTried(answer)).toBeNull();
  });
});
