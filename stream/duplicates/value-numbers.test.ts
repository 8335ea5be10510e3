import { describe, expect, it } from 'vitest';
import { ValueNumbers } from './value-numbers.ts';

describe('numbers of texts', () => {
  it('count up from 1, stay while many more come, and lead back to the text', () => {
    const values = new ValueNumbers();
    const texts = Array.from({ length: 5_000 }, (_, index) => `product-${index}`);
    const numbers = texts.map((text) => values.take(text, Infinity));
    expect(numbers).toEqual(texts.map((_, index) => index + 1));
    for (const [index, text] of texts.entries()) {
      expect(values.take(text, Infinity)).toBe(index + 1);
      expect(values.text(index + 1)).toBe(text);
    }
  });

  it('are 0 past the limit for new texts, and known ones keep theirs', () => {
    const values = new ValueNumbers();
    expect(['a', 'b', 'c', 'a'].map((text) => values.take(text, 2))).toEqual([1, 2, 0, 1]);
    expect(values.list()).toEqual(['', 'a', 'b']);
  });
});
