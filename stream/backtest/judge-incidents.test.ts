import { describe, expect, it } from 'vitest';
import { judgeIncidents, parseIncidents } from './judge-incidents.ts';
import { summarize } from './summarize.ts';
import type { BacktestAlert } from './summarize.ts';

const MINUTE_MS = 60_000;
const alert = (minute: number, over: Partial<BacktestAlert> = {}): BacktestAlert => ({
  ruleId: 'burst', workspace: 'shop', group: { category: 'logistics' }, severity: 'warning', openedAtMs: minute * MINUTE_MS, count: 5, firstItemAtMs: 0, late: false, escalated: [], resolvedAtMs: null, peak: 5, pages: 1, ...over,
});
const incident = (from: number, to: number, over = {}) => ({ fromMs: from * MINUTE_MS, toMs: to * MINUTE_MS, ...over });

describe('alerts against labelled incidents', () => {
  it('are right where they opened in one, and found it where the first of them did', () => {
    const alerts = [alert(5), alert(12), alert(30), alert(100)];
    expect(judgeIncidents(alerts, [incident(0, 20), incident(28, 40), incident(60, 70)])).toEqual({ incidents: 3, found: 2, precision: 0.75, recall: 0.667, medianDelayMs: 2 * MINUTE_MS });
  });

  it('count for an incident of one rule or group only where they are of it', () => {
    expect(judgeIncidents([alert(5)], [incident(0, 20, { rule: 'other' })])).toMatchObject({ found: 0, precision: 0 });
    expect(judgeIncidents([alert(5)], [incident(0, 20, { group: { category: 'logistics' } })])).toMatchObject({ found: 1, precision: 1 });
  });

  it('say nothing where there are none', () => {
    expect(judgeIncidents([], [])).toEqual({ incidents: 0, found: 0, precision: null, recall: null, medianDelayMs: null });
  });

  it('are read from a file, with a sentence for what is wrong in it', () => {
    expect(parseIncidents('- {from: "2026-03-02T10:00:00+08:00", to: "2026-03-02T14:00:00+08:00", rule: burst}', 'i.yaml')).toMatchObject([{ fromMs: Date.UTC(2026, 2, 2, 2), rule: 'burst' }]);
    expect(() => parseIncidents('- {from: yesterday, to: "2026-03-02T14:00:00Z"}', 'i.yaml')).toThrow(/i\.yaml: 0\.from "yesterday" is not a time/);
    expect(() => parseIncidents('- {from: "2026-03-02T14:00:00Z", to: "2026-03-02T10:00:00Z"}', 'i.yaml')).toThrow(/0\.to is not after from/);
    expect(() => parseIncidents('a: 1', 'i.yaml')).toThrow(/must be a list of incidents/);
  });
});

describe('the summary', () => {
  it('counts pages, and names the longest storm: alerts of which each opens within ten minutes of the one before', () => {
    const alerts = [alert(0), alert(60, { pages: 2 }), alert(69), alert(79, { pages: 0 }), alert(90), alert(95)];
    expect(summarize(alerts, { fromMs: 0, toMs: 7 * 24 * 60 * MINUTE_MS })).toMatchObject({ pagesPerWeek: 6, longestStorm: { alerts: 3, fromMs: 60 * MINUTE_MS, toMs: 79 * MINUTE_MS } });
    expect(summarize([alert(0)], { fromMs: 0, toMs: 60 * MINUTE_MS }).longestStorm).toBeNull();
  });
});
