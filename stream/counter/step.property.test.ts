import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../core/alert.ts';
import type { LogEntry, ScoredEntry, ScoredItem } from '../../core/frame.ts';
import type { Rule, ThresholdRule } from '../../core/rule.ts';
import { completeConfig } from '../duplicates/config.ts';
import { decodeState, encodeState } from './encode-state.ts';
import { queryCounts } from './query-counts.ts';
import { createState } from './state.ts';
import type { CounterState } from './state.ts';
import { step } from './step.ts';
import { LogScript, MINUTE_MS, START_MS, makeItem, makeRule } from './testing/entries.ts';
import { ORACLE_WHERES, Oracle } from './testing/oracle.ts';
import type { PlainEvent } from './testing/oracle.ts';

const LATENESS_MAX_MS = 4 * MINUTE_MS;
const HORIZON_MS = 20 * MINUTE_MS;
/** Each says much, and none is like another. */
const TEXTS = ['等了十天包裹还没有送到我手里', '客服电话一直打不通也没有人回', '屏幕刚拆封就有三道很深的划痕', '安装师傅约了两次都临时不来了', '退款申请提交以后没有任何动静', '说明书上写的功能根本就找不到'];
const DUPLICATES = completeConfig({ horizonMs: HORIZON_MS, shortHorizonMs: MINUTE_MS, campaignCustomers: 3 });
const CATEGORIES = ['logistics', 'other', 'account.login'];

/** Entries before they have sequences: frames of items with their age, and ticks. */
interface Moment {
  afterMs: number;
  items: { ageMs: number; id: number | null; complaint: boolean; channel: 'app' | 'web'; categories: string[]; text: number; customer: number | null }[];
  repeatFrame: boolean;
}

const ageMs = fc.oneof(
  { weight: 5, arbitrary: fc.nat(2_000) },
  { weight: 2, arbitrary: fc.nat(3 * MINUTE_MS) },
  { weight: 1, arbitrary: fc.constantFrom(0, MINUTE_MS - 1, MINUTE_MS, MINUTE_MS + 1, LATENESS_MAX_MS, LATENESS_MAX_MS + 1, 30 * MINUTE_MS, -5_000, START_MS + 1) },
);
const item = fc.record({
  ageMs,
  id: fc.option(fc.nat(60), { freq: 2 }),
  complaint: fc.boolean(),
  channel: fc.constantFrom('app' as const, 'web' as const),
  categories: fc.array(fc.constantFrom(...CATEGORIES), { minLength: 1, maxLength: 3 }),
  text: fc.nat(TEXTS.length - 1),
  customer: fc.option(fc.nat(9), { freq: 3 }),
});
const moment: fc.Arbitrary<Moment> = fc.record({
  afterMs: fc.oneof(fc.nat(3_000), fc.nat(40_000), fc.constantFrom(0, MINUTE_MS, 10 * MINUTE_MS, -60 * MINUTE_MS)),
  items: fc.array(item, { maxLength: 8 }),
  repeatFrame: fc.boolean(),
});
const rule = fc
  .record({
    where: fc.constantFrom('complaint', ...ORACLE_WHERES),
    groupBy: fc.constantFrom<Rule['groupBy'][]>(['category'], ['category'], []),
    windowMs: fc.constantFrom(MINUTE_MS, 90_000, 3 * MINUTE_MS),
    fireAt: fc.integer({ min: 1, max: 7 }),
    gap: fc.nat(4),
    escalateBy: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
  })
  .map(({ where, groupBy, windowMs, fireAt, gap, escalateBy }): Omit<ThresholdRule, 'id'> => {
    const levels = escalateBy.map((_, index) => fireAt + escalateBy.slice(0, index + 1).reduce((a, b) => a + b, 0));
    const { where: _, ...base } = makeRule();
    return { ...base, ...(where === '' ? {} : { where }), groupBy, windowMs, fireAt, resolveBelow: Math.max(1, fireAt - gap), escalate: levels.map((atLeast) => ({ atLeast, severity: 'critical' })) };
  });
const rules = fc.array(rule, { minLength: 1, maxLength: 3 }).map((all) => all.map((one, index): Rule => ({ ...one, id: `rule-${index}` })));

function scriptOf(moments: readonly Moment[], log = new LogScript(), chunk = Infinity): LogEntry<ScoredEntry>[] {
  const entries: LogEntry<ScoredEntry>[] = [];
  let nowMs = START_MS;
  let raw = 0;
  for (const [at, { afterMs, items, repeatFrame }] of moments.entries()) {
    nowMs += afterMs;
    const scored = items.map(({ ageMs: age, id, complaint, channel, categories, text, customer }, index): ScoredItem =>
      makeItem({
        id: id === null ? `made-${at}-${index}` : `id-${id}`,
        idGiven: id !== null,
        createdAtMs: nowMs - age,
        channel,
        text: TEXTS[text]!,
        ...(customer === null ? {} : { customer: { id: `c${customer}` } }),
        score: { complaint, categories: categories.map((category) => ({ id: category, probability: 0.9, decidedBy: 'model' })) },
      }),
    );
    if (scored.length === 0) entries.push(log.tick(nowMs));
    for (let from = 0; from < scored.length; from += chunk) {
      raw++;
      const part = scored.slice(from, from + chunk);
      entries.push(log.frame(nowMs, part, raw));
      if (repeatFrame) entries.push(log.frame(nowMs, part, raw));
    }
  }
  return entries;
}

function plain(event: AlertEvent): PlainEvent {
  const { kind, ruleId, severity, count, atMs, firstItemAtMs, lastItemAtMs } = event;
  const base = { kind, ruleId, group: event.group['category'] ?? 'all', severity, count, atMs, firstItemAtMs, lastItemAtMs };
  switch (event.kind) {
    case 'opened':
      return { ...base, late: event.late, endsAtMs: event.endsAtMs! };
    case 'escalated':
      return { ...base, endsAtMs: event.endsAtMs! };
    case 'resolved':
      return { ...base, peak: event.peak, reason: event.reason };
  }
}

function run(state: CounterState, entries: readonly LogEntry<ScoredEntry>[]): { events: AlertEvent[]; rows: string[] } {
  const events: AlertEvent[] = [];
  const rows: string[] = [];
  for (const entry of entries) {
    const result = step(state, entry);
    events.push(...result.events);
    rows.push(...result.rows.map(({ item: { id }, duplicateOf }) => (duplicateOf === undefined ? id : `${id} as ${duplicateOf}`)));
  }
  return { events, rows };
}

function begin(ruleSet: Rule[], log: LogScript): CounterState {
  const state = createState({ latenessMaxMs: LATENESS_MAX_MS, duplicates: DUPLICATES });
  step(state, log.rules(START_MS - 1, ruleSet));
  return state;
}

/** Alerts that end at one instant may be told in any order. */
function sorted(events: readonly PlainEvent[]): PlainEvent[] {
  const key = (event: PlainEvent): string => `${event.ruleId} ${event.group}`;
  return [...events].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

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
