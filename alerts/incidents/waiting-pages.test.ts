import { describe, expect, it } from 'vitest';
import type { Silence } from '../../core/operation.ts';
import { HOUR_MS, makeRule } from '../../stream/counter/testing/entries.ts';
import type { Route, RoutingBook, User } from '../routing/book.ts';
import { between, Story, timeMs } from './testing/story.ts';

const BURST = makeRule({ windowMs: 6 * HOUR_MS, fireAt: 5, resolveBelow: 4 });
const LEVELS = makeRule({ ...BURST, escalate: [{ atLeast: 10, severity: 'critical', notify: ['manager'] }] });
const user = (id: string, over: Partial<User> = {}): User => ({ id, notify: [`${id}-phone`], skills: [], quietHours: null, ...over });
const route = (over: Partial<Route> = {}): Route => ({ id: 'all', when: [], hours: null, notify: ['desk'], chain: null, gatherBy: ['rule'], waitMs: 0, assign: null, skills: [], ...over });
const book = (over: Partial<RoutingBook> = {}): Partial<RoutingBook> => ({ users: [user('u1'), user('u2')], routes: [route()], ...over });
const silence = (until: string, category = 'logistics'): Silence =>
  ({ id: 's', matchers: [{ field: 'category', operator: '=', value: category }], author: 'u1', reason: 'drill', startsAtMs: 0, endsAtMs: timeMs(until), createdAtMs: 0 });
const idOf = (story: Story, category = 'logistics'): string => story.incident(category).id;

describe('a page that waits', () => {
  it('for its group still goes to everybody when the incident is handed over meanwhile', () => {
    const story = new Story({ rules: [BURST], book: book({ routes: [route({ waitMs: 60_000 })] }) });
    story.at('10:00').complaint({}, 5).at('10:00:20').says('u1', { kind: 'assign', target: idOf(story), to: 'u2' });
    expect(story.pages).toEqual([]);
    story.at('10:10');
    story.expectPage(between('10:01', '10:01:01'), { kind: 'opened', notify: ['desk', 'u2-phone'], people: ['u2'] });
    story.expectNoMore();
  });

  it('for a silence goes to those of each level that was reached meanwhile', () => {
    const levels = makeRule({ ...LEVELS, escalate: [{ atLeast: 10, severity: 'warning', notify: ['manager'] }, { atLeast: 15, severity: 'critical', notify: ['director'] }] });
    const story = new Story({ rules: [levels] });
    story.at('10:00').complaint({}, 5).at('10:01').says('u1', { kind: 'silence', silence: silence('11:00') });
    story.at('10:10').complaint({}, 5).at('10:20').complaint({}, 5).at('12:00');
    story.expectPage(between('10:00', '10:00'), { notify: ['on-call'] });
    story.expectPage(between('11:00', '11:00:01'), { reason: 'silence-ended', severity: 'critical', notify: ['manager', 'director'] });
    story.expectNoMore();
  });

  it('for a silence gives those whom it reaches their time before the next step of the chain', () => {
    const chains = [{ id: 'up', repeat: 0, steps: [{ waitMs: 600_000, notify: ['second'] }, { waitMs: 900_000, notify: ['boss'] }] }];
    const story = new Story({ rules: [BURST], book: book({ routes: [route({ chain: 'up' })], chains }) });
    story.at('10:00').complaint({}, 5).at('10:05').says('u1', { kind: 'silence', silence: silence('11:00') }).at('12:00');
    story.expectPage(between('10:00', '10:00'), { kind: 'opened', notify: ['desk'] });
    story.expectPage(between('11:00', '11:00:01'), { reason: 'silence-ended', notify: ['second'] });
    story.expectPage(between('11:15', '11:15:02'), { reason: 'escalation-step', notify: ['boss'] });
    story.expectNoMore();
  });

  it('for a silence is not lost when an acknowledgement runs out under it', () => {
    const story = new Story({ rules: [LEVELS] });
    story.at('10:00').complaint({}, 5).says('u1', { kind: 'acknowledge', target: idOf(story), forMs: HOUR_MS });
    story.at('10:20').says('u1', { kind: 'silence', silence: silence('12:00') }).complaint({}, 5).at('12:30');
    story.expectPage(between('10:00', '10:00'), { notify: ['on-call'] });
    story.expectPage(between('12:00', '12:00:01'), { reason: 'silence-ended', severity: 'critical', notify: ['manager', 'on-call'] });
    story.expectNoMore();
  });

  it('goes out when an alert that no silence holds is merged in', () => {
    const story = new Story({ rules: [BURST] });
    story.says('u1', { kind: 'silence', silence: silence('12:00') }).at('10:00').complaint({}, 5).complaint({ category: 'quality' }, 5);
    story.expectPage(between('10:00', '10:00'), { event: { group: { category: 'quality' } } });
    story.at('10:10').says('u1', { kind: 'merge', target: idOf(story, 'quality'), into: idOf(story) });
    story.expectPage(between('10:10', '10:10'), { kind: 'resolved', reason: 'merged' });
    story.expectPage(between('10:10', '10:10'), { kind: 'opened', reason: 'silence-ended', incident: { alerts: 2 } });
    story.expectNoMore();
  });

  it('waits on in the incident that its own is merged into', () => {
    const story = new Story({ rules: [BURST], book: book({ routes: [route({ gatherBy: ['alert'], waitMs: 60_000 })] }) });
    story.at('10:00').complaint({}, 5).at('10:00:30').complaint({ category: 'quality' }, 5).says('u1', { kind: 'merge', target: idOf(story), into: idOf(story, 'quality') }).at('10:10');
    story.expectPage(between('10:01:30', '10:01:31'), { kind: 'opened', incident: { alerts: 2 } });
    story.expectNoMore();
  });
});

describe('an incident that is split before its page went out', () => {
  it('pages both, each when it is due', () => {
    const story = new Story({ rules: [BURST], book: book({ routes: [route({ waitMs: 60_000 })] }) });
    story.at('10:00').complaint({}, 5).complaint({ category: 'quality' }, 5);
    story.says('u1', { kind: 'split', target: idOf(story), alertIds: [story.alerts[0]!.alertId] }).at('10:10');
    const pages = [1, 2].map(() => story.expectPage(between('10:01', '10:01:01'), { kind: 'opened', incident: { alerts: 1 } }));
    expect(pages.map(({ event, reason }) => `${event.group['category']} ${reason}`).sort()).toEqual(['logistics split', 'quality fired']);
    story.expectNoMore();
  });

  it('stays with whoever acknowledged it unpaged, and pages again when that runs out', () => {
    const story = new Story({ rules: [BURST], book: book({ routes: [route({ waitMs: 60_000 })] }) });
    story.at('10:00').complaint({}, 5).complaint({ category: 'quality' }, 5).says('u1', { kind: 'acknowledge', target: idOf(story), forMs: HOUR_MS });
    story.says('u1', { kind: 'split', target: idOf(story), alertIds: [story.alerts[1]!.alertId] });
    expect(story.incident('quality')).toMatchObject({ state: 'acknowledged', acknowledged: { by: 'u1' } });
    story.at('11:10');
    const pages = [1, 2].map(() => story.expectPage(between('11:00', '11:00:01'), { kind: 'opened', reason: 'acknowledgement-expired' }));
    expect(pages.map(({ event }) => event.group['category']).sort()).toEqual(['logistics', 'quality']);
    story.expectNoMore();
  });
});

describe('a merged incident', () => {
  it('has what comes later of its group join the other one, and comes again with it', () => {
    const story = new Story({ rules: [makeRule({ windowMs: HOUR_MS, fireAt: 5, resolveBelow: 4 })] });
    story.at('10:00').complaint({}, 5).at('10:05').complaint({ category: 'quality' }, 5).says('u1', { kind: 'merge', target: idOf(story), into: idOf(story, 'quality') });
    const into = idOf(story, 'quality');
    story.at('11:02').complaint({}, 5).at('13:00');
    story.expectPage(between('10:00', '10:00'), { kind: 'opened' });
    story.expectPage(between('10:05', '10:05'), { kind: 'opened', incidentId: into });
    story.expectPage(between('10:05', '10:05'), { kind: 'resolved', reason: 'merged' });
    story.expectPage(between('12:02', '12:02:01'), { kind: 'resolved', incidentId: into, incident: { alerts: 3 } });
    story.expectNoMore();
  });

  it('does not end as steady while what was merged in still fires', () => {
    const story = new Story({ rules: [makeRule({ windowMs: 120_000, fireAt: 3, resolveBelow: 3 }), { ...BURST, id: 'slow', where: 'complaint && "quality" in categories', groupBy: [] }], book: { policy: { flapping: { reopenings: 1, withinMs: HOUR_MS, quietMs: 600_000 } } } });
    story.at('10:00').complaint({}, 3).at('10:04').complaint({}, 3).at('10:07').complaint({ category: 'quality' }, 5);
    const slow = [...story.desk.open.values()].find(({ lead }) => lead.ruleId === 'slow')!.id;
    story.says('u1', { kind: 'merge', target: slow, into: idOf(story) }).at('10:40');
    expect(story.incident('logistics').state).toBe('firing');
  });
});

describe('rules of one incident, by a route that leaves whom to tell to them', () => {
  it('each tell those whom they name, and nobody twice', () => {
    const other = { ...BURST, id: 'quality', where: 'complaint && "quality" in categories', groupBy: [], notify: ['factory', 'on-call'] };
    const story = new Story({ rules: [{ ...BURST, where: 'complaint && "logistics" in categories', groupBy: [] }, other], book: book({ routes: [route({ notify: [], gatherBy: [] })] }) });
    story.at('10:00').complaint({}, 5).at('10:10').complaint({ category: 'quality' }, 5).at('17:00');
    story.expectPage(between('10:00', '10:00'), { kind: 'opened', notify: ['on-call'] });
    story.expectPage(between('10:10', '10:10'), { kind: 'escalated', reason: 'new-cause', notify: ['factory'] });
    story.expectPage(between('16:10', '16:10:01'), { kind: 'resolved', notify: ['on-call', 'factory'] });
    story.expectNoMore();
  });
});
