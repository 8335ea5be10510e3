import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRule } from '../../../alerts/rules/parse-rule.ts';
import { openAlerts } from '../board-counts.ts';
import { decodeState, encodeState } from '../encode-state.ts';
import { MINUTE_MS, START_MS } from '../testing/entries.ts';
import { WatchRun } from './testing/watch-run.ts';

const TITLE = { zh: '标题', en: 'Title' };
const counting = (id: string, channel: string, over: Record<string, unknown> = {}) => parseRule({ id, title: { zh: id, en: id }, kind: 'threshold', where: `channel == "${channel}"`, window: '1m', atLeast: 1, groupBy: ['category'], ...over });
const composite = (when: string, over: Record<string, unknown> = {}) => parseRule({ id: 'both', title: TITLE, kind: 'composite', when, groupBy: ['category'], ...over });
const of = (id: string) => ({ score: { categories: [{ id, probability: 1, decidedBy: 'model' as const }] } });

describe('a composite', () => {
  it('fires for the group in which its rules fire, names their alerts, and ends with the first of them', () => {
    const run = new WatchRun([counting('a', 'app'), counting('w', 'web'), composite('a and w')]);
    run.item(START_MS, { channel: 'app', ...of('logistics') });
    run.item(START_MS + 1_000, { channel: 'web', ...of('other') });
    expect(run.events.map(({ ruleId }) => ruleId)).toEqual(['a', 'w']);
    run.item(START_MS + 2_000, { channel: 'web', ...of('logistics') });
    expect(run.events.at(-1)).toMatchObject({ kind: 'opened', ruleId: 'both', group: { category: 'logistics' }, count: 2, endsAtMs: null, measure: { kind: 'composite', members: [{ ruleId: 'a', title: { en: 'a' } }, { ruleId: 'w' }] } });
    expect(openAlerts(run.state, 'shop').map(({ ruleId, count }) => `${ruleId} ${count}`)).toContain('both 2');
    run.tick(START_MS + MINUTE_MS);
    expect(run.events.slice(-2)).toMatchObject([{ kind: 'resolved', ruleId: 'a' }, { kind: 'resolved', ruleId: 'both', reason: 'recovered' }]);
  });

  it('takes a rule without its groups for every group, and waits and is kept as it says', () => {
    const run = new WatchRun([counting('a', 'app', { window: '1h' }), counting('drill', 'web', { groupBy: [] }), composite('a and not drill', { for: '30s', keepFiringFor: '20s' })]);
    run.item(START_MS, { channel: 'web' });
    run.item(START_MS, { channel: 'app' });
    run.tick(START_MS + MINUTE_MS);
    run.tick(START_MS + MINUTE_MS + 29_999);
    expect(run.events.filter(({ ruleId }) => ruleId === 'both')).toEqual([]);
    run.tick(START_MS + MINUTE_MS + 30_000);
    expect(run.events.at(-1)).toMatchObject({ kind: 'opened', ruleId: 'both' });
    run.item(START_MS + 2 * MINUTE_MS, { channel: 'web' });
    run.tick(START_MS + 2 * MINUTE_MS + 19_999);
    expect(run.events.at(-1)).toMatchObject({ kind: 'opened', ruleId: 'drill' });
    run.tick(START_MS + 2 * MINUTE_MS + 20_000);
    expect(run.events.at(-1)).toMatchObject({ kind: 'resolved', ruleId: 'both' });
  });

  it('of composites is asked after them, whatever their order', () => {
    const outer = parseRule({ id: 'outer', title: TITLE, kind: 'composite', when: 'both' });
    const run = new WatchRun([outer, composite('a'), counting('a', 'app')]);
    run.item(START_MS, { channel: 'app' });
    expect(run.events.map(({ ruleId }) => ruleId)).toEqual(['a', 'both', 'outer']);
  });

  it('is left out, with a sentence, where a member is unknown or a circle is closed', () => {
    const run = new WatchRun([composite('nobody'), parseRule({ id: 'c', title: TITLE, kind: 'composite', when: 'd' }), parseRule({ id: 'd', title: TITLE, kind: 'composite', when: 'c' })]);
    expect(run.notices).toMatchObject([
      { ruleId: 'both', message: 'its when names the rule nobody, which does not exist' },
      { ruleId: 'c', message: 'its when goes round in a circle: c → d → c' },
      { ruleId: 'd', message: expect.stringContaining('names the rule c, which does not exist') as string },
    ]);
    expect(run.state.rules).toEqual([]);
  });

  it('holds exactly while its expression does, and goes on from a snapshot at any point', () => {
    const rules = [counting('a', 'app'), counting('w', 'web', { groupBy: [] }), composite('a and not w')];
    const item = fc.record({ afterMs: fc.nat(40_000), channel: fc.constantFrom('app' as const, 'web' as const), category: fc.constantFrom('x', 'y') });
    fc.assert(fc.property(fc.array(item, { maxLength: 30 }), fc.nat(30), (items, cut) => {
      const run = new WatchRun(rules);
      let nowMs = START_MS;
      items.forEach(({ afterMs, channel, category }, index) => {
        nowMs += afterMs;
        if (index === cut) run.state = decodeState(encodeState(run.state));
        run.item(nowMs, { channel, ...of(category) });
        const open = openAlerts(run.state, 'shop');
        const isOpen = (ruleId: string, group: string): boolean => open.some((alert) => alert.ruleId === ruleId && (alert.group['category'] ?? group) === group);
        for (const group of ['x', 'y']) expect(isOpen('both', group)).toBe(isOpen('a', group) && !isOpen('w', group));
      });
    }), { numRuns: 100 });
  });
});
