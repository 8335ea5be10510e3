import { describe, expect, it } from 'vitest';
import { HOUR_MS, makeRule, MINUTE_MS } from '../../stream/counter/testing/entries.ts';
import { between, Story, timeMs } from '../incidents/testing/story.ts';
import type { Chain, DayHours, Route, RoutingBook, Schedule, Team, User } from './book.ts';

const BURST = makeRule({ windowMs: 6 * HOUR_MS, fireAt: 5, resolveBelow: 4 });
const user = (id: string, over: Partial<User> = {}): User => ({ id, notify: [`${id}-phone`], skills: [], quietHours: null, ...over });
const team = (over: Partial<Team> = {}): Team => ({ id: 'care', title: { zh: '客服', en: 'Care' }, members: ['u1', 'u2'], manager: 'u9', notify: [], ...over });
const route = (over: Partial<Route> = {}): Route => ({ id: 'all', when: [], hours: null, notify: ['schedule:primary'], chain: null, gatherBy: ['alert'], waitMs: 0, assign: null, skills: [], ...over });
const schedule = (over: Partial<Schedule> = {}): Schedule => ({
  id: 'primary', timeZone: 'Asia/Shanghai', fallbackTeam: null, overrides: [],
  rotations: [{ users: ['u1', 'u2'], shiftMs: 24 * HOUR_MS, startsAtMs: timeMs('00:00'), hours: null }], ...over,
});
const hours = (over: Partial<DayHours> = {}): DayHours => ({ fromMinute: 540, toMinute: 1_080, weekdays: [], timeZone: 'Asia/Shanghai', calendar: 'any', ...over });
const chain: Chain = { id: 'up', repeat: 1, steps: [{ waitMs: 10 * MINUTE_MS, notify: ['user:u2'] }, { waitMs: 5 * MINUTE_MS, notify: ['manager:care'] }, { waitMs: 5 * MINUTE_MS, notify: ['team:care', 'everyone'] }] };
const book = (over: Partial<RoutingBook> = {}): Partial<RoutingBook> => ({ users: [user('u1'), user('u2'), user('u9')], teams: [team()], schedules: [schedule()], chains: [chain], routes: [route()], defaultTeam: 'care', ...over });

describe('a route', () => {
  it('goes to whoever is on call, and tomorrow to the next', () => {
    const story = new Story({ rules: [{ ...BURST, windowMs: HOUR_MS }], book: book() });
    story.at('10:00').complaint({}, 5).at('+1d 10:00').complaint({}, 5);
    story.expectPage(between('10:00', '10:00'), { notify: ['u1-phone'], people: ['u1'] });
    story.expectPage(between('11:00', '11:00:01'), { kind: 'resolved', notify: ['u1-phone'] });
    story.expectPage(between('+1d 10:00', '+1d 10:00'), { notify: ['u2-phone'], people: ['u2'] });
  });

  it.each([
    ['by category', { category: 'quality' }, 'quality-desk'],
    ['by region', { region: '华东' }, 'east'],
    ['by store', { store: '12' }, 'store-12'],
    ['otherwise', {}, 'u1-phone'],
  ])('is chosen %s, the first that fits', (_how, fields, expected) => {
    const routes = [
      route({ id: 'quality', when: [{ field: 'category', operator: '=', value: 'quality' }], notify: ['quality-desk'] }),
      route({ id: 'east', when: [{ field: 'region', operator: '=~', value: '华东|华南' }], notify: ['east'] }),
      route({ id: 'twelve', when: [{ field: 'store', operator: '=', value: '12' }], notify: ['channel:store-12'] }),
      route(),
    ];
    const story = new Story({ rules: [{ ...BURST, groupBy: ['category', 'region', 'store'] }], book: book({ routes }) });
    story.at('10:00').complaint(fields, 5);
    story.expectPage(between('10:00', '10:00'), { notify: [expected] });
  });

  it('is chosen by severity, and by business hours', () => {
    const routes = [
      route({ id: 'critical', when: [{ field: 'severity', operator: '=', value: 'critical' }], notify: ['red'] }),
      route({ id: 'by-day', hours: { ...hours({ calendar: 'workdays' }), within: 'inside' }, notify: ['office'] }),
      route({ id: 'by-night', hours: { ...hours({ calendar: 'workdays' }), within: 'outside' }, notify: ['night'] }),
    ];
    const told = (time: string, severity: 'warning' | 'critical'): string[] => {
      const story = new Story({ rules: [{ ...BURST, severity }], book: book({ routes }) });
      return story.at(time).complaint({}, 5).pages.flatMap(({ notify }) => notify);
    };
    expect([told('10:00', 'critical'), told('10:00', 'warning'), told('20:00', 'warning'), told('+5d 10:00', 'warning')]).toEqual([['red'], ['office'], ['night'], ['night']]);
  });

  it('without targets leaves it to the rule', () => {
    const story = new Story({ rules: [BURST], book: book({ routes: [route({ notify: [] })] }) });
    story.at('10:00').complaint({}, 5);
    story.expectPage(between('10:00', '10:00'), { notify: ['on-call'], incident: { route: 'all' } });
  });
});

describe('a gap in a schedule', () => {
  it('falls to the default team, and the timeline says so', () => {
    const days = schedule({ rotations: [{ users: ['u1'], shiftMs: 24 * HOUR_MS, startsAtMs: timeMs('00:00'), hours: hours() }] });
    const story = new Story({ rules: [BURST], book: book({ schedules: [days], teams: [team({ notify: ['care-group'] })] }) });
    story.at('03:00').complaint({}, 5);
    story.expectPage(between('03:00', '03:00'), { notify: ['care-group'] });
    expect(story.incident().timeline.find(({ kind }) => kind === 'schedule-gap')?.detail.en).toBe('nobody is on call in the schedule primary now, so the team care is told');
  });

  it('falls to the default channels where there is no team', () => {
    const story = new Story({ rules: [BURST], book: book({ schedules: [schedule({ rotations: [] })], defaultTeam: null }) });
    story.at('10:00').complaint({}, 5);
    story.expectPage(between('10:00', '10:00'), { notify: ['default'] });
  });
});

describe('an escalation chain', () => {
  const withChain = (over: Partial<RoutingBook> = {}): Story => new Story({ rules: [BURST], book: book({ routes: [route({ chain: 'up' })], ...over }) });

  it('waits, tells the next, the manager, everyone, and begins again', () => {
    const story = withChain();
    story.at('10:00').complaint({}, 5).at('11:00');
    story.expectPage(between('10:00', '10:00'), { notify: ['u1-phone'] });
    story.expectPage(between('10:10', '10:10:01'), { kind: 'escalated', reason: 'escalation-step', notify: ['u2-phone'], detail: { en: 'nobody has acknowledged, step 1: u2' } });
    story.expectPage(between('10:15', '10:15:01'), { notify: ['u9-phone'] });
    story.expectPage(between('10:20', '10:20:01'), { notify: ['u1-phone', 'u2-phone', 'everyone'] });
    story.expectPage(between('10:30', '10:30:01'), { notify: ['u2-phone'] });
    story.expectPage(between('10:35', '10:35:01'), { notify: ['u9-phone'] });
    story.expectPage(between('10:40', '10:40:01'), {});
    story.expectNoMore();
  });

  it('stops on every channel when somebody acknowledges, and begins again when that runs out', () => {
    const story = withChain();
    story.at('10:00').complaint({}, 5).at('10:12').says('u2', { kind: 'acknowledge', target: story.alerts[0]!.alertId, forMs: 30 * MINUTE_MS }).at('10:41');
    story.expectPage(between('10:00', '10:00'), {});
    story.expectPage(between('10:10', '10:10:01'), {});
    story.expectNoMore();
    story.at('10:53');
    story.expectPage(between('10:42', '10:42:01'), { reason: 'acknowledgement-expired' });
    story.expectPage(between('10:52', '10:52:02'), { reason: 'escalation-step', notify: ['u2-phone'] });
    story.expectNoMore();
  });

  it('ends with the incident, whose end is told to everybody it reached', () => {
    const story = withChain();
    story.at('10:00').complaint({}, 5).at('10:16').says('u9', { kind: 'resolve', target: story.alerts[0]!.alertId }).at('12:00');
    expect(story.pages.map(({ kind }) => kind)).toEqual(['opened', 'escalated', 'escalated', 'resolved']);
    expect(story.pages.at(-1)?.notify).toEqual(['u1-phone', 'u2-phone', 'u9-phone']);
  });

  it('does not climb while its page is silenced', () => {
    const story = withChain();
    story.says('u1', { kind: 'silence', silence: { id: 's', matchers: [{ field: 'category', operator: '=', value: 'logistics' }], author: 'u1', reason: 'x', startsAtMs: 0, endsAtMs: timeMs('11:00'), createdAtMs: 0 } });
    story.at('10:00').complaint({}, 5).at('11:05');
    story.expectPage(between('11:00', '11:00:01'), { reason: 'silence-ended' });
    story.expectNoMore();
  });
});

describe('quiet hours', () => {
  const asleep = user('u1', { quietHours: hours({ fromMinute: 1_320, toMinute: 480 }) });

  it('delay a page and never drop it', () => {
    const story = new Story({ rules: [BURST], book: book({ users: [asleep, user('u2')], routes: [route({ notify: ['user:u1'] })] }) });
    story.at('03:00').complaint({}, 5);
    expect(story.withheld()).toEqual(['quiet-hours']);
    story.at('08:30');
    story.expectPage(between('08:00', '08:00:01'), { kind: 'opened', reason: 'quiet-hours-ended', notify: ['u1-phone'] });
    story.expectNoMore();
  });

  it('that outlast the incident tell both its beginning and its end', () => {
    const story = new Story({ rules: [{ ...BURST, windowMs: HOUR_MS }], book: book({ users: [asleep, user('u2')], routes: [route({ notify: ['user:u1'] })] }) });
    story.at('03:00').complaint({}, 5).at('09:00');
    story.expectPage(between('08:00', '08:00:01'), { kind: 'opened', reason: 'quiet-hours-ended', notify: ['u1-phone'] });
    story.expectPage(between('08:00', '08:00:01'), { kind: 'resolved', notify: ['u1-phone'] });
    story.expectNoMore();
  });

  it('of one hold up nobody else, who is told at once', () => {
    const story = new Story({ rules: [BURST], book: book({ users: [asleep, user('u2')], routes: [route({ notify: ['user:u1', 'user:u2'] })] }) });
    story.at('03:00').complaint({}, 5).at('08:30');
    story.expectPage(between('03:00', '03:00'), { kind: 'opened', notify: ['u2-phone'] });
    story.expectPage(between('08:00', '08:00:01'), { kind: 'escalated', reason: 'quiet-hours-ended', notify: ['u1-phone'] });
    story.expectNoMore();
  });

  it('let critical pages through, and what becomes critical', () => {
    const rule = { ...BURST, escalate: [{ atLeast: 10, severity: 'critical' as const }] };
    const story = new Story({ rules: [rule], book: book({ users: [asleep], teams: [], routes: [route({ notify: ['user:u1'] })], defaultTeam: null }) });
    story.at('03:00').complaint({}, 5).at('03:30').complaint({}, 5).at('08:30');
    story.expectPage(between('03:30', '03:30'), { kind: 'opened', severity: 'critical', notify: ['u1-phone'] });
    story.expectNoMore();
  });
});

describe('assign: auto', () => {
  it('gives it to whoever has the skill, then to whoever has the least to do', () => {
    const users = [user('u1', { skills: ['logistics'] }), user('u2', { skills: ['logistics', 'refund'] }), user('u3', { skills: ['refund'] })];
    const routes = [route({ notify: ['team:care'], assign: 'auto', skills: ['logistics'] })];
    const story = new Story({ rules: [BURST], book: book({ users, teams: [team({ members: ['u1', 'u2', 'u3'], manager: null })], routes }) });
    const categories = ['logistics', 'quality', 'refund'];
    story.at('10:00');
    for (const category of categories) story.complaint({ category }, 5);
    expect(categories.map((category) => story.incident(category).assignee)).toEqual(['u1', 'u2', 'u1']);
  });

  it('by hand pages the new owner', () => {
    const story = new Story({ rules: [BURST], book: book() });
    story.at('10:00').complaint({}, 5).at('10:05').says('u1', { kind: 'assign', target: story.alerts[0]!.alertId, to: 'u2' });
    story.expectPage(between('10:00', '10:00'), {});
    story.expectPage(between('10:05', '10:05'), { reason: 'handed-over', notify: ['u2-phone'], people: ['u2'] });
    expect(story.incident().assignee).toBe('u2');
  });
});

describe('entries made over the API', () => {
  const put = (section: 'users' | 'routes', entry: User | Route) => ({ kind: 'put-entry', section, entryId: entry.id, json: JSON.stringify(entry) }) as const;

  it('take part at once, and those of the file cannot be changed', () => {
    const story = new Story({ rules: [BURST], book: book() });
    story.says('u9', put('users', user('u5'))).says('u9', put('routes', route({ id: 'mine', notify: ['user:u5'] }))).says('u9', put('users', user('u1')));
    expect(story.outcomes.map(({ done }) => done)).toEqual([true, true, false]);
    story.at('10:00').complaint({}, 5);
    story.expectPage(between('10:00', '10:00'), { notify: ['u5-phone'], incident: { route: 'mine' } });
    story.says('u9', { kind: 'remove-entry', section: 'users', entryId: 'u5' });
    expect(story.outcomes.at(-1)).toMatchObject({ done: false, code: 'conflict', message: 'routes/mine: notify[0] names user:u5, which is not there.' });
  });
});
