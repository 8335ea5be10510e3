import { describe, expect, it } from 'vitest';
import { createIdMaker } from './make-ids.ts';

describe('made ids', () => {
  it('are letters only, all different, and sort by time', () => {
    let nowMs = 1_700_000_000_000;
    const makeId = createIdMaker({ nowMs: () => nowMs });
    const ids: string[] = [];
    for (let index = 0; index < 10_000; index += 1) {
      nowMs += index % 3;
      ids.push(makeId());
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => /^[a-z]{25}$/u.test(id))).toBe(true);
    const times = ids.map((id) => id.slice(0, 10));
    expect(times.toSorted()).toEqual(times);
  });

  it('differ between two makers at the same instant', () => {
    const clock = { nowMs: () => 1 };
    expect(createIdMaker(clock)()).not.toBe(createIdMaker(clock)());
  });
});
