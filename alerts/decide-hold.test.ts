import { describe, expect, it } from 'vitest';
import { decideHold } from './decide-hold.ts';
import type { HoldDecision, HoldInput } from './decide-hold.ts';

const RULE: HoldInput['rule'] = { severity: 'warning', escalate: [{ atLeast: 100, severity: 'critical' }], forMs: 600, keepFiringMs: 300 };
const AT: Omit<HoldInput, 'state'> = { rule: RULE, level: 60, overSinceMs: null, pendingSinceMs: null, keptSinceMs: null, open: null, cause: 'item', nowMs: 10_000 };
const OPEN = { severity: 'warning', escalatedAt: 0 } as const;

describe('a rule that must hold and that is kept', () => {
  it.each<[string, Partial<HoldInput> & Pick<HoldInput, 'state'>, HoldDecision]>([
    ['waits from the item on that makes it fire', { state: 'fires' }, { action: 'wait', reason: 'must-hold-first' }],
    ['does not wait because of an item that is too late', { state: 'fires', cause: 'too-late-item' }, { action: 'none', reason: 'item-too-late' }],
    ['goes on waiting', { state: 'fires', pendingSinceMs: 9_401, cause: 'time' }, { action: 'none', reason: 'still-waiting' }],
    ['opens when it has fired for so long', { state: 'fires', pendingSinceMs: 9_400, cause: 'time' }, { action: 'open', reason: 'held-long-enough', severity: 'warning' }],
    ['forgets that it waits when it does not fire any more', { state: 'holds', pendingSinceMs: 9_900, cause: 'time' }, { action: 'forget', reason: 'did-not-hold' }],
    ['opens at once where nothing is to be waited for', { state: 'fires', rule: { ...RULE, forMs: 0 } }, { action: 'open', reason: 'fires', severity: 'warning' }],
    ['does nothing between its two counts', { state: 'holds' }, { action: 'none', reason: 'does-not-fire' }],
    ['is kept open from its end on', { state: 'over', open: OPEN, overSinceMs: 9_900, cause: 'time' }, { action: 'keep', reason: 'keeps-firing-for', sinceMs: 9_900 }],
    ['is kept from now on where its end is not known', { state: 'over', open: OPEN, cause: 'time' }, { action: 'keep', reason: 'keeps-firing-for', sinceMs: 10_000 }],
    ['is still kept', { state: 'over', open: OPEN, keptSinceMs: 9_701, cause: 'time' }, { action: 'none', reason: 'still-kept' }],
    ['ends when it was kept for so long', { state: 'over', open: OPEN, keptSinceMs: 9_700, cause: 'time' }, { action: 'resolve', reason: 'over' }],
    ['goes on when it holds again', { state: 'holds', open: OPEN, keptSinceMs: 9_900 }, { action: 'go-on', reason: 'no-longer-over' }],
    ['ends at once where it is not to be kept', { state: 'over', open: OPEN, rule: { ...RULE, keepFiringMs: 0 }, cause: 'time' }, { action: 'resolve', reason: 'over' }],
    ['escalates on the level', { state: 'fires', open: OPEN, level: 100 }, { action: 'escalate', reason: 'reached-level', from: 'warning', level: RULE.escalate[0]! }],
    ['does not escalate on an item that is too late', { state: 'fires', open: OPEN, level: 100, cause: 'too-late-item' }, { action: 'none', reason: 'item-too-late' }],
    ['escalates a level once', { state: 'fires', open: { severity: 'critical', escalatedAt: 100 }, level: 130 }, { action: 'none', reason: 'already-open' }],
  ])('%s', (_, input, expected) => {
    expect(decideHold({ ...AT, ...input })).toEqual(expected);
  });
});
