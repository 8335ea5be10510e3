import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedHash, sipHash, toHashKey } from './keyed-hash.ts';

const key = toHashKey(Uint8Array.from({ length: 16 }, (_, index) => index));

describe('the keyed hash', () => {
  // From the reference implementation's table for the key 00 01 … 0f and the inputs "", 00, 00 01, …
  it.each([
    [0, '726fdb47dd0e0e31'],
    [1, '74f839c593dc67fd'],
    [8, '93f5f5799a932462'],
    [15, 'a129ca6149be45e5'],
  ])('is SipHash-2-4 for %i bytes', (length, expected) => {
    expect(sipHash(Uint8Array.from({ length }, (_, index) => index), key)).toBe(expected);
  });

  it('is 16 letters, so that it is never taken for a number', () => {
    fc.assert(fc.property(fc.string(), (text) => {
      expect(keyedHash(text, key)).toMatch(/^[a-p]{16}$/u);
    }));
  });

  it('differs under another key', () => {
    expect(keyedHash('13800138000', key)).not.toBe(keyedHash('13800138000', [1, 2, 3, 4]));
  });

  it('takes no key of another length', () => {
    expect(() => toHashKey(new Uint8Array(15))).toThrow('16 bytes, not 15');
  });
});
