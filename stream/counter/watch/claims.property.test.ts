import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRule } from '../../../alerts/rules/parse-rule.ts';
import type { AlertEvent } from '../../../core/alert.ts';
import type { LogEntry, ScoredEntry } from '../../../core/frame.ts';
import type { Rule, SpikeRule } from '../../../core/rule.ts';
import type { StoredItem } from '../../../core/stored-item.ts';
import { openAlerts } from '../board-counts.ts';
import { decodeState, encodeState } from '../encode-state.ts';
import { createState } from '../state.ts';
import { step } from '../step.ts';
import { HOUR_MS, LogScript, MINUTE_MS, START_MS, makeItem } from '../testing/entries.ts';
import { claimFault } from './testing/claim-fault.ts';
import { naiveBaseline, naiveItems, naiveSpikeLimit } from './testing/naive-reading.ts';

const DAY_MS = 24 * HOUR_MS;
const CHANNELS = ['app', 'web'] as const;
const WORDS = ['漏液', '起火', '没到'] as const;

const write = (id: string, rest: Record<string, unknown>): Rule => parseRule({ id, title: { zh: '标题', en: 'Title' }, ...rest });
const spikeRule = fc.record({ method: fc.constantFrom('poisson', 'robust-z'), sensitivity: fc.constantFrom(1, 2, 4), days: fc.constantFrom(3, 5), times: fc.constantFrom(1, 2), atLeast: fc.integer({ min: 1, max: 4 }) })
  .map(({ days, ...rest }) => write('surge', { kind: 'spike', where: 'complaint', groupBy: ['channel'], window: '1h', against: `${days} days`, calendar: 'none', ...rest }) as SpikeRule);
const OTHERS = [
  write('many', { kind: 'threshold', where: 'complaint', groupBy: ['category'], window: '2h', atLeast: 4 }),
  write('held', { kind: 'threshold', groupBy: ['channel'], window: '1h', atLeast: 3, for: '10m', keepFiringFor: '30m' }),
  write('people', { kind: 'threshold', of: 'customers', groupBy: ['channel'], window: '3h', atLeast: 3 }),
  write('sum', { kind: 'threshold', of: 'probability', window: '3h', atLeast: 3 }),
  write('part', { kind: 'share', where: 'complaint', groupBy: ['category', 'channel'], window: '2h', atLeast: '50%', minVolume: 4, minCount: 2 }),
  write('silent', { kind: 'absence', groupBy: ['channel'], window: '1h', learn: '3d', normalAtLeast: 1 }),
  write('quiet', { kind: 'absence', groupBy: ['channel'], window: '30m', normal: 5, fewerThan: 2 }),
  write('topic', { kind: 'newTopic', window: '2h', atLeast: 3, times: 2, memory: '1d', terms: 'keywords' }),
  write('fire', { kind: 'severe', where: 'text.contains("起火")', groupBy: ['channel'] }),
  write('both', { kind: 'composite', when: '(part or surge) and not fire', groupBy: [] }),
  write('over', { kind: 'composite', when: 'both or (held and many)', groupBy: [] }),
];

const item = fc.record({
  ageMs: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(10 * MINUTE_MS, HOUR_MS, DAY_MS, DAY_MS + 20 * MINUTE_MS) }),
  channel: fc.constantFrom(...CHANNELS), complaint: fc.boolean(), word: fc.constantFrom(...WORDS), customer: fc.nat(6), category: fc.constantFrom('logistics', 'other'), probability: fc.constantFrom(0.25, 0.5, 1),
});
const moment = fc.record({ afterMs: fc.constantFrom(MINUTE_MS, 20 * MINUTE_MS, HOUR_MS, 23 * HOUR_MS, DAY_MS), items: fc.array(item, { maxLength: 6 }) });
const moments = fc.array(moment, { minLength: 5, maxLength: 50, size: 'max' });

function entryOf(log: LogScript, nowMs: number, items: readonly (typeof item extends fc.Arbitrary<infer T> ? T : never)[]): LogEntry<ScoredEntry> {
  if (items.length === 0) return log.tick(nowMs);
  return log.frame(nowMs, items.map(({ ageMs, channel, complaint, word, customer, category, probability }) => makeItem({
    createdAtMs: nowMs - ageMs, channel, text: `东西${word}了`, customer: { id: `c${customer}` },
    score: { complaint, keywords: [word], complaintProbability: probability, categories: [{ id: category, probability: 0.9, decidedBy: 'model' }] },
  })));
}

describe('an alert of any kind', () => {
  it('opens on what going through every item finds, before and after a snapshot, and a spike opens wherever that finds one', () => {
    const opened = new Set<string>();
    fc.assert(fc.property(moments, spikeRule, fc.nat(49), (all, surge, cut) => {
      const rules = [surge, ...OTHERS];
      const log = new LogScript();
      let state = createState({ awayAfterMs: Infinity, boards: 'none' });
      const rows: StoredItem[] = [];
      const events: AlertEvent[] = [];
      let nowMs = START_MS;
      step(state, log.rules(nowMs, rules));
      all.forEach(({ afterMs, items }, index) => {
        nowMs += afterMs;
        if (index === cut) state = decodeState(encodeState(state));
        const done = step(state, entryOf(log, nowMs, items));
        rows.push(...done.rows);
        events.push(...done.events);
        // Only where no item of this moment has changed a window that was compared already.
        if (items.some(({ ageMs }) => ageMs >= HOUR_MS)) return;
        for (const channel of new Set(items.filter(({ complaint }) => complaint).map((one) => one.channel))) {
          const place = { rows, workspace: 'shop', group: { channel }, nowMs };
          const known = Math.min(surge.against.windows, Math.floor((nowMs - HOUR_MS - START_MS) / DAY_MS));
          if (known < 3) continue;
          const fires = naiveItems(surge, place, nowMs, HOUR_MS).length >= naiveSpikeLimit(surge, naiveBaseline(surge, place, nowMs).slice(0, known));
          if (fires) expect(openAlerts(state, 'shop').some(({ ruleId, group }) => ruleId === 'surge' && group['channel'] === channel), `${channel} at ${nowMs}`).toBe(true);
        }
      });
      for (const event of events) {
        if (event.kind !== 'opened') continue;
        opened.add(event.ruleId);
        expect(claimFault(event, { rules, rows, events }), `${event.ruleId} at ${event.atMs}`).toBeNull();
      }
    }), { numRuns: 150 });
    // The draw is wide enough that every kind has been seen to open.
    expect([...opened].sort()).toEqual(['surge', ...OTHERS.map(({ id }) => id)].sort());
  });
});
