import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideTrouble, NO_TROUBLE, type TroubleDecision, type TroubleLimits, type TroubleState } from './decide-trouble.ts';

const LIMITS: TroubleLimits = { openAt: 60, openAfterMs: 30_000, endBelow: 10, endAfterMs: 20_000 };

/** The decisions of one look every ten seconds. */
function decide(levels: readonly (number | null)[], limits = LIMITS, everyMs = 10_000): string[] {
  let state: TroubleState = NO_TROUBLE;
  return levels.map((level, index) => {
    const answer = decideTrouble(state, level, limits, index * everyMs);
    state = answer.state;
    return answer.decision.action === 'none' ? answer.decision.reason : answer.decision.action;
  });
}

describe('a trouble of Tocsin itself', () => {
  it('opens when it was bad for as long as it must last, at each look', () => {
    expect(decide([59, 60, 60, 60, 60, 60])).toEqual(['well', 'must-last-first', 'must-last-first', 'must-last-first', 'open', 'goes-on']);
    expect(decide([60, 60, 59, 60, 60, 60, 60])).toEqual(['must-last-first', 'must-last-first', 'well', 'must-last-first', 'must-last-first', 'must-last-first', 'open']);
  });

  it('opens at once where nothing is to be waited for', () => {
    expect(decide([1], { openAt: 1, openAfterMs: 0, endBelow: 1, endAfterMs: 0 })).toEqual(['open']);
  });

  it('goes on between its two limits and ends when it was well for long enough', () => {
    const open = [60, 60, 60, 60];
    expect(decide([...open, 59, 10, 9, 9, 10, 9, 9, 9]).slice(4)).toEqual(['goes-on', 'goes-on', 'must-stay-well-first', 'must-stay-well-first', 'goes-on', 'must-stay-well-first', 'must-stay-well-first', 'end']);
  });

  it('is changed by nothing that nobody can tell', () => {
    expect(decide([60, null, 60, 60, 60, null, null, 9, null, 9, 9])).toEqual(['must-last-first', 'unknown', 'must-last-first', 'open', 'goes-on', 'unknown', 'unknown', 'must-stay-well-first', 'unknown', 'end', 'well']);
  });

  it('is not confused by a clock that goes back', () => {
    let { state } = decideTrouble(NO_TROUBLE, 60, LIMITS, 3_600_000);
    for (const nowMs of [0, 10_000, 20_000]) {
      const answer = decideTrouble(state, 60, LIMITS, nowMs);
      expect(answer.decision).toEqual({ action: 'none', reason: 'must-last-first' });
      state = answer.state;
    }
    expect(decideTrouble(state, 60, LIMITS, 30_000).decision.action).toBe('open');
  });

  it('opens and ends in turn, and never without the levels that ask for it', () => {
    const limits = fc.record({ endBelow: fc.integer({ min: 1, max: 50 }), more: fc.nat(50), openAfterMs: fc.nat(40_000), endAfterMs: fc.nat(40_000) });
    fc.assert(fc.property(limits, fc.array(fc.tuple(fc.option(fc.nat(120)), fc.integer({ min: 1, max: 20_000 })), { maxLength: 80 }), ({ endBelow, more, openAfterMs, endAfterMs }, looks) => {
      const rule: TroubleLimits = { openAt: endBelow + more, openAfterMs, endBelow, endAfterMs };
      let state: TroubleState = NO_TROUBLE;
      let nowMs = 0;
      let isOpen = false;
      const known: { atMs: number; level: number }[] = [];
      for (const [level, laterMs] of looks) {
        nowMs += laterMs;
        if (level !== null) known.push({ atMs: nowMs, level });
        const answer: { decision: TroubleDecision; state: TroubleState } = decideTrouble(state, level, rule, nowMs);
        state = answer.state;
        // The oracle goes back over everything that was seen.
        const since = (isAsked: (level: number) => boolean): number | null => {
          let fromMs: number | null = null;
          for (const each of [...known].reverse()) {
            if (!isAsked(each.level)) break;
            fromMs = each.atMs;
          }
          return fromMs;
        };
        const badMs = since((each) => each >= rule.openAt);
        const wellMs = since((each) => each < rule.endBelow);
        const expected = level === null ? 'none' : !isOpen && badMs !== null && nowMs - badMs >= openAfterMs ? 'open' : isOpen && wellMs !== null && nowMs - wellMs >= endAfterMs ? 'end' : 'none';
        expect(answer.decision.action).toBe(expected);
        if (expected === 'open') isOpen = true;
        if (expected === 'end') isOpen = false;
        if (expected !== 'none') known.length = 0;
        expect(state.isOpen).toBe(isOpen);
      }
    }));
  });
});
