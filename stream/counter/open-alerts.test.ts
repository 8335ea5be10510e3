import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Escalation } from '../../core/rule.ts';
import { OpenAlerts, OpenBits } from './open-alerts.ts';
import type { OpenAlertState } from './open-alerts.ts';

const ESCALATE: Escalation[] = [{ atLeast: 100, severity: 'critical' }, { atLeast: 200, severity: 'critical' }];

function alertOf(alertId: string, peak = 0): OpenAlertState {
  return { alertId, workspace: 'default', group: {}, severity: 'warning', escalatedAt: 0, openedAtMs: 0, peak, dueMs: 0 };
}

describe('open alerts of a rule', () => {
  it('are those of a map, whatever is opened, counted and closed, and their bits say which keys have one', () => {
    const keys = fc.integer({ min: 0, max: 500 });
    const act = fc.oneof(fc.record({ kind: fc.constant('open' as const), key: keys }), fc.record({ kind: fc.constant('close' as const), key: keys }), fc.record({ kind: fc.constant('count' as const), key: keys, count: fc.nat(1000) }));
    fc.assert(fc.property(fc.array(act, { maxLength: 200 }), fc.integer({ min: 0, max: 40 }), (acts, place) => {
      const open = new OpenAlerts();
      const bits = new OpenBits();
      const bit = OpenBits.bitOf(place);
      open.showIn(bits, bit);
      const expected = new Map<number, number>();
      for (const one of acts) {
        if (one.kind === 'open') {
          open.set(one.key, alertOf('a'));
          expected.set(one.key, 0);
        } else if (one.kind === 'close') {
          open.delete(one.key);
          expected.delete(one.key);
        } else if (open.isOpen(one.key)) {
          open.notePeak(one.key, one.count);
          expected.set(one.key, Math.max(expected.get(one.key)!, one.count));
        }
      }
      expect(new Map(Array.from(open.entries(), ([key, { peak }]) => [key, peak]))).toEqual(expected);
      // Beyond the keys that ever had one too: what has grown to hold them is empty there.
      const wrong = Array.from({ length: 1_100 }, (_, key) => key).filter((key) => {
        const isShown = (bits.of(key) & bit) !== 0;
        return open.isOpen(key) !== expected.has(key) || (expected.has(key) ? !isShown : isShown && place < 31);
      });
      expect(wrong).toEqual([]);
    }));
  });

  it('say the next level until it is reached, and that of another rule once the levels are forgotten', () => {
    const open = new OpenAlerts([[7, alertOf('a')]]);
    expect(open.nextLevel(7, ESCALATE)).toBe(100);
    open.get(7)!.escalatedAt = 100;
    open.escalated(7);
    expect(open.nextLevel(7, ESCALATE)).toBe(200);
    open.forgetLevels();
    expect(open.nextLevel(7, [])).toBe(Infinity);
    expect(open.nextLevel(7, [])).toBe(Infinity);
  });

  it('keep the higher of a peak that was noted and one that was set', () => {
    const open = new OpenAlerts([[1, alertOf('a', 60)]]);
    open.notePeak(1, 55);
    expect(open.get(1)!.peak).toBe(60);
    open.notePeak(1, 61);
    expect(open.get(1)!.peak).toBe(61);
  });

  it('of two rules have bits of their own, from the first alert on and for those that were there', () => {
    const bits = new OpenBits();
    const first = new OpenAlerts([[3, alertOf('a')]]);
    const second = new OpenAlerts();
    first.showIn(bits, OpenBits.bitOf(0));
    second.showIn(bits, OpenBits.bitOf(1));
    second.set(3, alertOf('b'));
    expect(bits.of(3)).toBe(3);
    first.delete(3);
    expect(bits.of(3)).toBe(2);
  });
});
