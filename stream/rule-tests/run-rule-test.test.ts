import { describe, expect, it } from 'vitest';
import { parseRule } from '../../alerts/rules/parse-rule.ts';
import { parseRuleTest } from './parse-rule-test.ts';
import { parseOffset } from './rule-test-schema.ts';
import { offsetText, runRuleTest } from './run-rule-test.ts';

const RULE = parseRule({ id: 'burst', title: { zh: '激增', en: 'Surge' }, kind: 'threshold', where: 'complaint', groupBy: ['category'], window: '1h', atLeast: 3, resolveBelow: 2 });

function faultsOf(test: string): string[] {
  const parsed = parseRuleTest(`rules: none.yaml\ntests:\n${test}`, 'tests.yaml');
  if (!parsed.ok) return parsed.problems.map(({ line, key, message }) => `${line} ${key} ${message}`);
  return runRuleTest(parsed.file.tests[0]!, { rules: [RULE], startMs: Date.parse(parsed.file.start), timeZone: parsed.file.timeZone }).faults;
}

describe('a rule test', () => {
  it.each<[string, string, RegExp | null]>([
    ['passes where what is expected happens, and nothing else', `
  - name: t
    given: [{at: 0s, items: 3, every: 1m, category: logistics}]
    expect: [{at: 2m, rule: burst, count: 3, group: {category: logistics}, severity: warning, late: false}]`, null],
    ['passes where nothing is expected and nothing happens', `
  - name: t
    given: [{at: 0s, items: 2}]`, null],
    ['fails where an alert comes that is not expected', `
  - name: t
    given: [{at: 0s, items: 3}]`, /^not expected: burst opens for other at 3 as warning at 0s$/],
    ['fails where it comes a second late, and says when it came', `
  - name: t
    given: [{at: 0s, items: 3, every: 1m}]
    expect: [{at: 2m1s, rule: burst}]
    others: allowed`, /^expected that burst opens at 2m1s; closest: burst opens for other at 3 as warning at 2m$/],
    ['fails where the count is another', `
  - name: t
    given: [{at: 0s, items: 3}]
    expect: [{at: 0s, rule: burst, count: 4}]
    others: allowed`, /^expected that burst opens at 4 at 0s; closest:/],
    ['fails where nothing comes', `
  - name: t
    given: [{at: 0s, items: 2}]
    expect: [{between: [0s, 5m], rule: burst}]`, /^expected that burst opens between 0s and 5m; the rule told nothing$/],
    ['fails where one alert is expected twice', `
  - name: t
    given: [{at: 0s, items: 3}]
    expect: [{at: 0s, rule: burst}, {at: 0s, rule: burst}]`, /^expected that burst opens at 0s; the rule told nothing$/],
    ['sees the end that time alone brings', `
  - name: t
    given: [{at: 0s, items: 3, every: 10m}]
    expect: [{at: 20m, rule: burst}, {at: 1h10m, rule: burst, does: resolves, count: 1}]`, null],
    ['takes late items as late', `
  - name: t
    latenessMax: 30m
    given: [{at: 0s, items: 3, lateBy: 31m}]`, null],
    ['names a rule that is not there', `
  - name: t
    rules: [bust]
    given: []`, /^there is no rule bust in the rule files$/],
    ['names a misspelt key and its line', `
  - name: t
    given: [{at: 0s, itms: 3}]`, /^5 tests\.0\.given\.0\.itms is not a key that is known here; did you mean items\?$/],
    ['wants a time', `
  - name: t
    given: [{at: tomorrow}]`, /^5 tests\.0\.given\.0\.at "tomorrow" is not a time after the start/],
    ['wants a time for what it expects', `
  - name: t
    given: []
    expect: [{rule: burst}]`, /is missing: write at: 10m, or between: \[10m, 11m\]/],
  ])('%s', (_, test, fault) => {
    const faults = faultsOf(test);
    if (fault === null) expect(faults).toEqual([]);
    else expect(faults[0]).toMatch(fault);
  });

  it('writes times as it reads them', () => {
    for (const text of ['0s', '10m', '1d2h30m', '59s']) expect(offsetText(parseOffset(text)!)).toBe(text);
    expect(parseOffset('10')).toBeNull();
    expect(offsetText(61_005)).toBe('1m1s5ms');
  });
});
