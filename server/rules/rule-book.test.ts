import { describe, expect, it } from 'vitest';
import { EMPTY_BOOK, type RoutingBook } from '../../alerts/routing/book.ts';
import { parseRule } from '../../alerts/rules/parse-rule.ts';
import { resolveTargets } from '../../alerts/routing/resolve-targets.ts';
import { TocsinError } from '../../core/errors.ts';
import { MemoryBus } from '../../stream/bus/memory-bus.ts';
import { knownTargets } from '../channels/known-names.ts';
import { RuleBook } from './rule-book.ts';

const TITLE = { zh: '标题', en: 'Title' };
const threshold = (id: string, over: Record<string, unknown> = {}): Record<string, unknown> => ({ id, title: TITLE, kind: 'threshold', groupBy: ['category'], window: '24h', atLeast: 50, ...over });
const composite = (id: string, when: string, over: Record<string, unknown> = {}): Record<string, unknown> => ({ id, title: TITLE, kind: 'composite', when, ...over });
const ROUTING: RoutingBook = {
  ...EMPTY_BOOK,
  users: [{ id: 'u1', notify: ['desk'], skills: [], quietHours: null }],
  teams: [{ id: 'care', title: TITLE, members: ['u1'], manager: 'u1', notify: [] }, { id: 'app', title: TITLE, members: ['u1'], manager: null, notify: [] }],
  schedules: [{ id: 'primary', timeZone: 'Asia/Shanghai', rotations: [{ users: ['u1'], shiftMs: 86_400_000, startsAtMs: 0, hours: null }], overrides: [], fallbackTeam: null }],
};

function ruleBook(files: Record<string, unknown>[] = [], known = knownTargets(new Set(['on-call', 'desk']), ROUTING)): RuleBook {
  return new RuleBook(files.map((rule) => parseRule(rule)), new MemoryBus({ clock: { nowMs: () => 0 } }).keyValue('rules'), async () => known);
}
const said = async (book: RuleBook, input: unknown): Promise<string[]> => (await book.check(input)).map(({ key, message }) => `${key} ${message}`);
const refusal = async (act: Promise<unknown>): Promise<string> => act.then(() => 'done', (error: unknown) => (error instanceof TocsinError ? error.message : String(error)));

describe('a rule that is checked over the API', () => {
  it('is held against the others: an unknown member, a circle, a group that no member has', async () => {
    const book = ruleBook([threshold('burst')]);
    await book.create(composite('first', 'burst'));
    await book.create(composite('second', 'first and burst'));
    expect(await said(book, composite('outage', 'burst and first'))).toEqual([]);
    expect(await said(book, composite('outage', 'brst'))).toEqual(['when names the rule brst, which does not exist; did you mean burst?']);
    expect(await said(book, composite('first', 'second'))).toEqual(expect.arrayContaining(['when goes round in a circle: first → second → first']));
    expect(await said(book, composite('outage', 'burst', { groupBy: ['store'] }))).toEqual(['groupBy has store, by which none of the rules that have to fire is grouped']);
    expect(await said(book, composite('outage', 'not burst'))).toEqual([expect.stringContaining('when holds while nothing fires')]);
    expect(await said(book, composite('outage', 'outage'))).toEqual([expect.stringContaining('goes round in a circle: outage → outage')]);
  });

  it('says what making it would be refused for, and nothing where it would be made', async () => {
    for (const [input, ids] of [[composite('a', 'gone'), 1], [threshold('b', { notify: ['nobody'] }), 1], [threshold('c', { notify: ['team:care'] }), 0], [{ id: 'd' }, 1]] as const) {
      const book = ruleBook();
      const problems = await said(book, input);
      expect(problems.length > 0).toBe(ids > 0);
      expect((await refusal(book.create(input))) === 'done', JSON.stringify(problems)).toBe(ids === 0);
    }
  });

  it('does not take the id of a rule of a file', async () => {
    expect(await said(ruleBook([threshold('burst')]), threshold('burst', { atLeast: 5 }))).toEqual(['id burst is taken by a rule of a file; change it there']);
  });

  it('that would leave a composite without its group is refused', async () => {
    const book = ruleBook([]);
    await book.create(threshold('burst'));
    await book.create(composite('outage', 'burst', { groupBy: ['category'] }));
    expect(await said(book, threshold('burst', { groupBy: [] }))).toEqual(['id breaks the composite outage: its groupBy has category, by which none of the rules that have to fire is grouped']);
    expect(await refusal(book.replace('burst', threshold('burst', { groupBy: [] })))).toContain('groupBy of outage has category');
    expect(await refusal(book.replace('burst', threshold('burst', { atLeast: 60 })))).toBe('done');
  });
});

describe('whom a rule notifies', () => {
  it('is a channel, on-call, or anybody of the routing book, who is then found when it fires', async () => {
    const targets = ['on-call', 'desk', 'channel:desk', 'user:u1', 'team:care', 'manager:care', 'schedule:primary'];
    expect(await said(ruleBook(), threshold('burst', { notify: targets }))).toEqual([]);
    for (const target of targets.slice(2)) expect(resolveTargets(ROUTING, [target], 1, 'urgent').notify).toEqual(['desk']);
  });

  it.each([
    ['team:cares', 'notify[0] names "team:cares", which is neither a channel nor anybody that is known here; did you mean team:care?'],
    ['manager:app', 'notify[0] names "manager:app", which is neither'],
    ['schedule:second', 'notify[0] names "schedule:second", which is neither'],
    ['channel:on-call', 'notify[0] names "channel:on-call", which is neither'],
  ])('is refused where %s is nobody', async (name, sentence) => {
    expect((await said(ruleBook(), threshold('burst', { notify: [name] })))[0]).toContain(sentence);
    const leveled = threshold('burst', { escalate: [{ atLeast: 90, severity: 'critical', notify: [name] }] });
    expect((await said(ruleBook(), leveled))[0]).toContain(`escalate[0].${sentence}`);
  });
});
