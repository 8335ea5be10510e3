import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatFileProblem } from '../yaml-list.ts';
import { RULES_PER_FILE_MAX, parseRuleFile } from './parse-rule-file.ts';

const GOOD = `- id: one
  title: {zh: 一, en: One}
  kind: threshold
  window: 24h
  atLeast: 50
`;

function problemsOf(yaml: string): string[] {
  return parseRuleFile(yaml, 'my.yaml').problems.map(({ rule, ...problem }) => formatFileProblem({ ...problem, ...(rule === undefined ? {} : { id: rule }) }, 'rule'));
}

describe('a rule file', () => {
  it('gives its rules where nothing is wrong', () => {
    const file = parseRuleFile(GOOD, 'my.yaml');
    expect(file.problems).toEqual([]);
    expect(file.rules.map((rule) => rule.id)).toEqual(['one']);
    expect(parseRuleFile('# nothing yet\n', 'my.yaml')).toMatchObject({ rules: [], problems: [] });
  });

  it.each<[string, string, string]>([
    ['an unknown key', GOOD.replace('window: 24h', 'windw: 24h\n  window: 24h'), 'my.yaml:4:3: windw is not a key that is known here; did you mean window?'],
    ['an unknown unit', GOOD.replace('24h', '24y'), 'my.yaml:4:3: window "24y" has the unknown unit "y": use s, m, h, d or w'],
    ['a title without zh', GOOD.replace('zh: 一, ', ''), 'my.yaml:2:3: title.zh is missing: a title needs a text in zh and one in en; zh is not there'],
    ['a wrong level', `${GOOD}  escalate:\n    - {atLeast: 100, severity: critical}\n    - {atLeast: 90, severity: critical}\n`, 'my.yaml:8:8: escalate[1].atLeast must be above 100, the level before it'],
    ['a key missing', GOOD.replace('  atLeast: 50\n', ''), 'my.yaml:1:3: atLeast is missing: write atLeast: N, or moreThan: N'],
    ['an id that was used', GOOD + GOOD, 'my.yaml:6:3: id one was used before, on line 1: every rule has an id of its own'],
    ['an entry that is no rule', '- just text\n', 'my.yaml:1:3: the rule is not a rule: a rule is a list of keys and values, such as id: complaint-burst'],
    ['full-width colons', '- id：one\n  title：x\n', 'my.yaml:1:3: the rule is not a rule: its colons are full-width (：); YAML wants half-width ones with a space behind'],
    ['a name for a list of names', GOOD.replace('  atLeast: 50\n', '  atLeast: 50\n  groupBy: category\n'), 'my.yaml:6:3: groupBy must be a list, such as [category]'],
    ['a map for a list', 'id: one\n', 'my.yaml:1:1: the rule must be a list of rules: each rule starts with "- id:"'],
    ['a tab', '- id: one\n\ttitle: x\n', 'my.yaml:2:2: the rule is not valid YAML: '],
    ['a key written twice', GOOD + '  window: 7d\n', 'my.yaml:6:3: the rule is not valid YAML: Map keys must be unique'],
    ['a bomb of aliases', bomb(), 'my.yaml:1:3: the rule cannot be read: Excessive alias count'],
    ['too many rules', '- x\n'.repeat(RULES_PER_FILE_MAX + 1), 'my.yaml:1:1: the rule has more than 1000 rules'],
    ['too much text', '#'.repeat(1_000_001), 'my.yaml:1:1: the rule is longer than 1000000 characters'],
  ])('with %s is told where and what', (_, yaml, expected) => {
    const problems = problemsOf(yaml);
    expect(problems.some((problem) => problem.startsWith(expected)), problems.join('\n')).toBe(true);
  });

  it('tells everything that is wrong at once and keeps the rules that are right', () => {
    const file = parseRuleFile(`${GOOD}- id: two\n  kind: threshold\n  window: 1y\n  atLeast: 0\n`, 'my.yaml');
    expect(file.rules.map((rule) => rule.id)).toEqual(['one']);
    expect(file.problems.map(({ line, key, rule }) => [line, key, rule])).toEqual(
      expect.arrayContaining([[6, 'title', 'two'], [8, 'window', 'two'], [9, 'atLeast', 'two']]),
    );
  });

  it.each([
    ['.', 'complaint-burst', { where: 'complaint', groupBy: ['category'], windowMs: 86_400_000, fireAt: 50, resolveBelow: 40 }],
    ['./examples/', 'more-than-50-of-one-class', { groupBy: ['category'], windowMs: 86_400_000, fireAt: 51 }],
  ])('of the built-in pack in %s is right, and every id is its own', (path, id, expected) => {
    const folder = new URL(path, import.meta.url);
    const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    const parsed = files.map((name) => parseRuleFile(readFileSync(new URL(name, folder), 'utf8'), name));
    expect(parsed.flatMap(({ problems }) => problems)).toEqual([]);
    const rules = parsed.flatMap((file) => file.rules);
    expect(new Set(rules.map((rule) => rule.id)).size).toBe(rules.length);
    expect(rules.find((rule) => rule.id === id)).toMatchObject(expected);
  });
});

function bomb(): string {
  const levels = Array.from({ length: 12 }, (_, level) => `  a${level}: &a${level} [${level === 0 ? 'x' : `*a${level - 1}, *a${level - 1}, *a${level - 1}`}]`);
  return `- id: bomb\n${levels.join('\n')}\n`;
}
