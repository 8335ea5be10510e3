import { describe, expect, it } from 'vitest';
import { errorInChinese } from '../../server/words/error-in-chinese.ts';
import { parseRule } from './parse-rule.ts';
import { readWrittenRule } from './read-written-rule.ts';

const RULE = { id: 'refunds', title: { zh: '退款', en: 'Refunds' }, kind: 'threshold', where: 'complaint', window: '24h', atLeast: 20 };
const YAML = 'id: refunds\ntitle: {zh: 退款, en: Refunds}\nkind: threshold\nwhere: complaint\nwindow: 24h\natLeast: 20\n';

describe('a rule that somebody sends', () => {
  it.each([
    ['an object', RULE], ['YAML', YAML], ['YAML of a rule file', `# mine\n- ${YAML.trimEnd().replaceAll('\n', '\n  ')}\n`], ['JSON in a text', JSON.stringify(RULE)],
  ])('is the same as %s', (_, written) => expect(parseRule(readWrittenRule(written))).toEqual(parseRule(RULE)));

  it.each([
    ['id: a\n\tkind: threshold\n', 'The rule is not valid YAML: a tab stands before the text; YAML is indented with spaces (line 2).', '规则：不是有效的 YAML：行首用了制表符；YAML 只能用空格缩进（第 2 行）。'],
    ['- id: a\n- id: b\n', 'The rule is a list of 2: one at a time.', '规则：是 2 条规则的列表，一次只能写一条。'],
    ['where: *x\n', 'The rule cannot be read: Unresolved alias (the anchor must be set before the alias): x.', '规则：无法读取：Unresolved alias (the anchor must be set before the alias): x。'],
  ])('and cannot be read says why, in both languages: %j', (written, en, zh) => {
    expect(() => readWrittenRule(written)).toThrow(expect.objectContaining({ code: 'invalid_rule', message: en }) as Error);
    expect(errorInChinese('invalid_rule', en)).toBe(zh);
  });
});
