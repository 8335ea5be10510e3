import { describe, expect, it } from 'vitest';
import { NO_PAGE_REASONS, PAGE_REASONS } from '../../core/page-order.ts';
import { pageReasonWords } from './page-reason-words.ts';

describe('why an alert was told, or why not', () => {
  it.each([...new Set([...PAGE_REASONS, ...NO_PAGE_REASONS])])('%s has words in both languages', (reason) => {
    expect(pageReasonWords(reason, 'zh')).toMatch(/\p{Script=Han}/u);
    expect(pageReasonWords(reason, 'en')).toMatch(/^[a-z ]+: ?|^[a-z ]+$/u);
  });

  it('of another version is left out', () => expect(pageReasonWords('toString', 'zh')).toBe(''));
});
