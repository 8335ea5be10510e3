import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '../../core/alert.ts';
import type { ScoredItem } from '../../core/frame.ts';
import type { StoredItem } from '../../core/stored-item.ts';
import { completeConfig } from '../duplicates/config.ts';
import { STATE_FORMAT, decodeState, encodeState } from './encode-state.ts';
import type { CounterNotice } from './notice.ts';
import { queryCounts } from './query-counts.ts';
import { createState } from './state.ts';
import type { CounterState } from './state.ts';
import { step } from './step.ts';
import { HOUR_MS, LogScript, START_MS, makeItem, makeRule } from './testing/entries.ts';

const TEXT = '等了十天包裹还没有送到，客服也不回';
const OTHER = '屏幕刚拆封就有三道很深的划痕';
const DUPLICATES = completeConfig({ campaignCustomers: 3 });

class Run {
  readonly log = new LogScript();
  state: CounterState;
  readonly rows: StoredItem[] = [];
  readonly events: AlertEvent[] = [];
  readonly notices: CounterNotice[] = [];

  constructor(over: Parameters<typeof makeRule>[0] = {}, duplicates = DUPLICATES) {
    this.state = createState({ duplicates });
    step(this.state, this.log.rules(START_MS, [makeRule({ fireAt: 3, resolveBelow: 1, ...over })]));
  }

  send(...items: ScoredItem[]): StoredItem[] {
    const { rows, events, notices } = step(this.state, this.log.frame(START_MS, items));
    this.rows.push(...rows);
    this.events.push(...events);
    this.notices.push(...notices);
    return rows;
  }

  count(groupBy: 'category' | 'product' = 'category'): unknown {
    return queryCounts(this.state, { workspace: 'shop', groupBy: [groupBy], where: 'complaint', windowMs: HOUR_MS }).groups.map(({ key, count }) => [key[groupBy], count]);
  }
}

const said = (id: string, customer: string | null, text = TEXT, over: Parameters<typeof makeItem>[0] = {}): ScoredItem =>
  makeItem({ id, text, ...(customer === null ? {} : { customer: { id: customer } }), ...over });

describe('the same feedback of the same customer over another channel', () => {
  it('is stored with the first one\'s id and not counted', () => {
    const run = new Run();
    const rows = run.send(said('a', 'c1'), said('b', 'c1', `【app反馈】${TEXT}！！`, { channel: 'chat' }), said('c', 'c2', OTHER));
    expect(rows.map(({ item, duplicateOf }) => [item.id, duplicateOf])).toEqual([['a', undefined], ['b', 'a'], ['c', undefined]]);
    expect(run.count()).toEqual([['logistics', 2]]);
    expect(run.events).toEqual([]);
    run.send(said('d', 'c3', '客服电话一直打不通也没有人回'));
    expect(run.events.map(({ kind, count }) => [kind, count])).toEqual([['opened', 3]]);
  });

  it('counts where duplicates are not looked for', () => {
    const run = new Run();
    run.state = createState();
    step(run.state, run.log.rules(START_MS, [makeRule()]));
    expect(run.send(said('a', 'c1'), said('b', 'c1')).map(({ duplicateOf }) => duplicateOf)).toEqual([undefined, undefined]);
    expect(run.count()).toEqual([['logistics', 2]]);
  });

  it('does not come among the quotes of a page', () => {
    const run = new Run();
    run.send(said('a', 'c1'), said('b', 'c1'), said('c', 'c2', OTHER), said('d', 'c3', '客服电话一直打不通也没有人回'));
    expect(run.events[0]).toMatchObject({ kind: 'opened', count: 3, quotes: [{ id: 'd' }, { id: 'c' }, { id: 'a' }] });
  });
});

describe('a text that many customers copied', () => {
  it('counts each of them, and is told with items, customers and texts on counts, on alerts and on rows', () => {
    const run = new Run({ fireAt: 5 });
    run.send(...Array.from({ length: 6 }, (_, index) => said(`i${index}`, `c${index}`, index === 5 ? `${TEXT}啊` : TEXT)), said('again', 'c0'));
    expect(run.rows.map(({ campaignOf, duplicateOf }) => campaignOf ?? duplicateOf)).toEqual([undefined, undefined, 'i0', 'i0', 'i0', 'i0', 'i0']);
    expect(run.events[0]).toMatchObject({ kind: 'opened', count: 5, campaigns: [{ of: 'i0', items: 5, customers: 5, texts: 1, exact: true, counted: 3 }] });
    const [group] = queryCounts(run.state, { workspace: 'shop', groupBy: ['category'], where: 'complaint', windowMs: HOUR_MS }).groups;
    expect(group).toMatchObject({ count: 6, campaigns: [{ of: 'i0', items: 6, customers: 6, texts: 2, counted: 4 }] });
  });

  it('is not told of a group that it has nothing to do with', () => {
    const run = new Run({ fireAt: 3 });
    run.send(...Array.from({ length: 4 }, (_, index) => said(`i${index}`, `c${index}`)));
    const other = { score: { categories: [{ id: 'other', probability: 1, decidedBy: 'model' as const }] } };
    run.send(said('x', 'd1', OTHER, other), said('y', 'd2', '客服电话一直打不通也没有人回', other), said('z', 'd3', '退款申请提交以后没有任何动静', other));
    expect(run.events.map((event) => [event.group['category'], 'campaigns' in event])).toEqual([['logistics', true], ['other', false]]);
  });
});

describe('a field that the sender left out', () => {
  it('is filled from what the customer said before, named, and counted in the filled group', () => {
    const run = new Run({ groupBy: ['product'], fireAt: 2 });
    const frame = [said('a', 'c1', TEXT, { product: 'kettle', region: 'north' }), said('b', 'c1', OTHER), said('c', 'c2', OTHER)];
    const copy = structuredClone(frame);
    const rows = run.send(...frame);
    expect(rows.map(({ item: { product, region }, filled }) => [product, region, filled])).toEqual([
      ['kettle', 'north', undefined], ['kettle', 'north', ['region', 'product']], [undefined, undefined, undefined],
    ]);
    expect(run.count('product')).toEqual([['kettle', 2], ['', 1]]);
    expect(run.events.map(({ group }) => group)).toEqual([{ product: 'kettle' }]);
    // What stands on the log is what was sent.
    expect(frame).toEqual(copy);
  });
});

describe('what duplicates are recognised by', () => {
  it('goes on from a saved state', () => {
    const run = new Run();
    run.send(said('a', 'c1', TEXT, { product: 'kettle' }), said('b', 'c2'), said('c', 'c3'));
    run.state = decodeState(encodeState(run.state));
    const rows = run.send(said('d', 'c1'), said('e', 'c4'), said('f', 'c1', OTHER));
    expect(rows.map(({ duplicateOf, campaignOf, filled }) => duplicateOf ?? campaignOf ?? filled)).toEqual(['a', 'a', ['product']]);
  });

  it('begins anew where it was saved by a version that had none; everything else goes on', () => {
    const run = new Run();
    run.state = createState();
    step(run.state, run.log.rules(START_MS, [makeRule()]));
    run.send(said('a', 'c1'));
    const saved = encodeState(run.state);
    // Of a state without duplicates formats 3 and later ones differ in the texts that campaigns were counted in.
    expect(STATE_FORMAT).toBe(5);
    run.state = decodeState(saved, { duplicates: DUPLICATES });
    expect(run.send(said('b', 'c1'), said('c', 'c1')).map(({ duplicateOf }) => duplicateOf)).toEqual([undefined, 'b']);
    expect(run.count()).toEqual([['logistics', 2]]);
  });

  it('takes settings that have changed since, and is given up where it is switched off', () => {
    const run = new Run();
    run.send(said('a', 'c1'));
    const restored = decodeState(encodeState(run.state), { duplicates: { ...DUPLICATES, horizonMs: HOUR_MS, itemsMax: 4_096 } });
    expect(restored.config.duplicates).toMatchObject({ horizonMs: HOUR_MS, itemsMax: DUPLICATES.itemsMax });
    expect(decodeState(encodeState(run.state), { duplicates: null }).duplicates).toBeNull();
  });

  it('says once that a limit was met', () => {
    const run = new Run({}, completeConfig({ historyValuesMax: 1 }));
    run.send(said('a', 'c1', TEXT, { product: 'kettle' }), said('b', 'c2', OTHER, { product: 'pan' }));
    run.send(said('c', 'c3', OTHER, { product: 'pot' }));
    expect(run.notices.map(({ kind }) => kind)).toEqual(['history-values-over-limit']);
  });
});
