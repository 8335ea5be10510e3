import { describe, expect, it } from 'vitest';
import type { CorrectedUsual } from '../../core/operation.ts';
import { HOUR_MS, makeRule } from '../../stream/counter/testing/entries.ts';
import { incidentDetail } from './incident-view.ts';
import { between, Story } from './testing/story.ts';

const BURST = makeRule({ windowMs: HOUR_MS, fireAt: 5, resolveBelow: 4, notify: ['desk'] });
const WHY = { zh: '重新标注', en: 'labelled again' };

function told(): { story: Story; correct: (countNow: number, over?: { stillFires?: boolean; volume?: { then: number; now: number }; usual?: { then: CorrectedUsual; now: CorrectedUsual }; erased?: true }) => Story } {
  const story = new Story({ rules: [BURST] });
  story.at('10:00').complaint({}, 5);
  story.expectPage(between('10:00', '10:00'), { kind: 'opened' });
  const target = story.alerts[0]!.alertId;
  return { story, correct: (countNow, over = {}) => story.says('tocsin', { kind: 'correct', target, countThen: 5, countNow, why: WHY, counts: 'items', stillFires: countNow >= 5, ...over }) };
}

describe('a correction', () => {
  it('that decides the same wakes nobody, stands on the timeline and is said with the end', () => {
    const { story, correct } = told();
    story.at('10:30');
    correct(6);
    story.expectNoMore();
    expect(story.incident().timeline.filter(({ kind }) => kind === 'corrected')).toHaveLength(1);
    story.at('12:00');
    const end = story.expectPage(between('11:00', '11:00:01'), { kind: 'resolved', reason: 'resolved' });
    expect(end.detail).toEqual({ zh: '更正：告警时说 5 条，当时实为 6 条（重新标注）', en: 'correction: 5 items as it was told, 6 items at that moment when counted again (labelled again)' });
    story.expectNoMore();
  });

  it('by which the alert would not have fired is told at once, and so is that it does fire after all, at most once an hour', () => {
    const { story, correct } = told();
    story.at('10:10');
    correct(4);
    const first = story.expectPage(between('10:10', '10:10'), { kind: 'escalated', reason: 'correction' });
    expect(first.detail.zh).toContain('按此本不应告警');
    story.at('10:20');
    correct(5);
    correct(4);
    correct(5);
    story.expectNoMore();
    expect(story.incident().timeline.filter(({ kind }) => kind === 'corrected')).toHaveLength(4);
    // The end comes before the hour is over, and says it.
    story.at('12:00');
    const end = story.expectPage(between('11:00', '11:00:01'), { kind: 'resolved', reason: 'resolved' });
    expect(end.detail.en).toContain('by that it does fire');
    story.expectNoMore();
  });

  it('of what is usual is told at once where a silence meant nothing by it', () => {
    const { story, correct } = told();
    story.at('10:10');
    correct(5, { usual: { then: { expected: 6, fireAt: 1, expectedMin: 5 }, now: { expected: 4, fireAt: 1, expectedMin: 5 } }, stillFires: false });
    expect(story.expectPage(between('10:10', '10:10'), { kind: 'escalated', reason: 'correction' }).detail).toEqual({
      zh: '更正：告警时说 5 条（通常 6 条，通常不足 5 条时不触发），当时实为 5 条（通常 4 条，通常不足 5 条时不触发）；按此本不应告警（重新标注）',
      en: 'correction: 5 items (6 usual, fires only where 5 or more are) as it was told, 5 items (4 usual, fires only where 5 or more are) at that moment when counted again; by that it would not have fired (labelled again)',
    });
  });

  it('of what is usual is told at once where a spike was none by it, whatever its count, and again only where it changes', () => {
    const { story, correct } = told();
    const then = { expected: 1, fireAt: 5 };
    story.at('10:10');
    correct(5, { usual: { then, now: then } });
    story.expectNoMore();
    expect(story.incident().timeline.filter(({ kind }) => kind === 'corrected')).toEqual([]);
    correct(5, { usual: { then, now: { expected: 2, fireAt: 5 } } });
    story.expectNoMore();
    correct(5, { usual: { then, now: { expected: 4.5, fireAt: 12 } }, stillFires: false });
    const page = story.expectPage(between('10:10', '10:10'), { kind: 'escalated', reason: 'correction' });
    expect(page.detail).toEqual({
      zh: '更正：告警时说 5 条（通常 1 条，达到 5 条触发），当时实为 5 条（通常 4.5 条，达到 12 条触发）；按此本不应告警（重新标注）',
      en: 'correction: 5 items (1 usual, fires at 5) as it was told, 5 items (4.5 usual, fires at 12) at that moment when counted again; by that it would not have fired (labelled again)',
    });
    correct(5, { usual: { then, now: { expected: 4.5, fireAt: 12 } }, stillFires: false });
    expect(story.incident().timeline.filter(({ kind }) => kind === 'corrected')).toHaveLength(2);
    story.at('12:00');
    story.expectPage(between('11:00', '11:00:01'), { kind: 'resolved', reason: 'resolved' });
    story.expectNoMore();
  });

  it('after the end goes to those who were paged, and opens nothing again', () => {
    const { story, correct } = told();
    story.at('12:00');
    story.expectPage(between('11:00', '11:00:01'), { kind: 'resolved' });
    story.at('+5d 09:00');
    correct(7);
    story.expectPage(between('+5d 09:00', '+5d 09:00'), { kind: 'resolved', reason: 'correction', notify: ['desk'], incident: { state: 'resolved' } });
    expect(story.incident().state).toBe('resolved');
    expect(story.desk.open.size).toBe(0);
    story.at('+5d 09:10');
    correct(8);
    correct(9);
    story.expectNoMore();
    // The latest of those that waited, an hour after the one before.
    story.at('+5d 12:00');
    const latest = story.expectPage(between('+5d 10:00', '+5d 10:00:01'), { kind: 'resolved', reason: 'correction' });
    expect(latest.detail.en).toContain('9 items at that moment');
    story.at('+6d 12:00');
    story.expectNoMore();
  });

  it('is told once for each number', () => {
    const { story, correct } = told();
    story.at('10:10');
    correct(4);
    correct(4);
    expect(story.incident().timeline.filter(({ kind }) => kind === 'corrected')).toHaveLength(1);
    story.expectPage(between('10:10', '10:10'), { reason: 'correction' });
    story.expectNoMore();
  });

  it('of an incident that nobody was told of pages nobody', () => {
    const story = new Story({ rules: [BURST] });
    story.at('09:00').says('u1', { kind: 'silence', silence: { id: 's1', matchers: [{ field: 'rule', operator: '=', value: BURST.id }], author: 'u1', reason: 'maintenance', startsAtMs: 0, endsAtMs: Date.UTC(2030, 0), createdAtMs: 0 } });
    story.at('10:00').complaint({}, 5).says('tocsin', { kind: 'correct', target: story.alerts[0]!.alertId, countThen: 5, countNow: 4, why: WHY, stillFires: false });
    story.at('12:00');
    story.expectNoMore();
    expect(story.incident().timeline.some(({ kind }) => kind === 'corrected')).toBe(true);
  });

  it('of an incident that the desk has forgotten goes to those who were told, at most once an hour, and the incident stays over', () => {
    const before = told();
    before.story.at('12:00');
    before.story.expectPage(between('11:00', '11:00:01'), { kind: 'resolved' });
    const [lead] = before.story.alerts;
    const record = incidentDetail(before.story.incident());
    // Another desk, as after the limits: it knows nothing of it but what the store says.
    const story = new Story({ rules: [BURST] });
    const correct = (countNow: number): void => void story.says('tocsin', { kind: 'correct', target: lead!.alertId, countThen: 5, countNow, why: WHY, counts: 'items', stillFires: false, recalled: { incident: record, lead: lead! } });
    story.at('+40d 09:00');
    correct(4);
    const page = story.expectPage(between('+40d 09:00', '+40d 09:00'), { kind: 'resolved', reason: 'correction', notify: ['desk'], incident: { id: record.id, state: 'resolved' } });
    expect(before.story.pages.map(({ id }) => id)).not.toContain(page.id);
    correct(3);
    story.expectNoMore();
    story.at('+40d 11:00');
    story.expectPage(between('+40d 10:00', '+40d 10:00:01'), { reason: 'correction' });
    expect(story.desk.open.size).toBe(0);
    // What fires later of the group is an incident of its own.
    story.at('+40d 12:00').complaint({}, 5);
    story.expectPage(between('+40d 12:00', '+40d 12:00'), { kind: 'opened', reason: 'fired' });
  });

  it('without which nothing is known of the alert is refused', () => {
    const story = new Story({ rules: [BURST] });
    story.at('10:00').says('tocsin', { kind: 'correct', target: 'nobody', countThen: 5, countNow: 4, why: WHY });
    story.expectNoMore();
    expect(story.desk.closed.size).toBe(0);
  });

  it('because customers were erased wakes nobody: it is said with the next page, and stands on the timeline alone once the incident is over', () => {
    const { story, correct } = told();
    story.at('10:10');
    correct(4, { stillFires: true, erased: true });
    story.expectNoMore();
    story.at('12:00');
    expect(story.expectPage(between('11:00', '11:00:01'), { kind: 'resolved' }).detail.en).toContain('4 items at that moment');
    story.at('+5d 09:00');
    correct(3, { stillFires: true, erased: true });
    story.at('+6d 09:00');
    story.expectNoMore();
    expect(story.incident().timeline.filter(({ kind }) => kind === 'corrected')).toHaveLength(2);
  });

  it('of what an older program wrote is judged by the count that fires', () => {
    const { story } = told();
    story.at('10:10').says('tocsin', { kind: 'correct', target: story.alerts[0]!.alertId, countThen: 5, countNow: 3, why: WHY });
    story.expectPage(between('10:10', '10:10'), { reason: 'correction' });
  });

  it('of a level that was not reached after all is told at once to whom the level was told, once for each number', () => {
    const LEVELS = makeRule({ windowMs: HOUR_MS, fireAt: 5, resolveBelow: 4, notify: ['desk'], escalate: [{ atLeast: 10, severity: 'critical', notify: ['manager'] }] });
    const story = new Story({ rules: [LEVELS] });
    story.at('10:00').complaint({}, 5).at('10:05').complaint({}, 5).at('10:10');
    story.expectPage(between('10:00', '10:00'), { kind: 'opened', notify: ['desk'] });
    story.expectPage(between('10:05', '10:05'), { kind: 'escalated', notify: ['manager'] });
    const correct = (countNow: number): Story => story.says('tocsin', { kind: 'correct', target: story.alerts[0]!.alertId, countThen: 10, countNow, why: WHY, counts: 'items', stillFires: countNow >= 10, level: 'critical' });
    correct(9);
    correct(9);
    const told = story.expectPage(between('10:10', '10:10'), { kind: 'escalated', reason: 'correction', notify: ['desk', 'manager'] });
    expect(told.detail).toEqual({
      zh: '更正：升级为“严重”时说 10 条，当时实为 9 条；按此并未达到“严重”级别（重新标注）',
      en: 'correction: 10 items as it was told to be critical, 9 items at that moment when counted again; by that the level critical was not reached (labelled again)',
    });
    expect(story.incident().timeline.filter(({ kind }) => kind === 'corrected')).toHaveLength(1);
    // That it was reached after all is said with the next page, or once the hour is over.
    story.at('10:20');
    correct(11);
    story.at('10:59');
    story.expectNoMore();
  });

  it('of a level that nobody was told of pages nobody', () => {
    const LEVELS = makeRule({ windowMs: HOUR_MS, fireAt: 5, resolveBelow: 4, notify: ['desk'], escalate: [{ atLeast: 10, severity: 'critical' }] });
    const story = new Story({ rules: [LEVELS] });
    story.at('10:00').complaint({}, 10).says('tocsin', { kind: 'correct', target: story.alerts[0]!.alertId, countThen: 10, countNow: 9, why: WHY, stillFires: false, level: 'critical' });
    story.expectPage(between('10:00', '10:00'), { kind: 'opened' });
    story.at('10:30');
    story.expectNoMore();
  });
});
