import { describe, expect, it } from 'vitest';
import { makeRule, HOUR_MS, MINUTE_MS } from '../../stream/counter/testing/entries.ts';
import type { Route } from '../routing/book.ts';
import { between, Story } from './testing/story.ts';

const BURST = makeRule({ windowMs: HOUR_MS, fireAt: 5, resolveBelow: 4, escalate: [] });
const LEVELS = makeRule({ windowMs: HOUR_MS, fireAt: 5, resolveBelow: 4, escalate: [{ atLeast: 10, severity: 'critical', notify: ['manager'] }] });
const route = (over: Partial<Route> = {}): Route => ({ id: 'all', when: [], hours: null, notify: ['desk'], chain: null, gatherBy: ['rule'], waitMs: 30_000, assign: null, skills: [], ...over });
const CATEGORIES = Array.from({ length: 30 }, (_, index) => `category-${index}`);

describe('an incident, without any routing', () => {
  it('pages once when it fires, and once when it is over', () => {
    const story = new Story({ rules: [BURST] });
    story.at('10:00').complaint({}, 4);
    expect(story.pages).toEqual([]);
    story.at('10:05').complaint({}, 200).at('12:00');
    const page = story.expectPage(between('10:05', '10:05'), { kind: 'opened', reason: 'fired', notify: ['on-call'], severity: 'warning' });
    expect(page.id).toBe(page.event.id);
    expect(page.episodeId).toBe(page.event.alertId);
    story.expectPage(between('11:05', '11:05:01'), { kind: 'resolved', reason: 'resolved', notify: ['on-call'], episodeId: page.episodeId });
    story.expectNoMore();
    expect(story.incident().timeline.map(({ kind }) => kind)).toEqual(['opened', 'paged', 'alert-ended', 'resolved', 'paged']);
  });

  it('pages a higher level only to whom the rule names for it, and tells them of the end', () => {
    const story = new Story({ rules: [LEVELS] });
    story.at('10:00').complaint({}, 5).at('10:10').complaint({}, 5).at('13:00');
    story.expectPage(between('10:00', '10:00'), { kind: 'opened', notify: ['on-call'] });
    story.expectPage(between('10:10', '10:10'), { kind: 'escalated', reason: 'level-reached', severity: 'critical', previousSeverity: 'warning', notify: ['manager'] });
    story.expectPage(between('11:10', '11:10:01'), { kind: 'resolved', notify: ['on-call', 'manager'] });
    story.expectNoMore();
  });

  it('keeps quiet at a level that names nobody, and says so', () => {
    const story = new Story({ rules: [{ ...LEVELS, escalate: [{ atLeast: 10, severity: 'critical' }] }] });
    story.at('10:00').complaint({}, 12);
    expect(story.pages).toHaveLength(1);
    expect(story.withheld()).toEqual(['nobody-named-for-level']);
  });

  it('goes to the default channels where the rule names nobody', () => {
    const story = new Story({ rules: [{ ...BURST, notify: [] }] });
    story.at('10:00').complaint({}, 5).at('12:00');
    expect(story.pages.map(({ notify }) => notify)).toEqual([['default'], ['default']]);
  });

  it('continues when it comes again within the cool-down, and is another one after it', () => {
    const story = new Story({ rules: [makeRule({ windowMs: 5 * MINUTE_MS, fireAt: 5, resolveBelow: 4 })] });
    story.at('10:00').complaint({}, 5).at('10:06').complaint({}, 5);
    const first = story.incident();
    expect(first).toMatchObject({ state: 'firing', reopened: 1 });
    expect(story.pages.map(({ kind, reason, incidentId }) => [kind, reason, incidentId])).toEqual([['opened', 'fired', first.id], ['resolved', 'resolved', first.id], ['opened', 'reopened', first.id]]);
    expect(new Set(story.pages.map(({ episodeId }) => episodeId)).size).toBe(2);
    story.at('12:00').complaint({}, 5);
    expect(story.pages.at(-1)).toMatchObject({ kind: 'opened', reason: 'fired' });
    expect(story.pages.at(-1)?.incidentId).not.toBe(first.id);
  });
});

describe('flapping', () => {
  it('is named, damped until it is steady, and its end is told', () => {
    const story = new Story({ rules: [makeRule({ windowMs: 2 * MINUTE_MS, fireAt: 3, resolveBelow: 3 })], book: { policy: { flapping: { reopenings: 2, withinMs: HOUR_MS, quietMs: 10 * MINUTE_MS } } } });
    for (let minute = 0; minute < 40; minute += 4) story.at(`10:${String(minute).padStart(2, '0')}`).complaint({}, 3);
    story.at('12:00');
    expect(story.pages.map(({ kind, reason }) => `${kind} ${reason}`)).toEqual([
      'opened fired', 'resolved resolved', 'opened reopened', 'resolved resolved', 'opened flapping', 'resolved resolved',
    ]);
    story.expectPage(between('10:00', '10:00'), { kind: 'opened' });
    expect(story.pages.at(-1)!.atMs).toBe(Date.UTC(2026, 10, 23, 2, 48));
    expect(story.withheld()).toContain('flapping');
  });
});

describe('thirty categories at once', () => {
  it('are one incident with one page that holds the totals, and one end', () => {
    const story = new Story({ rules: [BURST], book: { routes: [route()] } });
    story.at('10:00');
    for (const category of CATEGORIES) story.complaint({ category }, 6);
    expect(story.incident()).toMatchObject({ state: 'pending', firing: 30 });
    story.at('12:00');
    const page = story.expectPage(between('10:00:30', '10:00:31'), { kind: 'opened', notify: ['desk'], incident: { alerts: 30, alertsFiring: 30 } });
    expect(page.incident.totalCount).toBe(30 * 5);
    expect(page.incident.causes).toHaveLength(10);
    story.expectPage(between('11:00', '11:00:01'), { kind: 'resolved', incident: { alerts: 30, alertsFiring: 0 } });
    story.expectNoMore();
    expect([...story.incident().members.values()].filter(({ page: why }) => why?.reason === 'grouped')).toHaveLength(29);
  });

  it('page again for a higher severity, once', () => {
    const story = new Story({ rules: [BURST, { ...BURST, id: 'worse', severity: 'critical', groupBy: ['category'], fireAt: 8, resolveBelow: 4 }], book: { routes: [route({ gatherBy: [] })] } });
    story.at('10:00').complaint({}, 5).at('10:10').complaint({}, 3).complaint({ category: 'quality' }, 9);
    story.expectPage(between('10:00:30', '10:00:31'), { severity: 'warning' });
    story.expectPage(between('10:10', '10:10'), { kind: 'escalated', reason: 'level-reached', severity: 'critical' });
    story.expectNoMore();
  });
});

describe('an acknowledgement', () => {
  const acknowledged = (): Story => {
    const story = new Story({ rules: [LEVELS], book: { routes: [route({ waitMs: 0, gatherBy: ['rule'] })] } });
    story.at('10:00').complaint({}, 5).at('10:05').says('u1', { kind: 'acknowledge', target: story.alerts[0]!.alertId, forMs: HOUR_MS, comment: '在查' });
    story.expectPage(between('10:00', '10:00'), { kind: 'opened' });
    return story;
  };

  it('is on the timeline with who, when and why', () => {
    const story = acknowledged();
    expect(story.outcomes).toEqual([{ operationId: 'op-1', done: true, incidentId: story.incident().id }]);
    expect(story.incident()).toMatchObject({ state: 'acknowledged', assignee: 'u1' });
    expect(story.incident().timeline.at(-1)).toMatchObject({ kind: 'acknowledged', by: 'u1', detail: { zh: '在查' } });
  });

  it('is told at once to the channels that were told of the fire, and before a fire was told to nobody', () => {
    const story = acknowledged();
    expect(story.acknowledgements).toMatchObject([{ kind: 'escalated', reason: 'acknowledged', notify: ['desk'], people: [], incident: { state: 'acknowledged', acknowledgedBy: 'u1' }, episodeId: story.pages[0]!.episodeId }]);
    const waiting = new Story({ rules: [LEVELS], book: { routes: [route()] } });
    waiting.at('10:00').complaint({}, 5).says('u1', { kind: 'acknowledge', target: waiting.alerts[0]!.alertId });
    expect(waiting.acknowledgements).toEqual([]);
  });

  it('runs out: it pages again', () => {
    const story = acknowledged();
    story.at('10:40').complaint({}, 4).at('11:10');
    story.expectPage(between('11:05', '11:05:01'), { kind: 'escalated', reason: 'acknowledgement-expired', notify: ['desk'] });
    story.expectNoMore();
  });

  it('keeps quiet until the count doubles', () => {
    const story = acknowledged();
    const { alertId } = story.alerts[0]!;
    story.at('10:10').take({ kind: 'count', alertId, count: 9 });
    story.expectNoMore();
    story.at('10:11').take({ kind: 'count', alertId, count: 10 });
    story.expectPage(between('10:11', '10:11'), { reason: 'grew' });
    story.at('10:12').take({ kind: 'count', alertId, count: 19 });
    story.expectNoMore();
  });

  it('keeps quiet until a new cause appears, or a higher level is reached', () => {
    const story = acknowledged();
    story.at('10:10').complaint({ category: 'quality' }, 5);
    story.expectPage(between('10:10', '10:10'), { reason: 'new-cause', event: { group: { category: 'quality' } } });
    story.at('10:20').complaint({}, 5);
    story.expectPage(between('10:20', '10:20'), { reason: 'level-reached', severity: 'critical' });
    story.expectNoMore();
  });

  it('comes twice and is done once; for what is not there it is refused', () => {
    const story = acknowledged();
    const target = story.alerts[0]!.alertId;
    story.says('u2', { kind: 'acknowledge', target }, 'link-1').says('u3', { kind: 'acknowledge', target }, 'link-1');
    expect(story.outcomes.slice(1)).toEqual([{ operationId: 'link-1', done: true, incidentId: target }, { operationId: 'link-1', done: true, incidentId: target, repeated: true }]);
    expect(story.incident().acknowledged?.by).toBe('u2');
    story.says('u1', { kind: 'acknowledge', target: 'nothing' });
    expect(story.outcomes.at(-1)).toMatchObject({ done: false, code: 'not_found' });
  });
});

describe('by hand', () => {
  it('an incident is resolved: the end is told though its alert still fires, and the alert\'s own end is not', () => {
    const story = new Story({ rules: [BURST] });
    story.at('10:00').complaint({}, 5).at('10:20').says('u1', { kind: 'resolve', target: story.alerts[0]!.alertId, comment: 'false alarm' }).at('12:00');
    story.expectPage(between('10:00', '10:00'), { kind: 'opened' });
    story.expectPage(between('10:20', '10:20'), { kind: 'resolved', reason: 'resolved-by-hand' });
    story.expectNoMore();
    expect(story.incident().resolved).toMatchObject({ by: 'u1', reason: 'resolved-by-hand' });
    story.says('u1', { kind: 'acknowledge', target: story.incident().id });
    expect(story.outcomes.at(-1)).toMatchObject({ done: false, code: 'conflict' });
  });

  it('incidents are merged: the first one ends there, the other one has its alerts', () => {
    const story = new Story({ rules: [BURST] });
    story.at('10:00').complaint({}, 5).complaint({ category: 'quality' }, 5);
    const [one, two] = [story.incident('logistics').id, story.incident('quality').id];
    story.at('10:05').says('u1', { kind: 'merge', target: one, into: two });
    story.expectPage(between('10:00', '10:00'), { incidentId: one });
    story.expectPage(between('10:00', '10:00'), { incidentId: two });
    story.expectPage(between('10:05', '10:05'), { kind: 'resolved', reason: 'merged', incidentId: one });
    story.at('12:00');
    story.expectPage(between('11:00', '11:00:01'), { kind: 'resolved', incidentId: two, incident: { alerts: 2 } });
    story.expectNoMore();
    story.says('u1', { kind: 'merge', target: two, into: two });
    expect(story.outcomes.at(-1)).toMatchObject({ done: false, code: 'invalid_request' });
  });

  it('an incident is split: the part is paged to those who know of the whole', () => {
    const story = new Story({ rules: [BURST], book: { routes: [route({ waitMs: 0 })] } });
    story.at('10:00').complaint({}, 5).complaint({ category: 'quality' }, 5);
    const whole = story.incident();
    const quality = story.alerts[1]!.alertId;
    story.at('10:05').says('u1', { kind: 'split', target: whole.id, alertIds: [quality] });
    story.expectPage(between('10:00', '10:00'), { incidentId: whole.id });
    const part = story.expectPage(between('10:05', '10:05'), { kind: 'opened', reason: 'split', notify: ['desk'], event: { alertId: quality } });
    story.at('12:00');
    story.expectPage(between('11:00', '11:00:01'), { kind: 'resolved' });
    story.expectPage(between('11:00', '11:00:01'), { kind: 'resolved' });
    story.expectNoMore();
    expect(part.incidentId).not.toBe(whole.id);
    story.says('u1', { kind: 'split', target: part.incidentId, alertIds: [quality] });
    expect(story.outcomes.at(-1)).toMatchObject({ done: false });
  });

  it('a correction stands on the timeline, and is told where the alert would not have fired', () => {
    const story = new Story({ rules: [BURST] });
    story.at('10:00').complaint({}, 5).at('10:30').says('u1', { kind: 'correct', target: story.alerts[0]!.alertId, countThen: 5, countNow: 7, why: { zh: '迟到', en: 'came late' } });
    expect(story.pages).toHaveLength(1);
    story.says('u1', { kind: 'correct', target: story.alerts[0]!.alertId, countThen: 5, countNow: 4, why: { zh: '重新标注', en: 'labelled again' } });
    expect(story.incident().timeline.filter(({ kind }) => kind === 'corrected').map(({ detail }) => detail.en)).toHaveLength(2);
    story.expectPage(between('10:00', '10:00'), {});
    story.expectPage(between('10:30', '10:30'), { kind: 'escalated', reason: 'correction', detail: { en: 'correction: 5 items as it was told, 4 items at that moment when counted again; by that it would not have fired (labelled again)' } });
  });
});

describe('10,000 groups at once', () => {
  it('are gathered into one incident and end as one', () => {
    const rule = makeRule({ windowMs: HOUR_MS, fireAt: 1, resolveBelow: 1, groupBy: ['store'] });
    const story = new Story({ rules: [rule], book: { routes: [route()] } });
    story.at('10:00');
    for (let store = 0; store < 10_000; store += 1) story.complaint({ store: `s-${store}` });
    story.at('12:00');
    expect(story.pages.map(({ kind, incident }) => [kind, incident.alerts])).toEqual([['opened', 10_000], ['resolved', 10_000]]);
    expect(story.incident().timeline.length).toBeLessThanOrEqual(200);
  });

  it('and the next group begins another incident when one is full', () => {
    const rule = makeRule({ windowMs: HOUR_MS, fireAt: 1, resolveBelow: 1, groupBy: ['store'] });
    const story = new Story({ rules: [rule], book: { routes: [route()] } });
    Object.assign(story.desk.limits, { membersMax: 10 });
    story.at('10:00');
    for (let store = 0; store < 25; store += 1) story.complaint({ store: `s-${store}` });
    expect([...story.desk.open.values()].map(({ members }) => members.size)).toEqual([10, 10, 5]);
  });
});

describe('so many open incidents that another one would be too many', () => {
  it('are joined by what fires next, in one incident of its rule; it ends as it should', () => {
    const story = new Story({ rules: [BURST], book: { routes: [route({ gatherBy: ['alert'], waitMs: 0 })] }, limits: { openMax: 3 } });
    story.at('10:00');
    for (const category of CATEGORIES.slice(0, 8)) story.complaint({ category }, 5);
    expect(story.desk.open.size).toBe(4);
    expect(story.incident('category-7').members.size).toBe(5);
    for (let page = 0; page < 4; page += 1) story.expectPage(between('10:00', '10:00'), { kind: 'opened' });
    story.expectNoMore();
    story.at('12:00');
    expect(story.desk.open.size).toBe(0);
  });
});

describe('an incident that stays open', () => {
  it('keeps its latest alerts that are over, and the numbers of all', () => {
    const story = new Story({ rules: [BURST], book: { routes: [route({ waitMs: 0 })] } });
    story.at('10:00');
    for (let number = 0; number < 150; number += 1) story.complaint({ category: `early-${number}` }, 5);
    story.at('10:30').complaint({ category: 'late' }, 7).at('11:20');
    const incident = story.incident('late');
    expect(incident).toMatchObject({ state: 'firing', firing: 1, gone: { alerts: 51, peaks: 255 } });
    expect(incident.members.size).toBe(100);
    expect(story.desk.incidentOfAlert.size).toBe(100);
    story.at('12:00');
    expect(story.pages.at(-1)).toMatchObject({ kind: 'resolved', incident: { alerts: 151, totalCount: 150 * 5 + 7 } });
  });
});

