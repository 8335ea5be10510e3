import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../core/alert.ts';
import { escalated, incident, opened, OPENED_AT_MS, resolved } from '../notify/testing/sample-events.ts';
import { TIMELINE_MAX } from './alert-record.ts';
import type { AlertWithTimeline } from './alert-record.ts';
import { applyAlertEvent, emptyAlertList } from './apply-alert-event.ts';
import type { AlertListState } from './apply-alert-event.ts';

function listOf(events: readonly AlertEvent[], limits = { closedMax: 100, eventsMax: 100 }): AlertListState {
  const list = emptyAlertList(limits);
  for (const event of events) applyAlertEvent(list, event);
  return list;
}
const only = (list: AlertListState): AlertWithTimeline | undefined => [...list.open.values(), ...list.closed.values()][0];

describe('an alert', () => {
  it('is firing with the numbers of its opening', () => {
    expect(only(listOf([opened()]))).toMatchObject({
      alertId: 'a-1041-0', workspace: 'default', ruleId: 'complaint-burst', group: { category: 'logistics' }, severity: 'warning', state: 'firing',
      count: 50, peak: 50, fireAt: 50, resolveBelow: 40, openedAtMs: OPENED_AT_MS, resolvedAtMs: null, endsAtMs: opened().endsAtMs, late: false,
      timeline: [{ eventId: 'a-1041-0', kind: 'opened', atMs: OPENED_AT_MS, severity: 'warning', count: 50 }],
    });
  });

  it('takes severity, count and end from its escalation and keeps its opening', () => {
    expect(only(listOf([opened(), escalated()]))).toMatchObject({
      severity: 'critical', state: 'firing', count: 100, peak: 100, openedAtMs: OPENED_AT_MS, endsAtMs: escalated().endsAtMs,
    });
  });

  it('is over with its peak, its end and its whole timeline', () => {
    const list = listOf([opened(), escalated(), resolved()]);
    expect(list.open.size).toBe(0);
    expect(only(list)).toMatchObject({
      state: 'resolved', count: 39, peak: 1_132, resolvedAtMs: resolved().atMs, resolvedBecause: 'below-threshold', endsAtMs: null,
    });
    expect(only(list)?.timeline.map(({ kind }) => kind)).toEqual(['opened', 'escalated', 'resolved']);
    expect(only(list)?.quotes).toHaveLength(1);
  });

  it.each([
    ['its opening again', opened()],
    ['its escalation again', escalated()],
    ['its end again', resolved()],
    ['an opening of the same alert under another id', opened({ id: 'again' })],
    ['an escalation after the end', escalated({ id: 'late' })],
  ])('does not change by %s', (_name, repeat) => {
    const list = listOf([opened(), escalated(), resolved()]);
    const before = structuredClone(only(list));
    expect(applyAlertEvent(list, repeat)).toBe(false);
    expect(only(list)).toEqual(before);
    expect(list.open.size).toBe(0);
  });

  it('whose opening is not on the log any more is known from what is', () => {
    expect(only(listOf([resolved()]))).toMatchObject({ state: 'resolved', openedAtMs: OPENED_AT_MS, peak: 1_132 });
    expect(only(listOf([escalated()]))).toMatchObject({ state: 'firing', openedAtMs: OPENED_AT_MS, severity: 'critical' });
  });

  it('keeps the beginning and the latest of a long timeline', () => {
    const events = Array.from({ length: TIMELINE_MAX + 50 }, (_, index) => escalated({ id: `e${index}` }));
    const timeline = only(listOf([opened(), ...events]))?.timeline ?? [];
    expect(timeline).toHaveLength(TIMELINE_MAX);
    expect(timeline[0]?.kind).toBe('opened');
    expect(timeline.at(-1)?.eventId).toBe(`e${TIMELINE_MAX + 49}`);
  });
});

describe('the list', () => {
  it('keeps all open alerts and the newest of those that are over', () => {
    const incidents = Array.from({ length: 300 }, (_, number) => incident(number));
    const events = incidents.flatMap((each, number) => (number % 3 === 0 ? [each.opened] : [each.opened, each.resolved]));
    const list = listOf(events, { closedMax: 10, eventsMax: 20 });
    expect(list.open.size).toBe(100);
    expect([...list.closed.keys()]).toEqual(incidents.filter((_, number) => number % 3 !== 0).slice(-10).map((each) => each.opened.alertId));
    expect(list.events.size).toBe(20);
  });

  it('is the same whether events come once or several times in a row', () => {
    const incidents = Array.from({ length: 6 }, (_, number) => incident(number));
    const all = incidents.flatMap((each) => [each.opened, each.escalated, each.resolved]);
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: all.length, maxLength: all.length }), (times) => {
      const repeated = all.flatMap((event, index) => Array.from({ length: times[index] ?? 1 }, () => event));
      expect(listOf(repeated)).toEqual(listOf(all));
    }));
  });
});
