import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowance, decideBudget, nextDigestMs } from './decide-budget.ts';
import type { BudgetPolicy, MessageClass } from './decide-budget.ts';
import { PUBLISHED_RATES, ratesOf } from './published-rates.ts';

const MINUTE_MS = 60_000;
const ROBOT: BudgetPolicy = { limits: PUBLISHED_RATES.dingtalk, digestEveryMs: 30_000, alwaysDigest: [] };
const sent = (count: number, atMs = 1_000): number[] => Array.from({ length: count }, () => atMs);

describe('a budget of 20 a minute', () => {
  it.each([
    ['notice', 9, 'send'], ['notice', 10, 'digest'], ['resolved', 10, 'digest'], ['warning', 14, 'send'], ['warning', 15, 'digest'],
    ['critical', 18, 'send'], ['critical', 19, 'wait'], ['digest', 19, 'send'], ['digest', 20, 'wait'],
  ] as const)('lets a %s after %i messages %s', (message, count, action) => {
    expect(decideBudget(sent(count), message, ROBOT, 2_000).action).toBe(action);
  });

  it('is free again when the oldest message is a minute old, whatever minute the clock shows', () => {
    expect(decideBudget(sent(20, 59_999), 'digest', ROBOT, 60_001)).toEqual({ action: 'wait', reason: 'rate-limit', untilMs: 119_999 });
    expect(decideBudget(sent(20, 59_999), 'digest', ROBOT, 119_999).action).toBe('send');
  });

  it('puts off what it cannot send to the next digest, at the same time for all', () => {
    expect(decideBudget(sent(15), 'warning', ROBOT, 44_000)).toEqual({ action: 'digest', reason: 'over-budget', untilMs: 60_000 });
    expect(nextDigestMs(60_000, 30_000)).toBe(90_000);
  });

  it('lets mild pages wait where the kind has no digests', () => {
    expect(decideBudget(sent(15), 'warning', { ...ROBOT, digestEveryMs: null }, 2_000)).toEqual({ action: 'wait', reason: 'rate-limit', untilMs: 61_000 });
  });

  it('always gathers what a channel wants gathered', () => {
    expect(decideBudget([], 'notice', { ...ROBOT, alwaysDigest: ['notice'] }, 1)).toEqual({ action: 'digest', reason: 'always-digest', untilMs: 30_000 });
  });
});

describe('limits by the second', () => {
  it('make a message wait its turn and never gather it', () => {
    const slack: BudgetPolicy = { limits: PUBLISHED_RATES.slack, digestEveryMs: 30_000, alwaysDigest: [] };
    expect(decideBudget([500], 'notice', slack, 600)).toEqual({ action: 'wait', reason: 'rate-limit', untilMs: 1_500 });
  });

  it('stay beside a limit of the channel\'s own', () => {
    expect(ratesOf('feishu', 30)).toEqual([{ max: 5, perMs: 1_000 }, { max: 30, perMs: MINUTE_MS }]);
    expect(ratesOf('email', undefined)).toEqual([]);
    expect(allowance('critical', { max: 1, perMs: 1_000 })).toBe(1);
  });
});

describe('whatever comes', () => {
  const classes: MessageClass[] = ['critical', 'warning', 'notice', 'resolved', 'digest'];
  const arrivals = fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 4_000 }), message: fc.constantFrom(...classes) }), { maxLength: 200 });

  it('no span of a limit\'s length holds more messages than it allows, and the worst is held back last', () => {
    fc.assert(fc.property(arrivals, fc.constantFrom(...(['dingtalk', 'feishu', 'telegram'] as const)), (all, kind) => {
      const policy: BudgetPolicy = { limits: PUBLISHED_RATES[kind], digestEveryMs: 30_000, alwaysDigest: [] };
      const sentAtMs: number[] = [];
      let nowMs = 0;
      for (const { afterMs, message } of all) {
        nowMs += afterMs;
        const decision = decideBudget(sentAtMs, message, policy, nowMs);
        if (decision.action !== 'send') {
          expect(decision.untilMs).toBeGreaterThan(nowMs);
          if (message === 'critical') expect(decideBudget(sentAtMs, 'warning', policy, nowMs).action).not.toBe('send');
          continue;
        }
        sentAtMs.push(nowMs);
        for (const { max, perMs } of policy.limits) expect(sentAtMs.filter((atMs) => atMs > nowMs - perMs).length).toBeLessThanOrEqual(max);
      }
    }));
  });
});
