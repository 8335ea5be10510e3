import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogEntry, ScoredEntry } from '../../core/frame.ts';
import type { Rule } from '../../core/rule.ts';
import { decodeState, encodeState } from './encode-state.ts';
import { step } from './step.ts';
import { LogScript, MINUTE_MS, START_MS, makeItem, makeRule } from './testing/entries.ts';
import { HORIZON_MS, LATENESS_MAX_MS, begin, moment, plain, rule, run, scriptOf, sorted } from './testing/moments.ts';
import { Oracle } from './testing/oracle.ts';

/** By category, as boards group: its items are held whatever the rules are, so that none is missing after a change. */
const byCategory = fc.array(fc.record({ rule: rule.map((one) => ({ ...one, groupBy: ['category'] as Rule['groupBy'] })), id: fc.nat(2) }), { minLength: 1, maxLength: 3 }).map((all): Rule[] => {
  const rules = new Map(all.map(({ rule: one, id }) => [id, { ...one, id: `rule-${id}` }]));
  return [...rules.values()];
});
const parts = fc.array(fc.record({ moments: fc.array(moment, { maxLength: 15 }), rules: byCategory }), { minLength: 1, maxLength: 4 });

/** Each part's rules come, one millisecond of the log after the last entry, when its moments are over. */
function script(all: readonly { moments: Parameters<typeof scriptOf>[0]; rules: Rule[] }[]): LogEntry<ScoredEntry>[] {
  const entries: LogEntry<ScoredEntry>[] = [];
  let shiftMs = 0;
  let raw = 0;
  for (const { moments, rules } of all) {
    const part = scriptOf(moments);
    const fromMs = shiftMs;
    let lastMs = START_MS + fromMs;
    let rawOfPart = 0;
    for (const { timeMs, value } of part) {
      lastMs = Math.max(lastMs, timeMs + fromMs);
      if (value.kind !== 'scored') entries.push({ sequence: 0, timeMs: timeMs + fromMs, value });
      else {
        rawOfPart = value.rawSequence;
        const items = value.items.map(({ item, score }) => ({ item: { ...item, createdAtMs: item.createdAtMs + fromMs }, score }));
        entries.push({ sequence: 0, timeMs: timeMs + fromMs, value: { ...value, rawSequence: raw + value.rawSequence, items } });
      }
    }
    raw += rawOfPart;
    shiftMs = lastMs + 1 - START_MS;
    entries.push({ sequence: 0, timeMs: lastMs + 1, value: { kind: 'rules', rules } });
  }
  return entries.map((entry, index) => ({ ...entry, sequence: index + 2 }));
}

describe('rules that come, change and go', () => {
  it('count and decide as going through every item would, with late, repeated and equal-time items around the change', () => {
    fc.assert(
      fc.property(byCategory, parts, (first, all) => {
        const state = begin(first, new LogScript());
        const oracle = new Oracle(first, LATENESS_MAX_MS, HORIZON_MS);
        oracle.nowMs = state.nowMs;
        for (const entry of script(all)) {
          const told = oracle.events.length;
          oracle.feed(entry);
          expect(sorted(step(state, entry).events.map(plain)), JSON.stringify(entry.value.kind)).toEqual(sorted(oracle.events.slice(told)));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('go on from a snapshot at any point as if there had been none', () => {
    fc.assert(
      fc.property(byCategory, parts, fc.nat(), (first, all, cut) => {
        const entries = script(all);
        const at = cut % entries.length;
        const straight = begin(first, new LogScript());
        const broken = begin(first, new LogScript());
        const expected = run(straight, entries);
        const before = run(broken, entries.slice(0, at));
        const restored = decodeState(encodeState(broken));
        const after = run(restored, entries.slice(at));
        expect({ events: [...before.events, ...after.events], rows: [...before.rows, ...after.rows] }).toEqual(expected);
        expect(Buffer.compare(encodeState(restored), encodeState(straight))).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('count what a longer window holds into the highest count of an open alert', () => {
    const log = new LogScript();
    const state = begin([], log);
    const of = (windowMs: number): Rule[] => [makeRule({ groupBy: ['category'], windowMs, fireAt: 1, resolveBelow: 1 })];
    const told = [
      log.frame(START_MS, [makeItem({ createdAtMs: START_MS - MINUTE_MS + 1 }), makeItem({ createdAtMs: START_MS })]),
      log.rules(START_MS + 1, of(MINUTE_MS)), log.rules(START_MS + 2, of(3 * MINUTE_MS)), log.rules(START_MS + 3, []),
    ].flatMap((entry) => step(state, entry).events);
    expect(told.map(({ kind, count }) => [kind, count])).toEqual([['opened', 1], ['resolved', 2]]);
    expect(told[1]).toMatchObject({ reason: 'rule-removed', peak: 2 });
  });
});
