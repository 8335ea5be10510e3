import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readFileSync } from 'node:fs';
import { checkRuleFiles } from '../../server/rules/read-rule-files.ts';
import { runRuleTests } from '../../server/rules/run-rule-tests.ts';

const folder = fileURLToPath(new URL('../../alerts/rules/packs/', import.meta.url));
const packs = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const files = packs.map((name) => join(folder, name));

describe('the rule packs', () => {
  it('are right, together, with at least twelve rules of different kinds, each with a title in both languages', async () => {
    const { rules, problems } = await checkRuleFiles(files);
    expect(problems).toEqual([]);
    expect(rules.length).toBeGreaterThanOrEqual(12);
    expect(new Set(rules.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(6);
    for (const { title } of rules) expect(title.zh).not.toBe(title.en);
  });

  it('of the field are there: the 50th complaint of a category, and the 51st negative item of a class', async () => {
    const { rules } = await checkRuleFiles(files);
    const day = { groupBy: ['category'], windowMs: 86_400_000 };
    expect(rules.find(({ id }) => id === 'retail-category-50')).toMatchObject({ ...day, where: 'complaint', fireAt: 50 });
    expect(rules.find(({ id }) => id === 'retail-class-over-50')).toMatchObject({ ...day, where: 'sentiment == "negative"', fireAt: 51 });
  });

  it.each(packs)('%s: every test of it passes', async (name) => {
    for (const { name: test, faults } of await runRuleTests(join(folder, 'tests', name))) expect(faults, test).toEqual([]);
  });

  it.each(packs)('%s: every rule has a test in which it opens', async (name) => {
    const { tests } = parse(readFileSync(join(folder, 'tests', name), 'utf8')) as { tests: { expect?: { rule: string; does?: string }[] }[] };
    const opened = new Set(tests.flatMap(({ expect: expected = [] }) => expected.filter(({ does = 'opens' }) => does === 'opens').map(({ rule }) => rule)));
    const { rules } = await checkRuleFiles([join(folder, name)]);
    expect(rules.map(({ id }) => id).filter((id) => !opened.has(id))).toEqual([]);
  });
});
