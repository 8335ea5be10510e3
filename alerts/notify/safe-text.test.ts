import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oneLine, shorten, shortenToUnits } from './safe-text.ts';

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
const graphemes = (text: string): string[] => [...segmenter.segment(text)].map(({ segment }) => segment);

describe('shorten', () => {
  it.each([
    ['leaves a short text as it is', '退款太慢', 4, '退款太慢'],
    ['puts an ellipsis in place of what is cut', '退款太慢了', 4, '退款太…'],
    ['keeps an accent with its letter', 'e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
    ['keeps a flag whole', '🇨🇳🇨🇳🇨🇳', 2, '🇨🇳…'],
    ['cuts a pile of accents, which is one character of any length', `a${'\u0301'.repeat(10_000)}`, 5, '…'],
    ['leaves nothing as nothing', '', 5, ''],
  ])('%s', (_name, text, most, expected) => {
    expect(shorten(text, most)).toBe(expected);
  });

  it('never gives more characters than asked, and only whole ones of the text before the ellipsis', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (text, most) => {
      const short = shorten(text, most);
      if (short === text) {
        expect(graphemes(text).length).toBeLessThanOrEqual(most);
        return;
      }
      const kept = graphemes(text).slice(0, most - 1).join('');
      expect(short).toBe(`${kept}…`);
    }));
  });
});

describe('oneLine', () => {
  it('gives one line without control characters for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(oneLine(text)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\p{Surrogate}]/u);
    }));
  });
});

describe('a text for a receiver that counts code units', () => {
  it.each([10, 60, 150])('has at most %i of them, in whole characters', (unitsMax) => {
    for (const piece of ['x', '字', '👨‍👩‍👧‍👦', '🟠', 'e\u0301\u0301\u0301']) {
      const text = shortenToUnits(piece.repeat(200), unitsMax);
      expect(text.length).toBeLessThanOrEqual(unitsMax);
      expect(text).toMatch(/…$/u);
      expect(text).not.toMatch(/\p{Surrogate}/u);
      expect(text.slice(0, -1).split(piece).join('')).toBe('');
    }
    expect(shortenToUnits('short', unitsMax)).toBe('short');
  });
});
