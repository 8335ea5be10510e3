import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../core/alert.ts';
import type { LogEntry, ScoredEntry, ScoredItem } from '../../core/frame.ts';
import type { Rule } from '../../core/rule.ts';
import { OVERFLOW_VALUE } from '../windows/grouping.ts';
import type { CounterConfig } from './config.ts';
import { queryCounts } from './query-counts.ts';
import { createState } from './state.ts';
import type { CounterState } from './state.ts';
import { stateBytes } from './state-bytes.ts';
import { step } from './step.ts';
import type { StepResult } from './step.ts';
import { HOUR_MS, LogScript, MINUTE_MS, START_MS, makeItem, makeRule } from './testing/entries.ts';

/** A counter with its log; each item comes in a frame of its own unless it says otherwise. */
class Run {
  readonly log = new LogScript();
  readonly state: CounterState;
  readonly events: AlertEvent[] = [];
  readonly notices: StepResult['notices'] = [];
  rows = 0;

  constructor(rules: Rule[] = [makeRule()], config: Partial<CounterConfig> = {}) {
    this.state = createState(config);
    this.feed(this.log.rules(START_MS, rules));
  }

  feed(entry: LogEntry<ScoredEntry>): StepResult {
    const result = step(this.state, entry);
    this.events.push(...result.events);
    this.notices.push(...result.notices);
    this.rows += result.rows.length;
    return result;
  }

  items(timeMs: number, items: ScoredItem[], rawSequence?: number): StepResult {
    return this.feed(this.log.frame(timeMs, items, rawSequence));
  }

  /** One complaint, created when it arrives or `ageMs` before. */
  complaint(timeMs: number, over: Parameters<typeof makeItem>[0] & { ageMs?: number } = {}): StepResult {
    const { ageMs = 0, ...rest } = over;
    return this.items(timeMs, [makeItem({ createdAtMs: timeMs - ageMs, ...rest })]);
  }

  complaints(count: number, fromMs: number, everyMs = 1_000): void {
    for (let index = 0; index < count; index++) this.complaint(fromMs + index * everyMs);
  }

  tick(timeMs: number): StepResult {
    return this.feed(this.log.tick(timeMs));
  }

  told(): string[] {
    return this.events.map((event) => `${event.kind} ${event.count}`);
  }
}

describe('a rule that comes when enough is counted already', () => {
  it('opens at once and not with the next item', () => {
    const run = new Run([]);
    run.complaints(60, START_MS);
    run.feed(run.log.rules(START_MS + MINUTE_MS, [makeRule({ windowMs: HOUR_MS, escalate: [{ atLeast: 60, severity: 'critical' }] })]));
    expect(run.told()).toEqual(['opened 60', 'escalated 60']);
    run.feed(run.log.rules(START_MS + 2 * MINUTE_MS, [makeRule({ windowMs: HOUR_MS })]));
    run.complaint(START_MS + 3 * MINUTE_MS);
    expect(run.told()).toHaveLength(2);
  });

  it('opens at once where its counts were lowered', () => {
    const run = new Run([makeRule({ fireAt: 100, resolveBelow: 90 })]);
    run.complaints(60, START_MS);
    expect(run.told()).toEqual([]);
    run.feed(run.log.rules(START_MS + MINUTE_MS, [makeRule()]));
    expect(run.told()).toEqual(['opened 60']);
  });
});

describe('“50 in 24 h”', () => {
  it('opens on the 50th complaint and not before', () => {
    const run = new Run();
    run.complaints(49, START_MS);
    expect(run.events).toEqual([]);
    run.complaint(START_MS + HOUR_MS);
    expect(run.told()).toEqual(['opened 50']);
  });

  it('opens once: 20,000 more open nothing and escalate only the level that there is', () => {
    const run = new Run([makeRule({ escalate: [{ atLeast: 100, severity: 'critical' }] })]);
    run.complaints(50, START_MS);
    for (let index = 0; index < 200; index++) {
      run.items(START_MS + HOUR_MS + index * 1_000, Array.from({ length: 100 }, () => makeItem({ createdAtMs: START_MS + HOUR_MS })));
    }
    expect(run.told()).toEqual(['opened 50', 'escalated 100']);
    expect(run.events.map(({ severity }) => severity)).toEqual(['warning', 'critical']);
  });

  it('counts an item that is exactly 24 h old no more, and one a millisecond younger still', () => {
    const edge = new Run();
    edge.complaint(START_MS);
    edge.complaints(48, START_MS + HOUR_MS);
    edge.complaint(START_MS + 24 * HOUR_MS);
    expect(edge.events).toEqual([]);
    const inside = new Run();
    inside.complaint(START_MS);
    inside.complaints(48, START_MS + HOUR_MS);
    inside.complaint(START_MS + 24 * HOUR_MS - 1);
    expect(inside.told()).toEqual(['opened 50']);
  });

  it('says what the page needs: window, first and last item, three masked quotes, when it will end, whom to notify', () => {
    const run = new Run();
    for (let index = 0; index < 50; index++) run.complaint(START_MS + index * MINUTE_MS, { id: `item-${index}`, text: `第${index}条` });
    expect(run.events[0]).toMatchObject({
      kind: 'opened',
      ruleId: 'burst',
      workspace: 'shop',
      group: { category: 'logistics' },
      count: 50,
      fireAt: 50,
      resolveBelow: 40,
      windowMs: 24 * HOUR_MS,
      firstItemAtMs: START_MS,
      lastItemAtMs: START_MS + 49 * MINUTE_MS,
      atMs: START_MS + 49 * MINUTE_MS,
      // Below 40 when the 11th of the 50 leaves.
      endsAtMs: START_MS + 10 * MINUTE_MS + 24 * HOUR_MS,
      late: false,
      notify: ['on-call'],
      quotes: [49, 48, 47].map((index) => ({ id: `item-${index}`, text: `第${index}条`, channel: 'app', createdAtMs: START_MS + index * MINUTE_MS })),
    });
  });

  it('resolves at the tick that finds it below 40, to the millisecond, and may open again', () => {
    const run = new Run();
    run.complaints(50, START_MS, MINUTE_MS);
    const endsAtMs = START_MS + 10 * MINUTE_MS + 24 * HOUR_MS;
    run.tick(endsAtMs - 1);
    expect(run.told()).toEqual(['opened 50']);
    run.tick(endsAtMs);
    expect(run.told()).toEqual(['opened 50', 'resolved 39']);
    expect(run.events[1]).toMatchObject({ reason: 'below-threshold', openedAtMs: START_MS + 49 * MINUTE_MS, peak: 50, alertId: run.events[0]!.id });
    run.complaints(50, endsAtMs + 30 * HOUR_MS);
    expect(run.told()).toEqual(['opened 50', 'resolved 39', 'opened 50']);
    expect(run.events[2]!.alertId).not.toBe(run.events[0]!.alertId);
  });

  it('does not fire for 30 of one category and 30 of another, nor for two workspaces', () => {
    const run = new Run();
    for (let index = 0; index < 30; index++) {
      run.complaint(START_MS + index, { score: { categories: [{ id: 'logistics', probability: 1, decidedBy: 'model' }] } });
      run.complaint(START_MS + index, { score: { categories: [{ id: 'other', probability: 1, decidedBy: 'model' }] } });
      run.complaint(START_MS + index, { workspace: 'another' });
    }
    expect(run.events).toEqual([]);
  });

  it('counts an item in each of its categories once', () => {
    const run = new Run([makeRule({ fireAt: 2, resolveBelow: 1 })]);
    const categories = ['logistics', 'other', 'logistics'].map((id) => ({ id, probability: 1, decidedBy: 'model' as const }));
    run.complaint(START_MS, { score: { categories } });
    expect(run.events).toEqual([]);
    run.complaint(START_MS + 1, { score: { categories } });
    expect(run.events.map(({ group }) => group)).toEqual([{ category: 'logistics' }, { category: 'other' }]);
  });
});

describe('“more than 50”', () => {
  it('opens on the 51st', () => {
    const run = new Run([makeRule({ fireAt: 51 })]);
    run.complaints(50, START_MS);
    expect(run.events).toEqual([]);
    run.complaint(START_MS + HOUR_MS);
    expect(run.told()).toEqual(['opened 51']);
  });
});

describe('what was counted before', () => {
  it('is dropped whole for a frame of the same raw sequence, and for an entry of the log that comes again', () => {
    const run = new Run();
    const entry = run.log.frame(START_MS, [makeItem(), makeItem()], 7);
    expect(run.feed(entry).rows).toHaveLength(2);
    expect(run.feed(entry).rows).toEqual([]);
    expect(run.items(START_MS + 1, [makeItem(), makeItem()], 7).rows).toEqual([]);
    expect(run.items(START_MS + 2, [makeItem()], 5).rows).toHaveLength(1);
    expect(run.items(START_MS + 3, [makeItem()], 5).rows).toEqual([]);
    expect(run.items(START_MS + 4, [makeItem()], 6).rows).toHaveLength(1);
  });

  it('is dropped for an id that the sender gave, within its workspace and for a week', () => {
    const run = new Run();
    const given = { id: 'order-1', idGiven: true };
    expect(run.complaint(START_MS, given).rows).toHaveLength(1);
    expect(run.complaint(START_MS + 6 * 24 * HOUR_MS, given).rows).toEqual([]);
    expect(run.complaint(START_MS + 6 * 24 * HOUR_MS, { ...given, workspace: 'another' }).rows).toHaveLength(1);
    expect(run.complaint(START_MS + 6 * 24 * HOUR_MS, { id: 'order-1' }).rows).toHaveLength(1);
    expect(run.items(START_MS + 6.5 * 24 * HOUR_MS, [makeItem({ ...given, id: 'order-2' }), makeItem({ ...given, id: 'order-2' })]).rows).toHaveLength(1);
    expect(run.complaint(START_MS + 40 * 24 * HOUR_MS, given).rows).toHaveLength(1);
  });

  it('leaves rows with their place on the log and the time that was counted', () => {
    const run = new Run();
    const given = makeItem({ id: 'x', idGiven: true, createdAtMs: START_MS - 5 });
    run.items(START_MS, [given]);
    const { rows } = run.items(START_MS + 10, [given, makeItem({ id: 'y', createdAtMs: START_MS + HOUR_MS })]);
    expect(rows).toMatchObject([{ sequence: 3, index: 1, model: 'test-1', createdAtMs: START_MS + 10, item: { id: 'y' } }]);
  });
});

describe('late feedback', () => {
  it('that completes a window which has ended opens with late and resolves right away', () => {
    const run = new Run();
    run.complaints(49, START_MS, MINUTE_MS);
    run.tick(START_MS + 40 * HOUR_MS);
    run.complaint(START_MS + 40 * HOUR_MS, { ageMs: 39 * HOUR_MS });
    expect(run.told()).toEqual(['opened 50', 'resolved 0']);
    expect(run.events[0]).toMatchObject({ late: true, firstItemAtMs: START_MS, lastItemAtMs: START_MS + HOUR_MS });
    expect(run.events[1]).toMatchObject({ peak: 50, reason: 'below-threshold' });
    run.complaint(START_MS + 40 * HOUR_MS + 1, { ageMs: 39 * HOUR_MS });
    expect(run.events).toHaveLength(2);
  });

  it('that completes a past window stays open while the count at now has not fallen below the lower one', () => {
    const run = new Run([makeRule({ fireAt: 50, resolveBelow: 40 })]);
    run.complaints(5, START_MS, MINUTE_MS);
    run.complaints(44, START_MS + HOUR_MS, MINUTE_MS);
    run.complaint(START_MS + 24.5 * HOUR_MS, { ageMs: 22 * HOUR_MS });
    expect(run.told()).toEqual(['opened 50']);
    expect(run.events[0]).toMatchObject({ late: true });
    run.tick(START_MS + 26 * HOUR_MS);
    expect(run.told()).toEqual(['opened 50', 'resolved 1']);
  });

  it('later than 48 h is stored and counted, and never opens or escalates', () => {
    const week = makeRule({ windowMs: 7 * 24 * HOUR_MS, fireAt: 3, resolveBelow: 1, escalate: [{ atLeast: 5, severity: 'critical' }] });
    const run = new Run([week]);
    for (let index = 0; index < 6; index++) run.complaint(START_MS + index, { ageMs: 48 * HOUR_MS + 1 });
    expect(run.rows).toBe(6);
    expect(run.events).toEqual([]);
    const counts = queryCounts(run.state, { workspace: 'shop', groupBy: ['category'], where: 'complaint', windowMs: 7 * 24 * HOUR_MS });
    expect(counts.groups).toMatchObject([{ key: { category: 'logistics' }, count: 6 }]);
    run.complaint(START_MS + 10, { ageMs: 48 * HOUR_MS });
    expect(run.told()).toEqual(['opened 7', 'escalated 7']);
  });

  it('of an incident that was paged does not page it again', () => {
    const run = new Run([makeRule({ fireAt: 3, resolveBelow: 2, windowMs: HOUR_MS })]);
    run.complaints(3, START_MS, MINUTE_MS);
    run.tick(START_MS + 2 * HOUR_MS);
    expect(run.told()).toEqual(['opened 3', 'resolved 0']);
    for (let index = 0; index < 9; index++) run.complaint(START_MS + 2 * HOUR_MS + index, { ageMs: 2 * HOUR_MS });
    expect(run.events).toHaveLength(2);
  });
});

describe('time', () => {
  it('never goes back: a log that jumps back an hour changes neither counts nor ends', () => {
    const run = new Run();
    run.complaints(50, START_MS);
    run.tick(START_MS + 2 * HOUR_MS);
    run.tick(START_MS + HOUR_MS);
    expect(run.state.nowMs).toBe(START_MS + 2 * HOUR_MS);
    run.complaint(START_MS + HOUR_MS);
    expect(queryCounts(run.state, { workspace: 'shop', groupBy: ['category'], where: 'complaint', windowMs: 24 * HOUR_MS }).groups[0]!.count).toBe(51);
  });

  it.each([
    ['1970', 0],
    ['before 1970', -86_400_000],
  ])('of an item from %s gives a row, no count and no alert', (_, createdAtMs) => {
    const run = new Run([makeRule({ fireAt: 1, resolveBelow: 1, windowMs: 90 * 24 * HOUR_MS })]);
    expect(run.items(START_MS, [makeItem({ createdAtMs })]).rows[0]!.createdAtMs).toBe(createdAtMs);
    expect(run.events).toEqual([]);
    expect(stateBytes(run.state).itemsHeld).toBe(0);
  });

  it('of an item from 2100 is the time at which it came', () => {
    const run = new Run([makeRule({ fireAt: 1, resolveBelow: 1 })]);
    expect(run.items(START_MS + 5, [makeItem({ createdAtMs: Date.UTC(2100, 0, 1) })]).rows[0]!.createdAtMs).toBe(START_MS + 5);
    expect(run.events[0]).toMatchObject({ kind: 'opened', lastItemAtMs: START_MS + 5 });
  });

  it('of 90 days is counted to the millisecond', () => {
    const days = 90 * 24 * HOUR_MS;
    const run = new Run([makeRule({ fireAt: 2, resolveBelow: 2, windowMs: days })]);
    run.complaint(START_MS);
    run.complaint(START_MS + days);
    expect(run.events).toEqual([]);
    run.complaint(START_MS + 2 * days - 1);
    expect(run.told()).toEqual(['opened 2']);
    expect(run.events[0]).toMatchObject({ firstItemAtMs: START_MS + days, endsAtMs: START_MS + 2 * days });
  });

  it('that passes without feedback costs nothing for groups without an open alert, and frees them in the end', () => {
    const run = new Run([makeRule()]);
    for (let index = 0; index < 500; index++) run.complaint(START_MS, { workspace: `shop ${index}` });
    expect(stateBytes(run.state).keys).toBe(1_000);
    run.tick(START_MS + 100 * HOUR_MS);
    run.tick(START_MS + 200 * HOUR_MS);
    expect(stateBytes(run.state)).toMatchObject({ keys: 0, itemsHeld: 0, itemBytes: 0 });
  });
});

describe('another rule set', () => {
  it('keeps the windows and the open alerts of a rule that stays, with its new counts', () => {
    const run = new Run([makeRule({ fireAt: 5, resolveBelow: 5 })]);
    run.complaints(5, START_MS, MINUTE_MS);
    run.feed(run.log.rules(START_MS + HOUR_MS, [makeRule({ fireAt: 5, resolveBelow: 2, title: { zh: '新', en: 'New' } })]));
    run.tick(START_MS + 24 * HOUR_MS);
    expect(run.told()).toEqual(['opened 5']);
    run.tick(START_MS + 24 * HOUR_MS + 3 * MINUTE_MS);
    expect(run.told()).toEqual(['opened 5', 'resolved 1']);
    expect(run.events[1]).toMatchObject({ title: { en: 'New' } });
  });

  it('keeps an alert open through a longer window, and ends one that a higher count no longer holds', () => {
    const run = new Run([makeRule({ fireAt: 5, resolveBelow: 5 })]);
    run.complaints(5, START_MS, MINUTE_MS);
    run.feed(run.log.rules(START_MS + HOUR_MS, [makeRule({ fireAt: 5, resolveBelow: 5, windowMs: 48 * HOUR_MS })]));
    run.tick(START_MS + 47 * HOUR_MS);
    expect(run.told()).toEqual(['opened 5']);
    run.feed(run.log.rules(START_MS + 47 * HOUR_MS, [makeRule({ fireAt: 50, resolveBelow: 40, windowMs: 48 * HOUR_MS })]));
    expect(run.told()).toEqual(['opened 5', 'resolved 5']);
  });

  it('resolves the open alerts of a rule that goes or that counts something else, and frees its windows', () => {
    const regional = makeRule({ id: 'regional', groupBy: ['region'], fireAt: 1, resolveBelow: 1 });
    const run = new Run([makeRule({ fireAt: 1, resolveBelow: 1 }), regional]);
    run.complaint(START_MS, { region: 'north' });
    const before = stateBytes(run.state).itemsHeld;
    run.feed(run.log.rules(START_MS + 1, [makeRule({ fireAt: 1, resolveBelow: 1, where: 'stars == 1' })]));
    expect(run.told()).toEqual(['opened 1', 'opened 1', 'resolved 1', 'resolved 1']);
    expect(run.events.slice(2)).toMatchObject([{ ruleId: 'burst', reason: 'rule-removed' }, { ruleId: 'regional', reason: 'rule-removed', group: { region: 'north' } }]);
    expect(stateBytes(run.state).itemsHeld).toBe(before - 1);
    run.complaint(START_MS + 2);
    expect(run.told().slice(4)).toEqual(['opened 1']);
  });

  it('shares the items between rules that group alike, each over its own window and under its own where', () => {
    const run = new Run([makeRule({ id: 'hour', windowMs: HOUR_MS, fireAt: 3, resolveBelow: 1 }), makeRule({ id: 'day', fireAt: 5, resolveBelow: 1 })]);
    expect(run.state.plan.groupings.map(({ id, conditions }) => [id, conditions.map(({ where }) => where)])).toEqual([
      ['channel,sentiment', ['', 'complaint']],
      ['category', ['', 'complaint']],
    ]);
    run.complaints(5, START_MS, 40 * MINUTE_MS);
    expect(run.notices).toEqual([]);
    expect(run.events.map(({ ruleId, count }) => `${ruleId} ${count}`)).toEqual(['day 5']);
    run.complaint(START_MS + 161 * MINUTE_MS);
    expect(run.events.map(({ ruleId, count }) => `${ruleId} ${count}`)).toEqual(['day 5', 'hour 3']);
  });

  it('leaves out a rule that this program cannot count, and says so once', () => {
    const broken = [
      makeRule({ id: 'zero', windowMs: 0 }),
      makeRule({ id: 'decade', windowMs: 3650 * 24 * HOUR_MS }),
      makeRule({ id: 'nothing', fireAt: 0, resolveBelow: 0 }),
      makeRule({ id: 'text', where: 'complant' }),
      { ...makeRule({ id: 'future' }), kind: 'prophecy' } as unknown as Rule,
      makeRule(),
      makeRule(),
    ];
    const run = new Run(broken);
    run.feed(run.log.rules(START_MS + 1, broken));
    expect(run.state.rules.map(({ rule }) => rule.id)).toEqual(['burst']);
    expect(run.notices.map((notice) => (notice.kind === 'rule-refused' ? `${notice.ruleId}: ${notice.message}` : notice.kind))).toEqual([
      'zero: its window is not 1 minute to 90 days long',
      'decade: its window is not 1 minute to 90 days long',
      'nothing: its counts are out of range',
      expect.stringMatching(/^text: its where speaks of "complant"/),
      'future: its kind is not known to this version',
      'burst: its id stands twice in the rule set',
    ]);
  });
});

describe('a flood of groups', () => {
  it('past the key limit counts under a group that says so, which may fire, and is told to the operator once', () => {
    const run = new Run([makeRule({ groupBy: ['product'], fireAt: 50 })], { keysMax: 100 });
    for (let index = 0; index < 200; index++) run.complaint(START_MS + index, { product: `product ${index}` });
    expect(run.events).toMatchObject([{ kind: 'opened', group: { product: OVERFLOW_VALUE }, count: 50 }]);
    expect(run.notices).toEqual([{ kind: 'keys-over-limit', groupBy: 'product', keysMax: 100 }]);
  });

  it('that never ends keeps the state bounded', () => {
    const run = new Run([makeRule({ groupBy: ['product'] })], { keysMax: 1_000 });
    for (let frame = 0; frame < 200; frame++) {
      run.items(START_MS + frame, Array.from({ length: 500 }, (_, index) => makeItem({ createdAtMs: START_MS, product: `p ${frame} ${index}` })));
    }
    expect(stateBytes(run.state).keys).toBeLessThan(1_050);
    expect(run.rows).toBe(100_000);
  });
});

describe('N of a billion', () => {
  it('costs no more than any other and does not fire', () => {
    const run = new Run([makeRule({ fireAt: 1_000_000_000, resolveBelow: 800_000_000 })]);
    run.complaints(200, START_MS);
    expect(run.events).toEqual([]);
    expect(queryCounts(run.state, { workspace: 'shop', groupBy: ['category'], where: 'complaint', windowMs: 24 * HOUR_MS }).groups[0]!.count).toBe(200);
  });
});
