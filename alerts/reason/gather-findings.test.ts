import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StoredItem } from '../../core/stored-item.ts';
import type { BoardCounts } from '../../core/live.ts';
import { MemoryBus } from '../../stream/bus/memory-bus.ts';
import { SUBJECTS } from '../../stream/subjects.ts';
import { systemTimers } from '../../stream/system-timers.ts';
import { orderOf } from '../notify/testing/order-of.ts';
import { OPENED_AT_MS, opened, resolved } from '../notify/testing/sample-events.ts';
import { FindingsGatherer } from './gather-findings.ts';
import type { ItemSource } from './gather-findings.ts';
import { stored } from './testing/stored.ts';
import { TrustWatch } from './trust-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const FROM_MS = OPENED_AT_MS - 24 * 3_600_000;
const items = Array.from({ length: 50 }, (_, index) => stored({ id: `i${index}`, text: '8.2.1 闪退', createdAtMs: OPENED_AT_MS - index * 1_000, store: index < 12 ? '12' : String(100 + index) }));
const praise = { ...stored({ id: 'p', text: '很好', createdAtMs: OPENED_AT_MS }), score: { ...items[0]!.score, complaint: false } };
const earlier = Array.from({ length: 100 }, (_, index) => stored({ id: `e${index}`, text: '物流慢', createdAtMs: FROM_MS - index * 1_000, store: String(index) }));

type Query = Parameters<ItemSource['stored']>[0];
function gatherer(answer: (query: Query) => Promise<StoredItem[]>, over: { waitMsMax?: number; where?: string | null; unstored?: ItemSource['unstored'] } = {}): { gatherer: FindingsGatherer; asked: Query[] } {
  const asked: Query[] = [];
  const source: ItemSource = { stored: (query) => { asked.push(query); return answer(query); }, unstored: over.unstored ?? (async () => []) };
  return { asked, gatherer: new FindingsGatherer({ source, whereOf: () => over.where === undefined ? 'complaint' : over.where, timers: systemTimers, waitMsMax: over.waitMsMax ?? 100 }) };
}
const fromStore = async ({ upToMs }: Query): Promise<StoredItem[]> => (upToMs === OPENED_AT_MS ? [praise, ...items] : earlier);

describe('findings', () => {
  it('are about the items that the rule counts, in the alert\'s own window, held against earlier ones', async () => {
    const { gatherer: one, asked } = gatherer(fromStore);
    const found = await one.of(orderOf(opened()));
    expect(found).toMatchObject({ items: 50, count: 50, baseline: 100, facets: [{ kind: 'term', value: '8.2.1', count: 50 }, { kind: 'field', field: 'store', value: '12', count: 12 }] });
    expect(asked).toMatchObject([
      { workspace: 'default', group: { category: 'logistics' }, afterMs: FROM_MS - 7 * 86_400_000, upToMs: FROM_MS },
      { group: {}, afterMs: FROM_MS - 7 * 86_400_000, upToMs: FROM_MS },
      { workspace: 'default', group: { category: 'logistics' }, afterMs: FROM_MS, upToMs: OPENED_AT_MS },
    ]);
  });

  it('are gathered once for all channels and attempts of a page, and not for an end', async () => {
    const { gatherer: one, asked } = gatherer(fromStore);
    const order = orderOf(opened());
    const [first, second] = await Promise.all([one.of(order), one.of(order)]);
    expect(first).toBe(second);
    expect(await one.of(order)).toBe(first);
    expect(asked).toHaveLength(3);
    expect(await one.of(orderOf(resolved()))).toBeNull();
  });

  it('are not asked for where the items are too few to have anything in common, so that the page does not wait', async () => {
    const { gatherer: one, asked } = gatherer(fromStore);
    expect(await one.of(orderOf(opened({ count: 2 })))).toBeNull();
    expect(asked).toEqual([]);
    expect(await one.of(orderOf(opened({ count: 3 })))).toMatchObject({ items: 50 });
  });

  it('are left out, with the reason, where the store is slow, away or has nothing yet', async () => {
    const slow = gatherer(() => new Promise(() => undefined));
    const waiting = slow.gatherer.of(orderOf(opened()));
    await vi.advanceTimersByTimeAsync(99);
    await vi.advanceTimersByTimeAsync(1);
    expect(await waiting).toBe('too-slow');
    expect(await gatherer(() => Promise.reject(new Error('away'))).gatherer.of(orderOf(opened()))).toBe('store-unavailable');
    expect(await gatherer(async () => []).gatherer.of(orderOf(opened()))).toBe('nothing-stored-yet');
    expect(await gatherer(fromStore, { waitMsMax: 0 }).gatherer.of(orderOf(opened()))).toBeNull();
  });

  it('are about what the counter still holds as well, so that a burst of seconds has its reason: each item once', async () => {
    const half = items.slice(0, 20);
    const { gatherer: one } = gatherer(async ({ upToMs }) => (upToMs === OPENED_AT_MS ? items.slice(15) : earlier), { unstored: async () => [praise, ...half] });
    expect(await one.of(orderOf(opened()))).toMatchObject({ items: 50, baseline: 100, facets: [{ kind: 'term', value: '8.2.1', count: 50 }, { kind: 'field', field: 'store', value: '12', count: 12 }] });
  });

  it('miss nothing that goes from the counter to the store while both are asked', async () => {
    for (let movesAtMs = 0; movesAtMs <= 30; movesAtMs += 1) {
      let isStored = false;
      setTimeout(() => { isStored = true; }, movesAtMs);
      const after = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
      // The store answers with what it had when it was asked, the counter with what it has when it comes to it.
      const fromMovingStore = async (query: Query): Promise<StoredItem[]> => {
        const answer = query.upToMs !== OPENED_AT_MS ? earlier : isStored ? items : [];
        await after(7);
        return answer;
      };
      const { gatherer: one } = gatherer(fromMovingStore, { unstored: async () => { await after(11); return isStored ? [] : items; } });
      const found = one.of(orderOf(opened()));
      await vi.advanceTimersByTimeAsync(100);
      expect(await found).toMatchObject({ items: 50, baseline: 100 });
    }
  });

  it('ask the counter for what meets the condition, so that its answer holds as many of them as it can', async () => {
    const queries: unknown[] = [];
    const { gatherer: one } = gatherer(fromStore, { unstored: async (query) => { queries.push(query); return []; } });
    await one.of(orderOf(opened({ basis: { windowEndMs: OPENED_AT_MS, where: 'complaint && stars <= 2' } })));
    expect(queries).toMatchObject([{ where: 'complaint && stars <= 2', group: { category: 'logistics' } }]);
  });

  it('are found in what the counter holds where the store is slow or away', async () => {
    const over = { unstored: async () => items };
    const slow = gatherer(() => new Promise(() => undefined), over).gatherer.of(orderOf(opened()));
    await vi.advanceTimersByTimeAsync(100);
    const alone = { items: 50, baseline: 0, facets: [{ kind: 'term', value: '8.2.1', count: 50, usualShare: null }] };
    expect(await slow).toMatchObject(alone);
    expect(await gatherer(() => Promise.reject(new Error('away')), over).gatherer.of(orderOf(opened()))).toMatchObject(alone);
  });

  it('do without what the counter holds where it does not answer', async () => {
    const silent = gatherer(fromStore, { unstored: () => new Promise(() => undefined) }).gatherer.of(orderOf(opened()));
    await vi.advanceTimersByTimeAsync(100);
    expect(await silent).toMatchObject({ items: 50, baseline: 100 });
    expect(await gatherer(fromStore, { unstored: () => Promise.reject(new Error('no counter')) }).gatherer.of(orderOf(opened()))).toMatchObject({ items: 50 });
  });

  it('of many alerts at once are left out for those that would have to wait', async () => {
    const { gatherer: one } = gatherer(() => new Promise(() => undefined));
    const all = Array.from({ length: 6 }, (_, index) => one.of(orderOf(opened({ id: `a${index}` }))));
    await vi.advanceTimersByTimeAsync(100);
    expect(await Promise.all(all)).toEqual([...Array<string>(4).fill('too-slow'), 'too-many-at-once', 'too-many-at-once']);
  });

  it('take every item of the group for a rule without a condition, or one that is gone', async () => {
    expect(await gatherer(fromStore, { where: null }).gatherer.of(orderOf(opened()))).toMatchObject({ items: 51 });
  });
});

describe('trust', () => {
  it('is what the counter said last; unknown when it is silent', async () => {
    const clock = { nowMs: () => Date.now() };
    const bus = new MemoryBus({ clock });
    const watch = new TrustWatch({ bus, clock, deadLetters: async () => 3 });
    watch.start();
    expect(await watch.of('default')).toEqual({ exact: false, lowerBound: ['unknown'], lagMs: null, deadLetters: 3 });
    const board = { workspace: 'default', exact: false, lowerBound: ['scorer-lag'], lagMs: 4_200 } as unknown as BoardCounts;
    bus.publish(SUBJECTS.liveCounts, new TextEncoder().encode(JSON.stringify(board)));
    await vi.advanceTimersByTimeAsync(0);
    expect(await watch.of('default')).toEqual({ exact: false, lowerBound: ['scorer-lag'], lagMs: 4_200, deadLetters: 3 });
    expect(await watch.of('other')).toMatchObject({ lowerBound: ['unknown'] });
    await vi.advanceTimersByTimeAsync(10_001);
    expect(await watch.of('default')).toMatchObject({ exact: false, lowerBound: ['unknown'] });
    watch.stop();
  });

  it('says nothing of dead letters while their log is away', async () => {
    const clock = { nowMs: () => Date.now() };
    const watch = new TrustWatch({ bus: new MemoryBus({ clock }), clock, deadLetters: () => Promise.reject(new Error('away')) });
    expect(await watch.of('default')).toMatchObject({ deadLetters: null });
  });
});
