import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRule } from '../../../alerts/rules/parse-rule.ts';
import { openAlerts } from '../board-counts.ts';
import { decodeState, encodeState } from '../encode-state.ts';
import { HOUR_MS, MINUTE_MS, START_MS } from '../testing/entries.ts';
import { WatchRun } from './testing/watch-run.ts';
import { TermSketch } from './topics/term-sketch.ts';
import { nameTopic, termsOf } from './topics/terms.ts';

const DAY_MS = 24 * HOUR_MS;
const rule = (over: Record<string, unknown> = {}) => parseRule({ id: 'topic', title: { zh: '新话题', en: 'New topic' }, kind: 'newTopic', where: 'complaint', window: '6h', atLeast: 5, times: 5, memory: '3d', ...over });
const NONE = new Set<string>();

describe('terms of a text', () => {
  it('are runs of two to four characters of Chinese that say something, and words and pairs of English', () => {
    expect(termsOf('充电器漏液了', 'zh', NONE)).toEqual(['充电器漏', '电器漏液', '充电器', '电器漏', '器漏液', '充电', '电器', '器漏', '漏液']);
    expect(termsOf('The charger is leaking acid', 'en', NONE)).toEqual(['charger', 'leaking', 'acid', 'leaking acid']);
    expect(termsOf('漏液 battery', 'zh', new Set(['漏液', 'battery']))).toEqual([]);
  });

  it('are named as the stretch that they cover together', () => {
    const text = '这个充电器漏液了很吓人';
    expect(nameTopic(text, '漏液', ['充电器漏', '电器漏液', '漏液'])).toBe('充电器漏液');
    expect(nameTopic(text, '漏液', ['漏液', '吓人'])).toBe('漏液');
  });
});

describe('a sketch of terms', () => {
  it('never says too little, and halves with time', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(40), fc.nat(DAY_MS)), { maxLength: 300 }), (said) => {
      const sketch = new TermSketch(DAY_MS);
      const inOrder = said.map(([term, ms]) => ({ low: Math.imul(term + 1, 0x9e3779b1) >>> 0, high: Math.imul(term + 7, 0x85ebca6b) >>> 0, ms: START_MS + ms })).sort((a, b) => a.ms - b.ms);
      for (const { low, high, ms } of inOrder) sketch.add(low, high, ms);
      const nowMs = START_MS + 2 * DAY_MS;
      for (const { low, high } of inOrder) {
        const exact = inOrder.filter((one) => one.low === low).reduce((sum, { ms }) => sum + 2 ** (-(nowMs - ms) / DAY_MS), 0);
        expect(sketch.read(low, high, nowMs)).toBeGreaterThan(exact - 1e-9);
        expect(sketch.read(low, high, nowMs)).toBeLessThan(exact + 2);
      }
    }), { numRuns: 50 });
  });

  it('goes on over years without growing out of its numbers', () => {
    const sketch = new TermSketch(DAY_MS);
    for (let day = 0; day < 4_000; day++) sketch.add(1, 2, START_MS + day * DAY_MS);
    expect(sketch.read(1, 2, START_MS + 3_999 * DAY_MS)).toBeCloseTo(2, 6);
  });
});

/** Two days of what is always said, by many. */
function settled(over: Record<string, unknown> = {}): WatchRun {
  const run = new WatchRun([rule(over)]);
  for (let index = 0; index < 300; index++) run.item(START_MS + index * 10 * MINUTE_MS, { text: '快递太慢了一直没到', customer: { id: `c${index % 90}` } });
  return run;
}
const AFTER_MS = START_MS + 300 * 10 * MINUTE_MS;

describe('a new topic', () => {
  it('fires on the customer that makes it one, named and quoted; once for all of its parts', () => {
    const run = settled();
    expect(run.told()).toEqual([]);
    for (let index = 0; index < 4; index++) run.item(AFTER_MS + index * MINUTE_MS, { text: `第${index}次发现充电器漏液`, customer: { id: `n${index}` } });
    expect(run.told()).toEqual([]);
    run.item(AFTER_MS + 4 * MINUTE_MS, { id: 'fifth', text: '充电器漏液，客服不理', customer: { id: 'n4' } });
    expect(run.events).toMatchObject([{ kind: 'opened', count: 5, group: { term: '充电器漏液' }, measure: { kind: 'newTopic', term: '充电器漏液', items: 5, expected: 0 }, quotes: [{ id: 'fifth' }, {}, {}] }]);
    for (let index = 5; index < 20; index++) run.item(AFTER_MS + index * MINUTE_MS, { text: '充电器漏液', customer: { id: `n${index}` } });
    expect(run.told()).toEqual(['opened 5']);
    expect(openAlerts(run.state, 'shop')).toMatchObject([{ ruleId: 'topic', group: { term: '充电器漏液' } }]);
    run.tick(AFTER_MS + 7 * HOUR_MS);
    expect(run.events[1]).toMatchObject({ kind: 'resolved', reason: 'below-threshold', peak: 20 });
  });

  it('does not fire for what is usual however much of it comes, for one customer, or before it knows a past', () => {
    const usual = settled();
    for (let index = 0; index < 60; index++) usual.item(AFTER_MS + index * MINUTE_MS, { text: '快递太慢了一直没到', customer: { id: `c${index}` } });
    expect(usual.told()).toEqual([]);
    const one = settled();
    for (let index = 0; index < 30; index++) one.item(AFTER_MS + index * MINUTE_MS, { text: '充电器漏液', customer: { id: 'same' } });
    expect(one.told()).toEqual([]);
    const young = new WatchRun([rule()]);
    for (let index = 0; index < 30; index++) young.item(START_MS + index * MINUTE_MS, { text: '充电器漏液', customer: { id: `c${index}` } });
    expect(young.told()).toEqual([]);
  });

  it('leaves out stop words, and looks at items of its condition alone', () => {
    const stopped = settled({ stopWords: ['漏液', '器漏液', '电器漏液', '充电器', '充电', '电器', '器漏', '电器漏', '充电器漏'] });
    for (let index = 0; index < 9; index++) stopped.item(AFTER_MS + index, { text: '充电器漏液', customer: { id: `n${index}` } });
    expect(stopped.told()).toEqual([]);
    const praise = settled();
    for (let index = 0; index < 9; index++) praise.item(AFTER_MS + index, { text: '充电器漏液', customer: { id: `n${index}` }, score: { complaint: false } });
    expect(praise.told()).toEqual([]);
  });

  it('goes on from a snapshot at any point as if there had been none', () => {
    fc.assert(fc.property(fc.nat(30), fc.array(fc.tuple(fc.constantFrom('充电器漏液', '屏幕闪烁', '快递太慢了'), fc.nat(9), fc.nat(30 * MINUTE_MS)), { minLength: 30, maxLength: 60 }), (cut, said) => {
      const straight = settled();
      const broken = settled();
      let nowMs = AFTER_MS;
      said.forEach(([text, customer, afterMs], index) => {
        nowMs += afterMs;
        if (index === cut) broken.state = decodeState(encodeState(broken.state));
        for (const run of [straight, broken]) run.item(nowMs, { text, customer: { id: `n${customer}` } });
      });
      expect(broken.events).toEqual(straight.events);
    }), { numRuns: 8 });
  });
});
