import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../core/alert.ts';
import type { LogEntry, ScoredEntry } from '../../core/frame.ts';
import { decodeState, encodeState } from './encode-state.ts';
import { queryCounts } from './query-counts.ts';
import { LogScript, MINUTE_MS, START_MS } from './testing/entries.ts';
import { CATEGORIES, HORIZON_MS, LATENESS_MAX_MS, begin, moment, plain, rules, run, scriptOf, sorted } from './testing/moments.ts';
import { Oracle } from './testing/oracle.ts';
import type { PlainEvent } from './testing/oracle.ts';

describe('the counter', () => {
  it('counts and decides as going through every item would: shuffled, late, repeated, at equal times and on every edge', () => {
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 40 }), rules, (moments, ruleSet) => {
        const log = new LogScript();
        const state = begin(ruleSet, log);
        const oracle = new Oracle(ruleSet, LATENESS_MAX_MS, HORIZON_MS);
        oracle.nowMs = state.nowMs;
        const entries = scriptOf(moments, log);
        const { events, rows } = run(state, entries);
        entries.forEach((entry) => oracle.feed(entry));
        expect(sorted(events.map(plain))).toEqual(sorted(oracle.events));
        expect(rows).toEqual(oracle.rows);
        const windowMs = ruleSet[0]!.windowMs;
        const answer = queryCounts(state, { workspace: 'shop', groupBy: ['category'], where: 'complaint', windowMs });
        for (const category of CATEGORIES) {
          const inside = oracle.inside({ where: 'complaint', groupBy: ['category'], windowMs }, category, oracle.nowMs);
          const group = answer.groups.find(({ key }) => key['category'] === category);
          expect(group?.count ?? 0).toBe(inside.length);
          if (group !== undefined) expect(group.nextExpiryAtMs).toBe(inside[0]! + windowMs);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('goes on from a snapshot at any point as if there had been none', () => {
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 30 }), rules, fc.nat(), (moments, ruleSet, cut) => {
        const entries = scriptOf(moments);
        const at = entries.length === 0 ? 0 : cut % entries.length;
        const shift = entries.map((entry) => ({ ...entry, sequence: entry.sequence + 1 }));
        const straight = begin(ruleSet, new LogScript());
        const broken = begin(ruleSet, new LogScript());
        const expected = run(straight, shift);
        const before = run(broken, shift.slice(0, at));
        const restored = decodeState(encodeState(broken));
        const after = run(restored, shift.slice(at));
        expect({ events: [...before.events, ...after.events], rows: [...before.rows, ...after.rows] }).toEqual(expected);
        expect(Buffer.compare(encodeState(restored), encodeState(straight))).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('gives the same alerts however the same items are split into frames', () => {
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 30 }), rules, fc.integer({ min: 1, max: 5 }), (moments, ruleSet, size) => {
        const whole = new LogScript();
        const split = new LogScript();
        const expected = run(begin(ruleSet, whole), scriptOf(moments, whole));
        const found = run(begin(ruleSet, split), scriptOf(moments, split, size));
        expect(found.events.map(plain)).toEqual(expected.events.map(plain));
        expect(found.rows).toEqual(expected.rows);
      }),
      { numRuns: 200 },
    );
  });

  it('opens and escalates the same alerts however often time is told; ticks change only when an end is noticed', () => {
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 30 }), rules, fc.array(fc.nat(5 * MINUTE_MS), { maxLength: 20 }), (moments, ruleSet, ticks) => {
        const ofEntries = scriptOf(moments);
        const firstMs = ofEntries[0]?.timeMs ?? START_MS;
        const extra = ticks.map((afterMs) => ({ sequence: 0, timeMs: firstMs + afterMs, value: { kind: 'tick' as const } }));
        const mixed = [...ofEntries, ...extra].map((entry, index) => ({ entry, index }));
        // A log's time may go back: an extra tick comes before the first entry that is later than it.
        const order = mixed.sort((a, b) => reached(ofEntries, a) - reached(ofEntries, b) || a.index - b.index).map(({ entry }) => entry);
        const last = { sequence: 0, timeMs: Math.max(START_MS, ...order.map(({ timeMs }) => timeMs)) + 60 * MINUTE_MS, value: { kind: 'tick' as const } };
        const numbered = (entries: LogEntry<ScoredEntry>[]): LogEntry<ScoredEntry>[] => [...entries, last].map((entry, index) => ({ ...entry, sequence: index + 2 }));
        const noticed = (events: AlertEvent[]): PlainEvent[] =>
          events.map(plain).map((event) => (event.kind === 'resolved' ? { ...event, atMs: 0, count: 0, firstItemAtMs: null, lastItemAtMs: null } : event));
        const expected = run(begin(ruleSet, new LogScript()), numbered(ofEntries));
        const found = run(begin(ruleSet, new LogScript()), numbered(order));
        expect(sorted(noticed(found.events))).toEqual(sorted(noticed(expected.events)));
      }),
      { numRuns: 200 },
    );
  });
});

/** Where in the log an entry stands: an entry of the script at its own place, a tick before the first one that is later. */
function reached(script: readonly LogEntry<ScoredEntry>[], { entry, index }: { entry: LogEntry<ScoredEntry>; index: number }): number {
  if (index < script.length) return index;
  const before = script.findIndex(({ timeMs }) => timeMs > entry.timeMs);
  return before < 0 ? script.length : before - 0.5;
}
