import { describe, expect, it } from 'vitest';
import { compareAlerts, compareCounts, compareIds } from './find-differences.ts';

describe('the comparison of what was sent with what is stored', () => {
  it('finds what was lost, stored twice, made up, and stored without an answer', () => {
    expect(compareIds({
      sent: new Set(['a', 'b', 'c', 'd']),
      acknowledged: new Set(['a', 'b', 'c']),
      stored: new Map([['a', 1], ['b', 2], ['d', 1], ['x', 1]]),
    })).toEqual({ lost: ['c'], twice: ['b'], invented: ['x'], unacknowledged: 1 });
  });

  it('finds groups that differ on either side, and takes an empty group for none', () => {
    expect(compareCounts(new Map([['a', 1], ['b', 2], ['d', 0]]), new Map([['a', 1], ['b', 3], ['c', 4]])))
      .toEqual(['b: counted 2, stored 3', 'c: counted 0, stored 4']);
  });

  it('finds alerts that are missing, came twice or had no cause; the same event again is one', () => {
    const opening = (ruleId: string, eventId: string) => ({ ruleId, group: 'g', eventId });
    expect(compareAlerts(new Set(['one g', 'two g', 'three g']), [opening('one', '1'), opening('one', '1'), opening('two', '2'), opening('two', '3'), opening('four', '4')]))
      .toEqual({ missing: ['three g'], repeated: ['two g'], unfounded: ['four g'] });
  });
});
