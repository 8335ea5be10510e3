import { describe, expect, it } from 'vitest';
import { decideShare } from './decide-share.ts';

const RULE = { shareAtLeast: 0.1, resolveShareBelow: 0.08, volumeMin: 50, fireAt: 5 };

describe('a share', () => {
  it.each([
    ['fires on the tenth of a hundred', 10, 100, 'fires', 'share-reached'],
    ['does not fire on the ninth', 9, 100, 'holds', 'below-share'],
    ['does not fire among too few', 20, 49, 'holds', 'volume-too-small'],
    ['fires among just enough', 5, 50, 'fires', 'share-reached'],
    ['is over below the lower share', 7, 100, 'over', 'below-resolve-share'],
    ['is not over at the lower share', 8, 100, 'holds', 'below-share'],
    ['is over where nothing matches', 0, 0, 'over', 'below-resolve-share'],
    ['is not over because the volume fell', 4, 40, 'holds', 'volume-too-small'],
  ] as const)('%s', (_, count, volume, state, reason) => {
    expect(decideShare({ rule: RULE, count, volume })).toMatchObject({ state, reason });
  });

  it('names the count that fires at the volume, without an error of a last digit', () => {
    expect(decideShare({ rule: { ...RULE, shareAtLeast: 0.07 }, count: 1, volume: 100 }).countThatFires).toBe(7);
    expect(decideShare({ rule: RULE, count: 1, volume: 101 }).countThatFires).toBe(11);
    expect(decideShare({ rule: RULE, count: 1, volume: 3 }).countThatFires).toBe(5);
  });

  it('asks for at least so many matching items', () => {
    expect(decideShare({ rule: { ...RULE, fireAt: 20 }, count: 19, volume: 100 })).toMatchObject({ state: 'holds', reason: 'too-few-items' });
  });
});
