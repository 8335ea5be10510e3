import { describe, expect, it } from 'vitest';
import { decideThreshold } from './decide-threshold.ts';
import type { ThresholdInput } from './decide-threshold.ts';

const RULE: ThresholdInput['rule'] = {
  fireAt: 50,
  resolveBelow: 40,
  severity: 'warning',
  escalate: [{ atLeast: 100, severity: 'critical' }, { atLeast: 200, severity: 'critical' }],
};
const ITEM = { kind: 'item', lateness: 'in-time', pastCount: 0 } as const;
const TIME = { kind: 'time' } as const;
const OPEN = { severity: 'warning', escalatedAt: 0 } as const;

describe('a threshold', () => {
  it.each<[string, Omit<ThresholdInput, 'rule'>, ReturnType<typeof decideThreshold>]>([
    ['does not open on the 49th', { count: 49, open: null, cause: ITEM }, { action: 'none', reason: 'below-fire-at' }],
    ['opens on the 50th', { count: 50, open: null, cause: ITEM }, { action: 'open', reason: 'reached-now', severity: 'warning', late: false }],
    ['does not open twice', { count: 51, open: OPEN, cause: ITEM }, { action: 'none', reason: 'already-open' }],
    ['escalates on the level', { count: 100, open: OPEN, cause: ITEM }, { action: 'escalate', reason: 'reached-level', from: 'warning', level: RULE.escalate[0]! }],
    ['escalates to the highest level reached', { count: 230, open: OPEN, cause: ITEM }, { action: 'escalate', reason: 'reached-level', from: 'warning', level: RULE.escalate[1]! }],
    ['escalates once a level', { count: 130, open: { severity: 'critical', escalatedAt: 100 }, cause: ITEM }, { action: 'none', reason: 'already-open' }],
    ['stays open between its two counts', { count: 40, open: OPEN, cause: TIME }, { action: 'none', reason: 'still-above' }],
    ['resolves below the lower one', { count: 39, open: OPEN, cause: TIME }, { action: 'resolve', reason: 'below-threshold' }],
    ['does not resolve because of an item', { count: 39, open: OPEN, cause: ITEM }, { action: 'none', reason: 'already-open' }],
    ['does not open because time passed', { count: 70, open: null, cause: TIME }, { action: 'none', reason: 'only-items-open' }],
    ['opens late for a window that has ended', { count: 3, open: null, cause: { ...ITEM, pastCount: 50 } }, { action: 'open', reason: 'reached-in-the-past', severity: 'warning', late: true }],
    ['is not late where the count is reached now as well', { count: 50, open: null, cause: { ...ITEM, pastCount: 60 } }, { action: 'open', reason: 'reached-now', severity: 'warning', late: false }],
    ['ignores an item that is too late', { count: 80, open: null, cause: { ...ITEM, lateness: 'too-late' } }, { action: 'none', reason: 'item-too-late' }],
    ['does not escalate on an item that is too late', { count: 100, open: OPEN, cause: { ...ITEM, lateness: 'too-late' } }, { action: 'none', reason: 'item-too-late' }],
  ])('%s', (_, input, expected) => {
    expect(decideThreshold({ rule: RULE, ...input })).toEqual(expected);
  });
});
