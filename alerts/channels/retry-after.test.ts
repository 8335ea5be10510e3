import { describe, expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 19, 12, 0);

describe('Retry-After', () => {
  it.each([
    ['seconds', '120', 120_000],
    ['seconds with spaces around', ' 3 ', 3_000],
    ['now', '0', 0],
    ['a date to come', 'Sun, 22 Nov 2026 19:13:30 GMT', 90_000],
    ['a date that is past', 'Sun, 22 Nov 2026 19:00:00 GMT', 0],
    ['a date in the old form', 'Sunday, 22-Nov-26 19:12:10 GMT', 10_000],
    ['no header', undefined, undefined],
    ['an empty one', '', undefined],
    ['a negative number', '-5', undefined],
    ['a fraction', '1.5', undefined],
    ['a number too long to mean seconds', '99999999999', undefined],
    ['words', 'in a while', undefined],
  ])('%s', (_name, header, expected) => {
    expect(retryAfterMs(header, NOW_MS)).toBe(expected);
  });
});
