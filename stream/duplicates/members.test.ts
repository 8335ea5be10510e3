import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hash53 } from './campaigns.ts';
import { Members } from './members.ts';

/** Few enough that many come twice, and far apart: up to 2^53. */
const member = fc.tuple(fc.constantFrom(0, 1, 7, 0x7fffffff, 0x80000000, 0xffffffff), fc.integer({ min: 0, max: 40 })).map(([low, high]) => hash53(low, high * 50_003));

describe('members', () => {
  it('are those of a set, in the order in which they came, also after they were saved', () => {
    fc.assert(
      fc.property(fc.array(member, { maxLength: 400 }), fc.array(member, { maxLength: 100 }), (first, later) => {
        const oracle = new Set<number>();
        let members = new Members();
        const add = (value: number): void => {
          expect(members.has(value)).toBe(oracle.has(value));
          expect(members.add(value)).toBe(!oracle.has(value));
          oracle.add(value);
        };
        first.forEach(add);
        members = new Members(members.values());
        later.forEach(add);
        expect([...members.values()]).toEqual([...oracle]);
        expect(members.size).toBe(oracle.size);
      }),
    );
  });

  it('take 32 bytes each at most where there are many', () => {
    const members = new Members();
    for (let value = 1; value <= 5_000; value++) members.add(value * 7_919);
    expect(members.bytes()).toBeLessThanOrEqual(5_000 * 32);
  });
});
