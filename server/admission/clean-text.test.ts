import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLine, cleanText } from './clean-text.ts';

describe('cleaning', () => {
  it.each([
    ['NUL is stripped', 'a\u0000b', 'ab'],
    ['escape and carriage return are stripped', 'a\u001b[1m\r\nb', 'a[1m\nb'],
    ['tab and line feed stay', 'a\tb\nc', 'a\tb\nc'],
    ['a lone high surrogate becomes U+FFFD', 'a\ud83d', 'a\ufffd'],
    ['a lone low surrogate becomes U+FFFD', '\ude00a', '\ufffda'],
    ['a whole pair stays', '😀', '😀'],
    ['delete is stripped', 'a\u007fb', 'ab'],
  ])('%s', (_name, given, cleaned) => {
    expect(cleanText(given)).toBe(cleaned);
  });

  it('trims after stripping, so that white space behind a control character goes too', () => {
    expect(cleanLine('\u0000  a \u0000')).toBe('a');
  });

  it('makes any string of code units one that UTF-8 carries unchanged', () => {
    const units = fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes));
    fc.assert(fc.property(units, (text) => {
      const cleaned = cleanText(text);
      expect(Buffer.from(cleaned, 'utf8').toString('utf8')).toBe(cleaned);
      expect(cleanText(cleaned)).toBe(cleaned);
    }));
  });
});
