import { describe, expect, it } from 'vitest';
import type { AbsenceRule } from '../../core/rule.ts';
import { HOUR_MS, makeRule } from '../../stream/counter/testing/entries.ts';
import { between, Story } from './testing/story.ts';

const { kind: _, where: __, ...common } = makeRule({ groupBy: ['channel'] });
const SILENT: AbsenceRule = { ...common, id: 'silent-channel', kind: 'absence', windowMs: HOUR_MS, fireAt: 1, resolveBelow: 1, normal: { kind: 'given', items: 20 } };

describe('a time in which Tocsin itself was away', () => {
  it('is no silence of a channel, and one that lasts for a whole window after it is', () => {
    const story = new Story({ rules: [SILENT] });
    for (const time of ['08:00', '08:30', '09:00', '09:30', '10:00']) story.at(time).complaint({}, 20);
    story.away('13:00').at('13:59');
    expect(story.pages).toEqual([]);
    story.at('14:05');
    story.expectPage(between('14:00', '14:01:01'), { kind: 'opened', event: { ruleId: 'silent-channel', group: { channel: 'app' } } });
    story.at('14:30').complaint({}).at('14:31');
    story.expectPage(between('14:30', '14:31'), { kind: 'resolved' });
    story.expectNoMore();
  });

  it('changes nothing of what was open: the end comes when the window has passed, and who had it has it', () => {
    const story = new Story({ rules: [makeRule({ windowMs: 6 * HOUR_MS, fireAt: 5, resolveBelow: 4 })] });
    story.at('10:00').complaint({}, 5).says('u1', { kind: 'acknowledge', target: story.incident().id, forMs: 12 * HOUR_MS });
    story.away('13:00').at('13:10');
    expect(story.incident()).toMatchObject({ state: 'acknowledged', acknowledged: { by: 'u1' } });
    story.at('17:00');
    story.expectPage(between('10:00', '10:00'), { kind: 'opened' });
    story.expectPage(between('16:00', '16:00:01'), { kind: 'resolved' });
    story.expectNoMore();
  });

  it('delays a step of the chain that fell into it, and does not take it twice', () => {
    const chain = { id: 'up', repeat: 0, steps: [{ waitMs: 600_000, notify: ['second'] }, { waitMs: 600_000, notify: ['third'] }] };
    const route = { id: 'all', when: [], hours: null, notify: ['first'], chain: 'up', gatherBy: ['alert' as const], waitMs: 0, assign: null, skills: [] };
    const story = new Story({ rules: [makeRule({ windowMs: 6 * HOUR_MS, fireAt: 5, resolveBelow: 4 })], book: { chains: [chain], routes: [route] } });
    story.at('10:00').complaint({}, 5).away('12:00').at('12:30');
    story.expectPage(between('10:00', '10:00'), { notify: ['first'] });
    story.expectPage(between('12:00', '12:00:02'), { reason: 'escalation-step', notify: ['second'] });
    story.expectPage(between('12:10', '12:10:02'), { reason: 'escalation-step', notify: ['third'] });
    story.expectNoMore();
  });
});
