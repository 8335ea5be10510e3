import { describe, expect, it } from 'vitest';
import { HOUR_MS, makeRule } from '../../stream/counter/testing/entries.ts';
import type { Route } from '../routing/book.ts';
import { incidentRecord } from './incident-view.ts';
import { between, Story, timeMs } from './testing/story.ts';

const BURST = makeRule({ windowMs: HOUR_MS, fireAt: 5, resolveBelow: 4 });
const route: Route = { id: 'all', when: [], hours: null, notify: ['desk'], chain: null, gatherBy: ['rule'], waitMs: 30_000, assign: null, skills: [] };
const users = ['u1', 'u2'].map((id) => ({ id, notify: [`${id}-phone`], skills: [], quietHours: null }));

describe('the life of an incident', () => {
  it('goes from pending over firing and acknowledged to resolved, and its timeline says who, when and why', () => {
    const story = new Story({ rules: [BURST], book: { routes: [route], users } });
    const states: string[] = [];
    const look = (): void => void states.push(story.incident().state);
    story.at('10:00').complaint({}, 6);
    look();
    story.at('10:01');
    look();
    const target = story.incident().id;
    story.at('10:05').says('u1', { kind: 'acknowledge', target, comment: '在查承运商' });
    look();
    story.at('10:10').says('u1', { kind: 'comment', target, text: 'the carrier has a strike' });
    story.at('10:15').says('u1', { kind: 'assign', target, to: 'u2', comment: 'end of my shift' });
    story.at('11:10');
    look();
    expect(states).toEqual(['pending', 'firing', 'acknowledged', 'resolved']);
    story.expectPage(between('10:00:30', '10:00:31'), { kind: 'opened', notify: ['desk'] });
    story.expectPage(between('10:15', '10:15'), { reason: 'handed-over', notify: ['u2-phone'] });
    story.expectPage(between('11:00', '11:00:01'), { kind: 'resolved', notify: ['desk', 'u2-phone'] });
    story.expectNoMore();
    const at = (time: string): number => timeMs(time);
    expect(story.incident().timeline.map(({ atMs, kind, by, reason, detail }) => [atMs, kind, by, reason, detail.en])).toEqual([
      [at('10:00'), 'opened', null, null, ''],
      [at('10:00'), 'page-withheld', null, 'group-wait', ''],
      [at('10:00:30'), 'paged', null, 'fired', 'told desk'],
      [at('10:05'), 'acknowledged', 'u1', null, '在查承运商'],
      [at('10:10'), 'commented', 'u1', null, 'the carrier has a strike'],
      [at('10:15'), 'assigned', 'u1', null, 'end of my shift'],
      [at('10:15'), 'paged', null, 'handed-over', 'told u2-phone; u1 gives it to u2'],
      [at('11:00'), 'alert-ended', null, null, ''],
      [at('11:00'), 'resolved', null, 'resolved', ''],
      [at('11:00'), 'paged', null, 'resolved', 'told desk, u2-phone'],
    ]);
  });

  it('goes on within the cool-down: the same incident, with all of its timeline', () => {
    const story = new Story({ rules: [BURST], book: { routes: [{ ...route, waitMs: 0 }] } });
    story.at('10:00').complaint({}, 5).at('11:05').complaint({}, 5);
    expect(story.desk.open.size + story.desk.closed.size).toBe(1);
    expect(story.incident()).toMatchObject({ state: 'firing', reopened: 1, acknowledged: null });
    expect(story.incident().timeline.map(({ kind }) => kind)).toEqual(['opened', 'paged', 'alert-ended', 'resolved', 'paged', 'reopened', 'paged']);
  });

  it('keeps what people said of it after its end, and takes more', () => {
    const story = new Story({ rules: [BURST] });
    story.at('10:00').complaint({}, 5).at('12:00').says('u1', { kind: 'comment', target: story.incident().id, text: 'refunds were paid' });
    expect(story.incident().timeline.at(-1)).toMatchObject({ kind: 'commented', by: 'u1', detail: { zh: 'refunds were paid' } });
  });
});

describe('the growth of what somebody has', () => {
  it('is quiet below twice the count and pages at it, counted over all alerts of the incident', () => {
    const story = new Story({ rules: [{ ...BURST, windowMs: 6 * HOUR_MS }], book: { routes: [{ ...route, waitMs: 0 }] } });
    story.at('10:00').complaint({}, 5).complaint({ category: 'quality' }, 5);
    const [logistics, quality] = story.alerts.map(({ alertId }) => alertId);
    story.says('u1', { kind: 'acknowledge', target: logistics! });
    story.at('10:10').take({ kind: 'count', alertId: logistics!, count: 14 }).at('10:11').take({ kind: 'count', alertId: quality!, count: 6 });
    story.expectPage(between('10:00', '10:00'), { kind: 'opened' });
    story.expectPage(between('10:11', '10:11'), { reason: 'grew', incident: { totalCount: 20 } });
    story.expectNoMore();
    expect(story.incident().timeline.find(({ kind }) => kind === 'grew')?.detail.en).toBe('10 items when it was acknowledged, 20 now');
  });

  it('is said on the page that it sends, and on the next page of a chain', () => {
    const chains = [{ id: 'up', steps: [{ waitMs: 600_000, notify: ['boss'] }], repeat: 0 }];
    const story = new Story({ rules: [{ ...BURST, windowMs: 6 * HOUR_MS }], book: { routes: [{ ...route, waitMs: 0, chain: 'up' }], chains } });
    story.at('10:00').complaint({}, 5);
    const { alertId } = story.alerts[0]!;
    story.expectPage(between('10:00', '10:00'), { kind: 'opened', detail: { zh: '', en: '' } });
    expect(incidentRecord(story.incident()).nextStep).toEqual({ chain: 'up', step: 1, atMs: timeMs('10:10') });
    story.at('10:09:59').take({ kind: 'count', alertId, count: 8 }).at('10:20');
    story.expectPage(between('10:10', '10:10:01'), { reason: 'escalation-step', detail: { zh: '现在 8 条；无人确认，第 1 步：boss', en: '8 now; nobody has acknowledged, step 1: boss' } });
    expect(incidentRecord(story.incident())).not.toHaveProperty('nextStep');
    story.says('u1', { kind: 'acknowledge', target: alertId }).at('10:30').take({ kind: 'count', alertId, count: 17 });
    story.expectPage(between('10:30', '10:30'), { reason: 'grew', detail: { zh: '确认时 8 条，现在 17 条' } });
    story.expectNoMore();
  });
});

describe('an end that is told later than it was', () => {
  it('by flapping or quiet hours is told with the numbers of the end, and when that was', () => {
    const policy = { flapping: { reopenings: 2, withinMs: HOUR_MS, quietMs: 15 * 60_000 } };
    const asleep = { id: 'u1', notify: ['u1-phone'], skills: [], quietHours: { fromMinute: 0, toMinute: 13 * 60, weekdays: [], timeZone: 'Asia/Shanghai', calendar: 'any' as const } };
    const story = new Story({ rules: [{ ...BURST, windowMs: 600_000 }], book: { policy, users: [asleep], routes: [{ ...route, waitMs: 0, notify: ['desk', 'user:u1'] }] } });
    story.at('10:00').complaint({}, 5).at('10:15').complaint({}, 5).at('10:26').complaint({}, 6).at('12:00');
    const end = story.pages.findLast(({ notify }) => notify.includes('desk'))!;
    expect(end).toMatchObject({ kind: 'resolved', reason: 'resolved', event: { kind: 'resolved', count: 0, atMs: timeMs('10:36'), peak: 6 }, incident: { resolvedAtMs: end.atMs } });
    expect(end.atMs).toBeGreaterThanOrEqual(timeMs('10:51'));
    story.at('13:30');
    const late = story.pages.filter(({ notify }) => notify.includes('u1-phone')).at(-1)!;
    expect(late).toMatchObject({ kind: 'resolved', event: { kind: 'resolved', count: 0 }, incident: { resolvedAtMs: end.atMs } });
    expect(late.atMs).toBeGreaterThanOrEqual(timeMs('13:00'));
  });
});
