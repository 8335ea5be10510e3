import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locateJsonFault } from './locate-json-fault.ts';

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('the place of a JSON fault', () => {
  it.each([
    ['nothing', '', 0, 'the text is empty'],
    ['white space', ' \n', 2, 'the text ends too early'],
    ['a cut object', '{"text":"a"', 11, 'the text ends too early'],
    ['a cut string', '{"text":"a', 10, 'the text ends inside of a string'],
    ['a cut name', '{"text', 6, 'the text ends inside of a string'],
    ['a missing colon', '{"a" 1}', 5, 'a colon was expected'],
    ['a missing comma', '[1 2]', 3, 'a comma or ] was expected'],
    ['a comma too many', '[1,]', 3, 'a value was expected'],
    ['a comma too many in an object', '{"a":1,}', 7, 'a name in double quotes was expected'],
    ['single quotes', '{\'a\':1}', 1, 'a name in double quotes was expected'],
    ['a line break in a string', '["a\nb"]', 3, 'a control character stands in a string and must be escaped'],
    ['an unknown escape', '["\\x41"]', 2, 'a backslash is followed by no known escape'],
    ['a second value', '{} {}', 3, 'there is more text after the end'],
    ['a word', '[undefined]', 1, 'a value was expected'],
    ['a leading zero', '[01]', 2, 'a comma or ] was expected'],
    ['the wrong bracket', '{"a":[1}', 7, 'a comma or ] was expected'],
  ])('of %s is named', (_name, text, position, reason) => {
    expect(locateJsonFault(text)).toMatchObject({ position, reason });
    expect(parses(text)).toBe(false);
  });

  it('counts lines and columns from one', () => {
    expect(locateJsonFault('{\n  "a": 1,\n  b: 2\n}')).toMatchObject({ line: 3, column: 3 });
  });

  it('is found or not found exactly when JSON.parse throws or does not', () => {
    const damaged = fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 }), fc.nat({ max: 3 }))
      .map(([text, at, inserted, dropped]) => text.slice(0, at % (text.length + 1)) + inserted + text.slice((at % (text.length + 1)) + dropped));
    fc.assert(fc.property(fc.oneof(damaged, fc.string(), fc.json()), (text) => {
      expect(locateJsonFault(text) === null).toBe(parses(text));
    }), { numRuns: 2_000 });
  });

  it('is found under a million open brackets', () => {
    expect(locateJsonFault('['.repeat(1_000_000))).toMatchObject({ position: 1_000_000, reason: 'the text ends too early' });
  });
});
