import fc from 'fast-check';
import type { AlertEvent } from '../../../core/alert.ts';
import type { LogEntry, ScoredEntry, ScoredItem } from '../../../core/frame.ts';
import type { Rule, ThresholdRule } from '../../../core/rule.ts';
import { completeConfig } from '../../duplicates/config.ts';
import { createState } from '../state.ts';
import type { CounterState } from '../state.ts';
import { step } from '../step.ts';
import { LogScript, MINUTE_MS, START_MS, makeItem, makeRule } from './entries.ts';
import { ORACLE_WHERES } from './oracle.ts';
import type { PlainEvent } from './oracle.ts';

export const LATENESS_MAX_MS = 4 * MINUTE_MS;
export const HORIZON_MS = 20 * MINUTE_MS;
/** Each says much, and none is like another. */
const TEXTS = ['等了十天包裹还没有送到我手里', '客服电话一直打不通也没有人回', '屏幕刚拆封就有三道很深的划痕', '安装师傅约了两次都临时不来了', '退款申请提交以后没有任何动静', '说明书上写的功能根本就找不到'];
const DUPLICATES = completeConfig({ horizonMs: HORIZON_MS, shortHorizonMs: MINUTE_MS, campaignCustomers: 3 });
export const CATEGORIES = ['logistics', 'other', 'account.login'];

/** Entries before they have sequences: frames of items with their age, and ticks. */
export interface Moment {
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
export const moment: fc.Arbitrary<Moment> = fc.record({
  afterMs: fc.oneof(fc.nat(3_000), fc.nat(40_000), fc.constantFrom(0, MINUTE_MS, 10 * MINUTE_MS, -60 * MINUTE_MS)),
  items: fc.array(item, { maxLength: 8 }),
  repeatFrame: fc.boolean(),
});
export const rule = fc
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
export const rules = fc.array(rule, { minLength: 1, maxLength: 3 }).map((all) => all.map((one, index): Rule => ({ ...one, id: `rule-${index}` })));

export function scriptOf(moments: readonly Moment[], log = new LogScript(), chunk = Infinity): LogEntry<ScoredEntry>[] {
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

export function plain(event: AlertEvent): PlainEvent {
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

export function run(state: CounterState, entries: readonly LogEntry<ScoredEntry>[]): { events: AlertEvent[]; rows: string[] } {
  const events: AlertEvent[] = [];
  const rows: string[] = [];
  for (const entry of entries) {
    const result = step(state, entry);
    events.push(...result.events);
    rows.push(...result.rows.map(({ item: { id }, duplicateOf }) => (duplicateOf === undefined ? id : `${id} as ${duplicateOf}`)));
  }
  return { events, rows };
}

export function begin(ruleSet: Rule[], log: LogScript): CounterState {
  const state = createState({ latenessMaxMs: LATENESS_MAX_MS, duplicates: DUPLICATES });
  step(state, log.rules(START_MS - 1, ruleSet));
  return state;
}

/** Alerts that end at one instant may be told in any order. */
export function sorted(events: readonly PlainEvent[]): PlainEvent[] {
  const key = (event: PlainEvent): string => `${event.ruleId} ${event.group}`;
  return [...events].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
