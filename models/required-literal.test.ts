import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { requiredLiteral } from './required-literal.ts';

describe('what a pattern cannot do without', () => {
  it.each([
    ['包装.{0,4}(破|烂|扁)', '包装'], ['外?包装', '包装'], ['(破|烂)', ''], ['破|烂', ''], ['ab+cd', 'ab'], ['abc*d', 'ab'], ['x{0,3}yz', 'yz'], ['[ab]cd[^]e]f', 'cd'],
    ['\\d+ 天', ' 天'], ['\\Qa|b\\E', ''], ['(?i)abc', ''], ['^快递$', '快递'], ['a.b', 'a'], ['[[:alpha:]]x', ''], ['\\pLab', ''], ['a\\+b', 'a'], ['', ''],
  ])('%s: "%s"', (pattern, literal) => {
    expect(requiredLiteral(pattern)).toBe(literal);
  });

  it('stands in everything that any pattern matches', () => {
    const atom = fc.constantFrom('a', 'b', '慢', ' ', '.', '[ab]', '[^b]', '(a|慢)', '(ab)', '\\d', '\\.', '1');
    const times = fc.constantFrom('', '', '', '?', '*', '+', '{0,2}', '{2}', '??');
    const pattern = fc.array(fc.tuple(atom, times).map((parts) => parts.join('')), { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
    const whole = fc.oneof(pattern, fc.tuple(pattern, pattern).map((both) => both.join('|')), pattern.map((each) => `^${each}$`));
    const text = fc.array(fc.constantFrom('a', 'b', '慢', ' ', '1', '.'), { maxLength: 8 }).map((parts) => parts.join(''));
    let matched = 0;
    fc.assert(fc.property(whole, fc.array(text, { minLength: 20, maxLength: 20 }), (each, texts) => {
      const compiled = RE2JS.compile(each);
      const literal = requiredLiteral(each);
      for (const candidate of texts) {
        if (!compiled.matcher(candidate).find()) continue;
        if (literal !== '') matched++;
        expect(candidate).toContain(literal);
      }
    }), { numRuns: 400 });
    expect(matched).toBeGreaterThan(0);
  });
});
