import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../core/alert.ts';
import type { BoardCounts, LiveMessage, OpenAlert } from '../../core/live.ts';
import { openedEvent, resolvedEvent, sampleAlert, sampleCounts, SAMPLE_NOW_MS } from '../shared/testing/samples.ts';
import { EMPTY_BOARD, NEWS_MAX, OPEN_ALERTS_MAX, RESOLVED_MAX, RESOLVED_SHOWN_MS, TAKEOVER_ALERTS_MAX, TAKEOVER_MAX_MS, TAKEOVER_MS } from './board-state.ts';
import type { BoardState } from './board-state.ts';
import { foldBoard } from './fold-board.ts';

const at = (steadyMs: number) => ({ steadyMs, wallMs: SAMPLE_NOW_MS + steadyMs });
const say = (state: BoardState, message: Omit<LiveMessage, 'id'>, nowMs: number): BoardState =>
  foldBoard(state, { kind: 'message', message: { id: 'x', ...message } as LiveMessage }, at(nowMs));
const counts = (state: BoardState, openAlerts: OpenAlert[], nowMs: number, over: Partial<BoardCounts> = {}): BoardState =>
  say(state, { topic: 'counts', data: sampleCounts({ asOfMs: SAMPLE_NOW_MS + nowMs, openAlerts, ...over }) }, nowMs);
const event = (state: BoardState, data: AlertEvent, nowMs: number): BoardState => say(state, { topic: 'alerts', data }, nowMs);
const tick = (state: BoardState, nowMs: number): BoardState => foldBoard(state, { kind: 'tick' }, at(nowMs));
const alert = (alertId: string, over: Partial<OpenAlert> = {}): OpenAlert => sampleAlert({ alertId, openedAtMs: SAMPLE_NOW_MS + 500, ...over });

const calm = counts(EMPTY_BOARD, [], 0);

describe('a new alert', () => {
  it('takes the screen for 20 s and then stays on the banner', () => {
    const taken = event(calm, openedEvent(alert('a')), 1_000);
    expect(taken.takeover?.alertIds).toEqual(['a']);
    expect(tick(taken, 1_000 + TAKEOVER_MS - 1).takeover).not.toBeNull();
    const after = tick(taken, 1_000 + TAKEOVER_MS);
    expect(after.takeover).toBeNull();
    expect(after.open.map((open) => open.alertId)).toEqual(['a']);
  });

  it('takes it once, though both the event and the list of open alerts tell of it, in either order', () => {
    const eventFirst = tick(counts(event(calm, openedEvent(alert('a')), 1_000), [alert('a')], 2_000), 1_000 + TAKEOVER_MS);
    expect(eventFirst.takeover).toBeNull();
    const listFirst = tick(event(counts(calm, [alert('a')], 1_000), openedEvent(alert('a')), 2_000), 1_000 + TAKEOVER_MS);
    expect(listFirst.takeover).toBeNull();
    expect(listFirst.newsSerial).toBe(1);
    expect(eventFirst.newsSerial).toBe(1);
  });

  it('takes it though its event was lost', () => {
    expect(counts(calm, [alert('a')], 1_000).takeover?.alertIds).toEqual(['a']);
  });

  it('that was open long before the page began only stands on the banner', () => {
    const begun = counts(EMPTY_BOARD, [alert('a', { openedAtMs: SAMPLE_NOW_MS - 60_000 })], 0);
    expect(begun.takeover).toBeNull();
    expect(begun.open).toHaveLength(1);
    expect(counts(EMPTY_BOARD, [alert('b', { openedAtMs: SAMPLE_NOW_MS - 3_000 })], 0).takeover).not.toBeNull();
  });

  it('joins a takeover and restarts its time, up to a minute in all', () => {
    let state = event(calm, openedEvent(alert('0')), 0);
    for (let second = 5; second <= 55; second += 5) state = event(state, openedEvent(alert(String(second))), second * 1_000);
    expect(state.takeover?.alertIds[0]).toBe('55');
    expect(state.takeover?.untilMs).toBe(TAKEOVER_MAX_MS);
    const another = event(state, openedEvent(alert('later')), TAKEOVER_MAX_MS + 1);
    expect(another.takeover?.alertIds).toEqual(['later']);
  });

  it('can be waved away, and does not come back with the next counts', () => {
    const waved = foldBoard(event(calm, openedEvent(alert('a')), 1_000), { kind: 'dismiss' }, at(2_000));
    expect(waved.takeover).toBeNull();
    expect(counts(waved, [alert('a')], 3_000).takeover).toBeNull();
  });

  it('that late feedback completed keeps saying so', () => {
    const state = counts(event(calm, openedEvent(alert('a'), { late: true }), 1_000), [alert('a')], 2_000);
    expect(state.open[0]?.late).toBe(true);
  });

  it('is not resolved by counts that are older than it', () => {
    const state = event(calm, openedEvent(alert('a', { openedAtMs: SAMPLE_NOW_MS + 5_000 })), 5_000);
    expect(counts(state, [], 5_010, { asOfMs: SAMPLE_NOW_MS + 4_900 }).open).toHaveLength(1);
    expect(counts(state, [], 6_000, { asOfMs: SAMPLE_NOW_MS + 6_000 }).open).toHaveLength(0);
  });
});

describe('events sent again to a wall that resumes', () => {
  it('that counts have told of already change nothing', () => {
    const past = alert('past', { openedAtMs: SAMPLE_NOW_MS - 7_200_000 });
    expect(event(calm, openedEvent(past), 1_000)).toBe(calm);
    expect(event(calm, resolvedEvent(past, { atMs: SAMPLE_NOW_MS - 3_600_000 }), 1_000)).toBe(calm);
  });

  it('that happened while the line was down are shown, with how they ended', () => {
    const missed = alert('missed', { openedAtMs: SAMPLE_NOW_MS + 60_000 });
    const opened = event(calm, openedEvent(missed), 600_000);
    expect(opened.takeover?.alertIds).toEqual(['missed']);
    const resolved = event(opened, resolvedEvent(missed, { atMs: SAMPLE_NOW_MS + 300_000 }), 600_000);
    expect(resolved.takeover).toBeNull();
    expect(resolved.resolved).toHaveLength(1);
  });

  it('are believed over counts that are only a lower bound', () => {
    const starting = counts(EMPTY_BOARD, [], 0, { exact: false, lowerBound: ['counter-starting'] });
    expect(event(starting, openedEvent(alert('a', { openedAtMs: SAMPLE_NOW_MS - 60_000 })), 1_000).open).toHaveLength(1);
  });
});

describe('an escalation', () => {
  const warned = foldBoard(event(calm, openedEvent(alert('a')), 1_000), { kind: 'dismiss' }, at(2_000));
  const escalated: AlertEvent = { ...openedEvent(alert('a', { count: 120 }), { atMs: SAMPLE_NOW_MS + 3_000 }), kind: 'escalated', severity: 'critical', from: 'warning' };

  it('takes the screen again, by its event or by the list', () => {
    expect(event(warned, escalated, 3_000).takeover?.alertIds).toEqual(['a']);
    const byList = counts(warned, [alert('a', { severity: 'critical' })], 3_000);
    expect(byList.takeover?.alertIds).toEqual(['a']);
    expect(byList.news.at(-1)?.kind).toBe('escalated');
  });

  it('is told once by both', () => {
    const both = counts(event(warned, escalated, 3_000), [alert('a', { severity: 'critical' })], 3_500);
    expect(both.news.map((item) => item.kind)).toEqual(['opened', 'escalated']);
    expect(both.openTotal).toBe(1);
  });

  it('to a lower severity does not take the screen', () => {
    expect(counts(warned, [alert('a', { severity: 'notice' })], 3_000).takeover).toBeNull();
  });
});

describe('a resolve', () => {
  const open = event(calm, openedEvent(alert('a')), 1_000);

  it('leaves the screen at once and stays on the banner for a while', () => {
    const resolved = event(open, resolvedEvent(alert('a'), { peak: 64 }), 5_000);
    expect(resolved.takeover).toBeNull();
    expect(resolved.open).toEqual([]);
    expect(resolved.resolved[0]).toMatchObject({ peak: 64, isRuleRemoved: false });
    expect(tick(resolved, 5_000 + RESOLVED_SHOWN_MS).resolved).toEqual([]);
  });

  it('is seen by the alert\'s absence when its event was lost', () => {
    const state = counts(open, [], 5_000);
    expect(state.open).toEqual([]);
    expect(state.resolved[0]?.peak).toBeNull();
    expect(event(state, resolvedEvent(alert('a'), { peak: 70 }), 5_100).resolved).toMatchObject([{ peak: 70 }]);
  });

  it('is never concluded from counts that are only a lower bound', () => {
    expect(counts(open, [], 5_000, { exact: false, lowerBound: ['counter-starting'] }).open).toHaveLength(1);
  });

  it('is not undone by counts made before it', () => {
    const resolved = event(open, resolvedEvent(alert('a'), { atMs: SAMPLE_NOW_MS + 5_000 }), 5_000);
    const older = counts(resolved, [alert('a')], 5_100, { asOfMs: SAMPLE_NOW_MS + 4_900 });
    expect(older.open).toEqual([]);
    expect(older.openTotal).toBe(0);
  });

  it('of one of two leaves the screen to the other', () => {
    const two = event(open, openedEvent(alert('b')), 2_000);
    expect(event(two, resolvedEvent(alert('a')), 3_000).takeover?.alertIds).toEqual(['b']);
  });
});

describe('the state of the wall', () => {
  it('is the same object when a tick ends nothing', () => {
    const state = event(calm, openedEvent(alert('a')), 1_000);
    expect(tick(state, 2_000)).toBe(state);
  });

  it('lists the most severe first, then the newest', () => {
    const state = counts(EMPTY_BOARD, [
      alert('old', { openedAtMs: SAMPLE_NOW_MS - 9_000 }), alert('new'), alert('critical', { severity: 'critical', openedAtMs: SAMPLE_NOW_MS - 99_000 }), alert('notice', { severity: 'notice' }),
    ], 1_000);
    expect(state.open.map((open) => open.alertId)).toEqual(['critical', 'new', 'old', 'notice']);
  });

  it('counts open alerts beyond those it keeps', () => {
    const many = Array.from({ length: OPEN_ALERTS_MAX + 50 }, (_, index) => alert(`a${index}`));
    const state = counts(calm, many, 1_000);
    expect(state.open).toHaveLength(OPEN_ALERTS_MAX);
    expect(state.openTotal).toBe(OPEN_ALERTS_MAX + 50);
  });

  it('stays bounded and consistent under any sequence of messages', () => {
    const ids = fc.integer({ min: 0, max: 30 }).map((id) => `a${id}`);
    const severities = fc.constantFrom('notice', 'warning', 'critical', 'unheard-of');
    const step = fc.oneof(
      fc.record({ do: fc.constant('open' as const), id: ids, severity: severities }),
      fc.record({ do: fc.constant('resolve' as const), id: ids }),
      fc.record({ do: fc.constant('list' as const), ids: fc.uniqueArray(ids, { maxLength: 30 }), exact: fc.boolean() }),
      fc.record({ do: fc.constant('tick' as const) }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 30_000 }), step), { maxLength: 80 }), (steps) => {
        let state = EMPTY_BOARD;
        let nowMs = 0;
        for (const [waitMs, what] of steps) {
          nowMs += waitMs;
          const openedAtMs = SAMPLE_NOW_MS + nowMs;
          if (what.do === 'open') state = event(state, openedEvent(alert(what.id, { severity: what.severity, openedAtMs })), nowMs);
          if (what.do === 'resolve') state = event(state, resolvedEvent(alert(what.id), { atMs: openedAtMs }), nowMs);
          if (what.do === 'list') state = counts(state, what.ids.map((id) => alert(id, { openedAtMs: SAMPLE_NOW_MS })), nowMs, { exact: what.exact });
          if (what.do === 'tick') state = tick(state, nowMs);
          const openIds = state.open.map((open) => open.alertId);
          expect(new Set(openIds).size).toBe(openIds.length);
          expect(state.openTotal).toBe(openIds.length);
          for (const id of state.takeover?.alertIds ?? []) expect(openIds).toContain(id);
          for (const entry of state.resolved) expect(entry.shownUntilMs).toBeGreaterThan(nowMs);
          expect(state.resolved.length).toBeLessThanOrEqual(RESOLVED_MAX);
          expect(state.news.length).toBeLessThanOrEqual(NEWS_MAX);
          expect(state.takeover?.alertIds.length ?? 0).toBeLessThanOrEqual(TAKEOVER_ALERTS_MAX);
          expect((state.takeover?.untilMs ?? 0) - (state.takeover?.startedAtMs ?? 0)).toBeLessThanOrEqual(TAKEOVER_MAX_MS);
        }
      }),
    );
  });
});
