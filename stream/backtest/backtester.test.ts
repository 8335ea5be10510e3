import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../core/alert.ts';
import type { ScoredItem } from '../../core/frame.ts';
import { createState } from '../counter/state.ts';
import { step } from '../counter/step.ts';
import { HOUR_MS, LogScript, MINUTE_MS, START_MS, makeItem, makeRule } from '../counter/testing/entries.ts';
import { Arrivals } from './arrivals.ts';
import { Backtester, warmUpFromMs, type BacktestOptions } from './backtester.ts';

const LATENESS_MAX_MS = 4 * MINUTE_MS;
const rule = makeRule({ windowMs: 3 * MINUTE_MS, fireAt: 3, resolveBelow: 2, escalate: [{ atLeast: 5, severity: 'critical' }] });
const options = (over: Partial<BacktestOptions> = {}): BacktestOptions => ({ rules: [rule], fromMs: START_MS, toMs: START_MS + 24 * HOUR_MS, latenessMaxMs: LATENESS_MAX_MS, ...over });

function complaint(receivedAtMs: number, ageMs = 0, category = 'logistics'): ScoredItem {
  return makeItem({ createdAtMs: receivedAtMs - ageMs, receivedAtMs, score: { categories: [{ id: category, probability: 1, decidedBy: 'model' }] } });
}

describe('a backtest', () => {
  it('tells when an alert would have opened, escalated and ended, to the millisecond', () => {
    const tester = new Backtester(options(), START_MS);
    tester.feed([0, 10_000, 20_000, 30_000, 40_000].map((afterMs) => complaint(START_MS + afterMs)), 'received');
    const { alerts, items, summary } = tester.finish();
    expect(items).toBe(5);
    expect(alerts).toEqual([{
      ruleId: 'burst', workspace: 'shop', group: { category: 'logistics' }, severity: 'critical',
      openedAtMs: START_MS + 20_000, count: 3, firstItemAtMs: START_MS, late: false,
      escalated: [{ atMs: START_MS + 40_000, severity: 'critical', count: 5 }],
      // Below 2 when the fourth of five leaves.
      resolvedAtMs: START_MS + 30_000 + 3 * MINUTE_MS, peak: 5, pages: 1,
    }]);
    expect(summary).toEqual({
      alerts: 1, byRule: { burst: 1 }, escalations: 1, lateAlerts: 0, openAtEnd: 0, alertsPerWeek: 7, pagesPerWeek: 7, longestStorm: null,
      longestOpenMs: 10_000 + 3 * MINUTE_MS, mostAlertsInOneHour: 1, medianFirstItemToAlertMs: 20_000,
    });
  });

  it('names an alert that opened before the span while it is open in it, and does not count it', () => {
    const tester = new Backtester(options({ fromMs: START_MS + MINUTE_MS }), START_MS);
    tester.feed([0, 1, 2].map((afterMs) => complaint(START_MS + afterMs)), 'received');
    const { alerts, summary } = tester.finish();
    expect(alerts.map(({ openedAtMs }) => openedAtMs)).toEqual([START_MS + 2]);
    expect(summary.alerts).toBe(0);
  });

  it('leaves out what was over before the span, and what came after it', () => {
    const tester = new Backtester(options({ fromMs: START_MS + HOUR_MS, toMs: START_MS + 2 * HOUR_MS }), START_MS);
    tester.feed([0, 1, 2].map((afterMs) => complaint(START_MS + afterMs)), 'received');
    tester.feed([0, 1, 2].map((afterMs) => complaint(START_MS + 2 * HOUR_MS + afterMs)), 'received');
    expect(tester.finish()).toMatchObject({ alerts: [], items: 3 });
  });

  it('keeps an alert open that has not ended by the end of the span, with its peak', () => {
    const tester = new Backtester(options({ toMs: START_MS + MINUTE_MS }), START_MS);
    tester.feed([0, 1, 2, 3].map((afterMs) => complaint(START_MS + afterMs)), 'received');
    const { alerts, summary } = tester.finish();
    expect(alerts).toMatchObject([{ resolvedAtMs: null, peak: 4 }]);
    expect(summary).toMatchObject({ openAtEnd: 1, longestOpenMs: MINUTE_MS - 2 });
  });

  it('counts the most alerts in one hour, and the median time to an alert over an even number as the lower one', () => {
    const tester = new Backtester(options(), START_MS);
    for (const startMs of [0, 10, 20, 200].map((minutes) => START_MS + minutes * MINUTE_MS)) tester.feed([0, startMs / 1000 % 7, 5_000].map((afterMs) => complaint(startMs + Math.floor(afterMs))), 'received');
    expect(tester.finish().summary).toMatchObject({ alerts: 4, mostAlertsInOneHour: 3, medianFirstItemToAlertMs: 5_000 });
  });

  it('refuses a rule that cannot be counted', () => {
    expect(() => new Backtester(options({ rules: [makeRule({ windowMs: 1 })] }), 0)).toThrow(/its window is not 1 minute to 90 days/);
  });

  it('begins early enough for every window to be full, however late items may be', () => {
    expect(warmUpFromMs(options())).toBe(START_MS - 3 * MINUTE_MS - LATENESS_MAX_MS);
    expect(warmUpFromMs(options({ fromMs: 5 }))).toBe(0);
  });

  const arrival = fc.record({
    // Items of one millisecond are gone through by event time, which need not be the order in which they were sent.
    afterMs: fc.integer({ min: 1, max: 20_000 }),
    ageMs: fc.oneof({ weight: 4, arbitrary: fc.nat(2_000) }, { weight: 1, arbitrary: fc.nat(8 * MINUTE_MS) }),
    category: fc.constantFrom('logistics', 'other'),
  });

  it('opens and escalates as the live counter does with the same items, from a scan in the order of event time', () => {
    fc.assert(fc.property(fc.array(arrival, { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), (moments, perRead) => {
      let nowMs = START_MS + HOUR_MS;
      const items = moments.map(({ afterMs, ageMs, category }) => complaint((nowMs += afterMs), ageMs, category));
      const live = liveEvents(items);

      const tester = new Backtester(options(), START_MS);
      const arrivals = new Arrivals();
      const scan = items.toSorted((a, b) => a.item.createdAtMs - b.item.createdAtMs);
      for (let from = 0; from < scan.length; from += perRead) {
        const batch = scan.slice(from, from + perRead);
        tester.feed(arrivals.add(batch, batch.at(-1)!.item.createdAtMs), 'received');
      }
      tester.feed(arrivals.rest(), 'received');
      const found = tester.finish().alerts.map(({ openedAtMs, group, count, late, escalated, resolvedAtMs }) => ({ openedAtMs, group, count, late, escalated: escalated.length, resolvedAtMs }));
      expect(sorted(found)).toEqual(sorted(live));
    }), { numRuns: 300 });
  });
});

interface Told {
  openedAtMs: number;
  group: object;
  count: number;
  late: boolean;
  escalated: number;
  resolvedAtMs: number | null;
}

const sorted = (told: Told[]): Told[] => told.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** A counter with boards that gets a tick at each millisecond that anything can end. */
function liveEvents(items: readonly ScoredItem[]): Told[] {
  const log = new LogScript();
  const state = createState({ latenessMaxMs: LATENESS_MAX_MS });
  const told = new Map<string, Told>();
  const note = (events: readonly AlertEvent[]): void => {
    for (const event of events) {
      if (event.kind === 'opened') told.set(event.alertId, { openedAtMs: event.atMs, group: event.group, count: event.count, late: event.late, escalated: 0, resolvedAtMs: null });
      else if (event.kind === 'escalated') told.get(event.alertId)!.escalated += 1;
      else told.get(event.alertId)!.resolvedAtMs = event.atMs;
    }
  };
  note(step(state, log.rules(START_MS, [rule])).events);
  const ends = items.map(({ item }) => item.createdAtMs + rule.windowMs);
  const moments = [...items.map((each) => ({ atMs: each.item.receivedAtMs, items: [each] })), ...ends.map((atMs) => ({ atMs, items: [] as ScoredItem[] }))]
    .toSorted((a, b) => a.atMs - b.atMs || a.items.length - b.items.length);
  for (const { atMs, items: arrived } of moments) note(step(state, arrived.length === 0 ? log.tick(atMs) : log.frame(atMs, [...arrived])).events);
  return [...told.values()];
}
