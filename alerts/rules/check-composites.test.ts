import { describe, expect, it } from 'vitest';
import { checkComposites } from './check-composites.ts';
import { faultInChinese } from '../../server/words/error-in-chinese.ts';
import { holds, membersOf, parseComposite } from './composite-expression.ts';
import { checkRule, parseRule } from './parse-rule.ts';
import { ruleToJson } from './rule-to-json.ts';

const TITLE = { zh: '标题', en: 'Title' };
const plain = (id: string, groupBy: string[] = []) => parseRule({ id, title: TITLE, kind: 'threshold', window: '1h', atLeast: 5, groupBy });
const composite = (id: string, when: string, over: Record<string, unknown> = {}) => parseRule({ id, title: TITLE, kind: 'composite', when, ...over });

describe('the expression of a composite', () => {
  it.each([
    ['a', ['a'], true],
    ['a and b', ['a'], false],
    ['a or b and c', ['a'], true],
    ['(a or b) and c', ['a'], false],
    ['a and not b', ['a'], true],
    ['a and not b', ['a', 'b'], false],
    ['not not a and b', ['a', 'b'], true],
    ['a and not (b or c)', ['a', 'c'], false],
  ])('%s with %j is %s', (text, firing, expected) => {
    const parsed = parseComposite(text);
    expect(parsed.ok && holds(parsed.node, (id) => firing.includes(id))).toBe(expected);
  });

  it('knows which rules have to fire', () => {
    const parsed = parseComposite('a and not (b or not c)');
    expect(parsed.ok && [...membersOf(parsed.node)]).toEqual([['a', { wanted: true }], ['b', { wanted: false }], ['c', { wanted: true }]]);
  });

  it.each([
    ['', /is empty/],
    ['a b', /does not go on after "a" with "b"/],
    ['a and', /has nothing where a rule id belongs/],
    ['and a', /has "and" where a rule id belongs/],
    ['(a', /not closed/],
    ['a && b', /has "&&", which is no rule id/],
    [`${'('.repeat(30)}a`, /nested more than 20 deep/],
    ['not a', /holds while nothing fires/],
    ['a or not b', /holds while nothing fires/],
  ])('“%s” is refused', (when, sentence) => {
    const result = checkRule({ id: 'c', title: TITLE, kind: 'composite', when });
    expect(result.ok ? '' : result.faults.map(({ message }) => message).join()).toMatch(sentence);
    for (const { message } of result.ok ? [] : result.faults) expect(faultInChinese(message), message).toMatch(/\p{Script=Han}/u);
  });

  it('comes back the same over the API', () => {
    const rule = composite('c', 'a and not b', { groupBy: ['channel'], for: '5m' });
    expect(parseRule(ruleToJson(rule))).toEqual(rule);
  });
});

describe('composites among other rules', () => {
  it('are right where their members are there, composites among them', () => {
    expect(checkComposites([plain('a', ['category']), composite('c', 'a', { groupBy: ['category'] }), composite('d', 'c and a')])).toEqual([]);
  });

  it.each([
    ['an unknown rule', [plain('complaint-burst'), composite('c', 'complaint-brust')], [{ ruleId: 'c', key: 'when', message: 'names the rule complaint-brust, which does not exist; did you mean complaint-burst?' }]],
    ['itself', [composite('c', 'c')], [{ ruleId: 'c', key: 'when', message: 'goes round in a circle: c → c' }]],
    ['a circle', [plain('a'), composite('c', 'a and d'), composite('d', 'e'), composite('e', 'c or a')], [
      { ruleId: 'c', key: 'when', message: 'goes round in a circle: c → d → e → c' },
      { ruleId: 'd', key: 'when', message: 'goes round in a circle: d → e → c → d' },
      { ruleId: 'e', key: 'when', message: 'goes round in a circle: e → c → d → e' },
    ]],
    ['a group of nobody', [plain('a'), plain('b', ['store']), composite('c', 'a and not b', { groupBy: ['store'] })], [{ ruleId: 'c', key: 'groupBy', message: 'has store, by which none of the rules that have to fire is grouped' }]],
  ])('are refused for %s', (_, rules, faults) => {
    expect(checkComposites(rules)).toEqual(faults);
    for (const { message } of faults) expect(faultInChinese(message), message).toMatch(/\p{Script=Han}/u);
  });
});
