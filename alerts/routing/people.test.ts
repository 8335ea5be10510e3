import { describe, expect, it } from 'vitest';
import { HOUR_MS, makeRule, MINUTE_MS } from '../../stream/counter/testing/entries.ts';
import { between, Story, timeMs } from '../incidents/testing/story.ts';
import type { DayHours, Route, RoutingBook, Schedule, Team, User } from './book.ts';

const BURST = makeRule({ windowMs: 12 * HOUR_MS, fireAt: 5, resolveBelow: 4 });
const SHORT = makeRule({ windowMs: HOUR_MS, fireAt: 5, resolveBelow: 4 });
const user = (id: string, over: Partial<User> = {}): User => ({ id, notify: [`${id}-phone`], skills: [], quietHours: null, ...over });
const team = (over: Partial<Team> = {}): Team => ({ id: 'care', title: { zh: '客服', en: 'Care' }, members: ['u1', 'u2'], manager: 'u9', notify: ['care-group'], ...over });
const hours = (fromHour: number, toHour: number, over: Partial<DayHours> = {}): DayHours => ({ fromMinute: fromHour * 60, toMinute: toHour * 60, weekdays: [], timeZone: 'Asia/Shanghai', calendar: 'any', ...over });
const route = (over: Partial<Route> = {}): Route => ({ id: 'all', when: [], hours: null, notify: ['schedule:primary'], chain: null, gatherBy: ['alert'], waitMs: 0, assign: null, skills: [], ...over });
const schedule = (over: Partial<Schedule> = {}): Schedule => ({
  id: 'primary', timeZone: 'Asia/Shanghai', fallbackTeam: null, overrides: [], rotations: [{ users: ['u1', 'u2', 'u3'], shiftMs: 24 * HOUR_MS, startsAtMs: timeMs('00:00'), hours: null }], ...over,
});
const book = (over: Partial<RoutingBook> = {}): Partial<RoutingBook> => ({ users: ['u1', 'u2', 'u3', 'u9'].map((id) => user(id)), teams: [team()], schedules: [schedule()], routes: [route()], defaultTeam: 'care', ...over });
const toldAt = (time: string, over: Partial<RoutingBook>, from?: string): string[] =>
  new Story({ rules: [BURST], book: book(over), ...(from === undefined ? {} : { from }) }).at(time).complaint({}, 5).pages.flatMap(({ notify }) => notify);

describe('who is on call', () => {
  it('is whoever an override names, for as long as it holds', () => {
    const schedules = [schedule({ overrides: [{ user: 'u9', fromMs: timeMs('10:00'), toMs: timeMs('12:00') }] })];
    expect(['09:59', '10:00', '11:59', '12:00'].map((time) => toldAt(time, { schedules }))).toEqual([['u1-phone'], ['u9-phone'], ['u9-phone'], ['u1-phone']]);
  });

  it('depends on the schedule\'s own time zone: London hands over at its own nine o\'clock', () => {
    const schedules = [schedule({ timeZone: 'Europe/London', rotations: [{ users: ['u1', 'u2'], shiftMs: 24 * HOUR_MS, startsAtMs: Date.parse('2026-10-20T09:00:00+01:00'), hours: null }] })];
    // 17:00 in Shanghai is 09:00 in London, where it is winter since.
    expect(['16:59', '17:00'].map((time) => toldAt(time, { schedules }))).toEqual([['u2-phone'], ['u1-phone']]);
  });

  it('on public holidays is who covers holidays, and on a Saturday worked for them who covers workdays', () => {
    const layer = (id: string, calendar: 'workdays' | 'holidays') => ({ users: [id], shiftMs: 24 * HOUR_MS, startsAtMs: 0, hours: hours(0, 24, { calendar }) });
    const schedules = [schedule({ rotations: [layer('u1', 'workdays'), layer('u2', 'holidays')] })];
    expect(['2026-09-30 10:00', '2026-10-01 10:00', '2026-10-10 10:00', '2026-10-17 10:00'].map((time) => toldAt(time, { schedules }, '2026-09-30 00:00'))).toEqual([['u1-phone'], ['u2-phone'], ['u1-phone'], ['u2-phone']]);
  });

  it('in a gap is the schedule\'s own fallback team before the default one, and the timeline says so', () => {
    const teams = [team(), team({ id: 'night', notify: ['night-group'] })];
    const story = new Story({ rules: [BURST], book: book({ teams, schedules: [schedule({ fallbackTeam: 'night', rotations: [] })] }) });
    story.at('03:00').complaint({}, 5);
    story.expectPage(between('03:00', '03:00'), { notify: ['night-group'] });
    expect(story.incident().timeline.find(({ kind }) => kind === 'schedule-gap')?.detail.en).toContain('so the team night is told');
  });
});

describe('a route to nobody', () => {
  it('that came to be one falls to the default team, and what is not there is named on the timeline', () => {
    const story = new Story({ rules: [BURST], book: book({ routes: [route({ notify: ['user:gone'] })] }) });
    story.at('10:00').complaint({}, 5);
    story.expectPage(between('10:00', '10:00'), { notify: ['care-group'] });
    expect(story.incident().timeline.find(({ kind }) => kind === 'schedule-gap')?.detail).toEqual({ zh: '找不到 user:gone', en: 'user:gone is not known' });
  });

  it('of a user without any channel falls to the default team', () => {
    expect(toldAt('10:00', { users: [user('u1', { notify: [] })], routes: [route({ notify: ['user:u1'] })] })).toEqual(['care-group']);
  });
});

describe('an escalation chain', () => {
  const chain = { id: 'up', repeat: 0, steps: [{ waitMs: 10 * MINUTE_MS, notify: ['next:primary'] }, { waitMs: 5 * MINUTE_MS, notify: ['manager:care'] }, { waitMs: 5 * MINUTE_MS, notify: ['everyone:care'] }] };

  it('tells the next on call, the manager, and everyone of the team', () => {
    const story = new Story({ rules: [BURST], book: book({ chains: [chain], routes: [route({ chain: 'up' })] }) });
    story.at('10:00').complaint({}, 5).at('11:00');
    story.expectPage(between('10:00', '10:00'), { notify: ['u1-phone'] });
    story.expectPage(between('10:10', '10:10:01'), { reason: 'escalation-step', notify: ['u2-phone'], people: ['u2'] });
    story.expectPage(between('10:15', '10:15:01'), { notify: ['u9-phone'] });
    story.expectPage(between('10:20', '10:20:01'), { notify: ['care-group', 'u1-phone', 'u2-phone', 'u9-phone'] });
    story.expectNoMore();
  });

  it('goes on to the manager while the next one sleeps, who is told in the morning', () => {
    const users = [user('u1'), user('u2', { quietHours: hours(22, 8) }), user('u9')];
    const story = new Story({ rules: [BURST], book: book({ users, chains: [{ ...chain, steps: chain.steps.slice(0, 2) }], routes: [route({ chain: 'up' })], schedules: [schedule({ rotations: [{ ...schedule().rotations[0]!, users: ['u1', 'u2'] }] })] }) });
    story.at('03:00').complaint({}, 5).at('09:00');
    story.expectPage(between('03:00', '03:00'), { notify: ['u1-phone'] });
    story.expectPage(between('03:15', '03:15:02'), { notify: ['u9-phone'] });
    story.expectPage(between('08:00', '08:00:01'), { reason: 'quiet-hours-ended', notify: ['u2-phone'] });
    story.expectNoMore();
    expect(story.withheld()).toContain('quiet-hours');
  });
});

describe('quiet hours', () => {
  const users = [user('u1', { quietHours: hours(22, 8) }), user('u2', { quietHours: hours(22, 9) }), user('u3')];
  const night = (over: Partial<Route> = {}): Partial<RoutingBook> => book({ users, routes: [route({ notify: ['user:u1', 'user:u2', 'user:u3'], ...over })] });

  it('end for each person at their own time', () => {
    const story = new Story({ rules: [BURST], book: night() });
    story.at('03:00').complaint({}, 5).at('10:00');
    story.expectPage(between('03:00', '03:00'), { notify: ['u3-phone'], people: ['u3'] });
    story.expectPage(between('08:00', '08:00:01'), { reason: 'quiet-hours-ended', notify: ['u1-phone'], people: ['u1'] });
    story.expectPage(between('09:00', '09:00:01'), { reason: 'quiet-hours-ended', notify: ['u2-phone'], people: ['u2'] });
    story.expectNoMore();
  });

  it('of an incident that is over by then too: each is told of its beginning and its end', () => {
    const story = new Story({ rules: [SHORT], book: night({ notify: ['user:u1', 'user:u2'] }) });
    story.at('03:00').complaint({}, 5).at('10:00');
    for (const [time, name] of [['08:00', 'u1-phone'], ['09:00', 'u2-phone']] as const) {
      for (const kind of ['fire', 'resolved']) story.expectPage(between(time, `${time}:01`), { notify: [name], ...(kind === 'resolved' ? { kind } : { reason: 'quiet-hours-ended' }) });
    }
    story.expectNoMore();
  });

  it('are kept by a reminder as well: an acknowledgement that runs out by night rings in the morning', () => {
    const story = new Story({ rules: [{ ...BURST, windowMs: 24 * HOUR_MS }], book: night({ notify: ['user:u1'] }) });
    story.at('21:00').complaint({}, 5).says('u1', { kind: 'acknowledge', target: story.incident().id, forMs: 4 * HOUR_MS }).at('+1d 09:00');
    story.expectPage(between('21:00', '21:00'), { notify: ['u1-phone'] });
    story.expectPage(between('+1d 08:00', '+1d 08:00:01'), { reason: 'quiet-hours-ended', notify: ['u1-phone'] });
    story.expectNoMore();
  });

  it('that end during a silence wait for its end', () => {
    const story = new Story({ rules: [BURST], book: night() });
    story.at('03:00').complaint({}, 5).at('07:00');
    story.says('u3', { kind: 'silence', silence: { id: 's', matchers: [{ field: 'category', operator: '=', value: 'logistics' }], author: 'u3', reason: 'known', startsAtMs: 0, endsAtMs: timeMs('08:30'), createdAtMs: 0 } }).at('10:00');
    story.expectPage(between('03:00', '03:00'), { notify: ['u3-phone'] });
    story.expectPage(between('08:30', '08:30:01'), { notify: ['u1-phone'] });
    story.expectPage(between('09:00', '09:00:01'), { notify: ['u2-phone'] });
    story.expectNoMore();
  });

  it('are over for whoever is told of something critical meanwhile', () => {
    const story = new Story({ rules: [{ ...BURST, escalate: [{ atLeast: 10, severity: 'critical' }] }], book: night() });
    story.at('03:00').complaint({}, 5).at('04:00').complaint({}, 5).at('10:00');
    story.expectPage(between('03:00', '03:00'), { notify: ['u3-phone'] });
    story.expectPage(between('04:00', '04:00'), { severity: 'critical', notify: ['u1-phone', 'u2-phone', 'u3-phone'] });
    story.expectNoMore();
  });
});

describe('assign: auto on a rule', () => {
  const users = [user('u1', { skills: ['refund'] }), user('u2', { skills: ['logistics'] }), user('u3', { skills: ['logistics'] })];
  const given = (rules: Parameters<typeof makeRule>[0][], over: Partial<RoutingBook> = {}): Story => new Story({ rules: rules.map((rule) => makeRule(rule)), book: book({ users, routes: [route({ notify: ['desk'] })], ...over }) });

  it('gives its incidents to the skilled in turn, by what they have to do', () => {
    const story = given([{ ...BURST, assign: { skills: ['logistics'] } }]);
    story.at('10:00');
    for (const category of ['a', 'b', 'c']) story.complaint({ category }, 5);
    expect(['a', 'b', 'c'].map((category) => story.incident(category).assignee)).toEqual(['u2', 'u3', 'u2']);
    expect(story.incident('a').timeline.find(({ kind }) => kind === 'assigned')?.detail.en).toBe('given to u2 by skill and load');
  });

  it('works without any route, and a rule without it gives nothing to anybody', () => {
    const story = given([{ ...BURST, assign: { skills: ['refund'] } }], { routes: [] });
    story.at('10:00').complaint({}, 5);
    expect(story.incident().assignee).toBe('u1');
    const plain = given([BURST]);
    plain.at('10:00').complaint({}, 5);
    expect(plain.incident().assignee).toBeNull();
  });
});
