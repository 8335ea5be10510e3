import { describe, expect, it } from 'vitest';
import { HOUR_MS, makeRule } from '../../stream/counter/testing/entries.ts';
import type { Route } from '../routing/book.ts';
import { Story, timeMs } from '../incidents/testing/story.ts';
import { grownAlerts } from './grown-alerts.ts';

const route: Route = { id: 'all', when: [], hours: null, notify: ['desk'], chain: 'up', gatherBy: ['rule'], waitMs: 30_000, assign: null, skills: [] };

describe('the live counts that the desk takes', () => {
  const story = new Story({
    rules: [makeRule({ windowMs: 6 * HOUR_MS, fireAt: 5, resolveBelow: 4 })],
    book: { routes: [route], chains: [{ id: 'up', steps: [{ waitMs: 600_000, notify: ['second'] }], repeat: 0 }] },
  });
  story.at('10:00').complaint({}, 5);
  const { alertId } = story.alerts[0]!;
  const told = (time: string, count: number): { alertId: string; count: number }[] => grownAlerts(story.desk, [{ alertId, count }], timeMs(time));

  it('are none while its first page waits for the group, nor long before the next page is due', () => {
    expect(told('10:00:29', 6)).toEqual([]);
    story.at('10:01');
    expect(told('10:05', 5)).toEqual([]);
  });

  it('are those of one that nobody has acknowledged once it has outgrown what was told, so that an acknowledgement begins at what there is', () => {
    const late = new Story({ rules: [makeRule({ windowMs: 6 * HOUR_MS, fireAt: 10, resolveBelow: 4 })], book: { routes: [route], chains: [{ id: 'up', steps: [{ waitMs: 600_000, notify: ['second'] }], repeat: 0 }] } });
    late.at('10:00').complaint({}, 10);
    const { alertId: id } = late.alerts[0]!;
    const look = (count: number, time: string): { alertId: string; count: number }[] => grownAlerts(late.desk, [{ alertId: id, count }], timeMs(time));
    late.at('10:01');
    expect(look(11, '10:02')).toEqual([]);
    expect(look(25, '10:02')).toEqual([{ alertId: id, count: 25 }]);
    late.at('10:02').take({ kind: 'count', alertId: id, count: 25 });
    late.says('u1', { kind: 'acknowledge', target: id });
    expect(look(30, '10:03')).toEqual([]);
    expect(look(50, '10:03')).toEqual([{ alertId: id, count: 50 }]);
  });

  it('are those of an incident whose next page is due, fewer as well as more', () => {
    expect(told('10:10:29', 9)).toEqual([{ alertId, count: 9 }]);
    expect(told('10:10:29', 4)).toEqual([{ alertId, count: 4 }]);
    expect(told('10:10:29', 5)).toEqual([]);
  });

  it('are those of an acknowledged one once it has doubled', () => {
    story.says('u1', { kind: 'acknowledge', target: alertId });
    expect(told('10:05', 9)).toEqual([]);
    expect(told('10:05', 10)).toEqual([{ alertId, count: 10 }]);
  });
});
