import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../../core/alert.ts';
import type { LogEntry, ScoredEntry } from '../../../core/frame.ts';
import type { ThresholdRule } from '../../../core/rule.ts';
import { decodeState, encodeState } from '../encode-state.ts';
import { createState } from '../state.ts';
import type { CounterState } from '../state.ts';
import { step } from '../step.ts';
import { LogScript, MINUTE_MS, START_MS, makeItem, makeRule } from '../testing/entries.ts';
import { HoldOracle } from './testing/hold-oracle.ts';

const LATENESS_MAX_MS = 4 * MINUTE_MS;

const item = fc.record({
  ageMs: fc.oneof({ weight: 5, arbitrary: fc.nat(2_000) }, { weight: 2, arbitrary: fc.nat(3 * MINUTE_MS) }, { weight: 1, arbitrary: fc.constantFrom(0, MINUTE_MS, LATENESS_MAX_MS, LATENESS_MAX_MS + 1, 10 * MINUTE_MS) }),
  complaint: fc.boolean(),
  customer: fc.constantFrom('', 'a', 'b', 'c', 'd', 'e'),
  probability: fc.constantFrom(0, 0.5, 0.9, 1),
  category: fc.constantFrom('logistics', 'other'),
});
const moment = fc.record({ afterMs: fc.oneof(fc.nat(3_000), fc.nat(40_000), fc.constantFrom(0, MINUTE_MS, 10 * MINUTE_MS)), items: fc.array(item, { maxLength: 6 }) });
const moments = fc.array(moment, { maxLength: 40 });
type Moment = typeof moment extends fc.Arbitrary<infer T> ? T : never;

const rule = fc
  .record({
    of: fc.constantFrom<('items' | 'customers' | 'probability')[]>('items', 'customers', 'probability'),
    windowMs: fc.constantFrom(MINUTE_MS, 90_000, 3 * MINUTE_MS),
    fireAt: fc.integer({ min: 1, max: 5 }),
    gap: fc.nat(3),
    levels: fc.nat(2),
    forMs: fc.constantFrom(undefined, 1_000, 20_000, MINUTE_MS),
    keepFiringMs: fc.constantFrom(undefined, 1_000, 45_000),
  })
  .map(({ of, fireAt, gap, levels, forMs, keepFiringMs, windowMs }): ThresholdRule => makeRule({
    windowMs, fireAt, resolveBelow: Math.max(1, fireAt - gap),
    escalate: Array.from({ length: levels }, (_, index) => ({ atLeast: fireAt + index + 1, severity: 'critical' as const })),
    ...(of === 'items' ? { keepFiringMs: keepFiringMs ?? 7_000 } : { of, ...(keepFiringMs === undefined ? {} : { keepFiringMs }) }),
    ...(forMs === undefined ? {} : { forMs }),
  }));

function entriesOf(all: readonly Moment[], chunk = Infinity): LogEntry<ScoredEntry>[] {
  const log = new LogScript();
  log.rules(START_MS - 1, []);
  let nowMs = START_MS;
  return all.flatMap(({ afterMs, items }) => {
    nowMs += afterMs;
    const scored = items.map(({ ageMs, complaint, customer, probability, category }) => makeItem({
      createdAtMs: nowMs - ageMs, ...(customer === '' ? {} : { customer: { id: customer } }),
      score: { complaint, complaintProbability: probability, categories: [{ id: category, probability: 0.9, decidedBy: 'model' }] },
    }));
    if (scored.length === 0) return [log.tick(nowMs)];
    const frames: LogEntry<ScoredEntry>[] = [];
    for (let from = 0; from < scored.length; from += chunk) frames.push(log.frame(nowMs, scored.slice(from, from + chunk)));
    return frames;
  });
}

function begin(one: ThresholdRule): CounterState {
  const state = createState({ latenessMaxMs: LATENESS_MAX_MS });
  step(state, new LogScript().rules(START_MS - 1, [one]));
  return state;
}

function run(state: CounterState, entries: readonly LogEntry<ScoredEntry>[]): AlertEvent[] {
  return entries.flatMap((entry) => step(state, entry).events);
}

const plain = ({ kind, group, count, atMs }: AlertEvent): string => `${kind} ${group['category']} ${count} @${atMs}`;

describe('a threshold that must hold, that is kept, or that counts customers or probabilities', () => {
  it('decides as going through every item would', () => {
    fc.assert(fc.property(moments, rule, (all, one) => {
      const entries = entriesOf(all);
      const oracle = new HoldOracle(one, LATENESS_MAX_MS);
      entries.forEach((entry) => oracle.feed(entry));
      // Ends that come at one instant may be told in any order.
      expect(run(begin(one), entries).map(plain).sort()).toEqual([...oracle.told].sort());
    }), { numRuns: 200 });
  });

  it('goes on from a snapshot at any point as if there had been none, and does not depend on frames', () => {
    fc.assert(fc.property(moments, rule, fc.nat(), fc.integer({ min: 1, max: 3 }), (all, one, cut, chunk) => {
      const entries = entriesOf(all);
      const straight = begin(one);
      const expected = run(straight, entries);
      const at = cut % (entries.length + 1);
      const broken = begin(one);
      const before = run(broken, entries.slice(0, at));
      const restored = decodeState(encodeState(broken));
      expect([...before, ...run(restored, entries.slice(at))]).toEqual(expected);
      expect(Buffer.compare(encodeState(restored), encodeState(straight))).toBe(0);
      expect(run(begin(one), entriesOf(all, chunk)).map(plain)).toEqual(expected.map(plain));
    }), { numRuns: 100 });
  });
});
