import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arena } from './arena.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { KeyNames, keyHash } from './key-names.ts';
import { countAfter, newestMs, newestUpTo, nthNewestMs, visitCustomers } from './measure.ts';
import { findPastWindow } from './past-window.ts';
import { OVERFLOW_VALUE, Series } from './series.ts';
import type { SeriesShape } from './series.ts';

/** A time just before the end of a block of 2^32 ms, so that most runs cross it. */
const START_MS = 401 * 2 ** 32 - 200_000;
const WINDOWS_MS = [60_000, 150_000];
const KEEP_MS = 400_000;
const SHAPE: SeriesShape = { keepMs: KEEP_MS, windowsMs: WINDOWS_MS, keysMax: 100 };

interface Item {
  ms: number;
  customer: number;
}

/** The same questions answered by going through every item. */
class Naive {
  readonly items = new Map<string, Item[]>();
  nowMs = START_MS;

  after(key: string, ms: number): Item[] {
    return (this.items.get(key) ?? []).filter((item) => item.ms > ms).sort((a, b) => a.ms - b.ms);
  }
}

class Pair {
  arena = new Arena();
  names = new KeyNames(2);
  series = new Series(this.arena, this.names, SHAPE);
  readonly naive = new Naive();

  constructor() {
    this.series.setNow(START_MS);
  }

  add(key: string, ms: number, customer: number): void {
    if (!this.series.holds(ms)) return;
    this.series.add(slotOf(this.series, ['w', key]), ms, customer);
    const items = this.naive.items.get(key) ?? [];
    items.push({ ms, customer });
    this.naive.items.set(key, items);
  }

  advance(ms: number): void {
    this.naive.nowMs += ms;
    this.series.setNow(this.naive.nowMs);
    this.series.sweep(() => {});
  }

  saveAndRestore(): void {
    const out = new ByteWriter();
    this.arena.encode(out);
    this.names.encode(out);
    this.series.encode(out);
    const from = new ByteReader(out.finish());
    this.arena = Arena.decode(from);
    this.names = KeyNames.decode(from);
    this.series = Series.decode(from, this.arena, this.names);
  }

  find(key: string): number {
    const values = ['w', key];
    return this.series.find(this.names.find(keyHash(values, 0, 2), values, 0));
  }

  check(key: string, probe: { ms: number; nth: number }): void {
    const { series, naive } = this;
    const held = naive.after(key, naive.nowMs - KEEP_MS);
    const slot = this.find(key);
    if (slot < 0) {
      expect(held).toEqual([]);
      return;
    }
    const at = series.recordOf(slot);
    series.windows.advance(at);
    WINDOWS_MS.forEach((windowMs, window) => {
      const inside = naive.after(key, naive.nowMs - windowMs);
      expect(series.windows.inside(at, window)).toBe(inside.length);
      expect(series.windows.oldestMs(at, window)).toBe(inside[0]?.ms ?? null);
    });
    const afterMs = Math.max(naive.nowMs - KEEP_MS, probe.ms);
    const later = naive.after(key, afterMs);
    expect(countAfter(series.times, at, afterMs)).toBe(later.length);
    const customers: number[] = [];
    visitCustomers(series.times, at, afterMs, (customer) => customers.push(customer));
    expect(customers.sort()).toEqual(later.map(({ customer }) => customer).sort());
    if (held.length > 0) {
      expect(newestMs(series.times, at)).toBe(held.at(-1)!.ms);
      expect(newestUpTo(series.times, at, afterMs) ?? 0).toBe(held.filter(({ ms }) => ms <= afterMs).at(-1)?.ms ?? newestUpTo(series.times, at, naive.nowMs - KEEP_MS) ?? 0);
    }
    if (probe.nth <= held.length) expect(nthNewestMs(series.times, at, probe.nth)).toBe(held.at(-probe.nth)!.ms);
  }
}

function slotOf(series: Series, texts: string[]): number {
  const hash = keyHash(texts, 0, texts.length);
  const slot = series.find(series.names.find(hash, texts, 0));
  return slot >= 0 ? slot : series.open(hash, texts, 0);
}

const operation = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('add' as const), key: fc.constantFrom('a', 'a', 'a', 'b', 'c'), agoMs: fc.oneof(fc.constant(0), fc.nat(2_000), fc.nat(KEEP_MS * 1.2)), customer: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('burst' as const), key: fc.constantFrom('a', 'b'), count: fc.nat(120), spreadMs: fc.nat(100_000) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.oneof(fc.nat(3_000), fc.nat(80_000), fc.constantFrom(...WINDOWS_MS, KEEP_MS)) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restore' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reshape' as const) }) },
);

describe('a series', () => {
  it('answers every question as a search through all items would, whatever comes late, twice or after silence', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 120 }), fc.nat(KEEP_MS), fc.integer({ min: 1, max: 40 }), (operations, probeAgoMs, nth) => {
        const pair = new Pair();
        for (const one of operations) {
          if (one.kind === 'add') pair.add(one.key, pair.naive.nowMs - one.agoMs, one.customer);
          if (one.kind === 'burst') for (let i = 0; i < one.count; i++) pair.add(one.key, pair.naive.nowMs - ((i * 7919) % (one.spreadMs + 1)), i % 7);
          if (one.kind === 'advance') pair.advance(one.ms);
          if (one.kind === 'restore') pair.saveAndRestore();
          if (one.kind === 'reshape') {
            pair.series = pair.series.reshape({ ...SHAPE, windowsMs: [60_000] });
            pair.series = pair.series.reshape(SHAPE);
          }
          for (const key of ['a', 'b', 'c']) pair.check(key, { ms: pair.naive.nowMs - probeAgoMs, nth });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('finds the first past window that a late item completes, as trying every millisecond would', () => {
    const items = fc.array(fc.nat(300), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(items, fc.nat(300), fc.integer({ min: 1, max: 12 }), fc.integer({ min: -1, max: 250 }), (agos, itemAgo, wanted, endsAfterAgo) => {
        const windowMs = 60;
        const arena = new Arena();
        const series = new Series(arena, new KeyNames(1), { keepMs: 10_000, windowsMs: [windowMs], keysMax: 10 });
        const nowMs = START_MS + 199_900;
        series.setNow(nowMs);
        const slot = slotOf(series, ['w']);
        const times = [...agos, itemAgo].map((ago) => nowMs - ago);
        for (const ms of times) series.add(slot, ms, 0);
        const at = series.recordOf(slot);
        const itemMs = nowMs - itemAgo;
        const endsAfterMs = endsAfterAgo < 0 ? -1 : nowMs - endsAfterAgo;
        const inside = (endMs: number): number[] => times.filter((ms) => ms > endMs - windowMs && ms <= endMs).sort((a, b) => a - b);
        if (inside(nowMs).length >= wanted) return;
        let expected: number | null = null;
        for (let endMs = Math.max(itemMs, endsAfterMs + 1); endMs <= Math.min(nowMs, itemMs + windowMs - 1) && expected === null; endMs++) {
          if (inside(endMs).length >= wanted) expected = endMs;
        }
        const found = findPastWindow(series.times, at, {
          windowMs,
          items: wanted,
          itemMs,
          endsAfterMs,
          nowMs,
          insideNow: series.windows.inside(at, 0),
          oldestChunkNow: series.windows.oldestChunk(at, 0),
        });
        expect(found?.endMs ?? null).toBe(expected);
        if (found !== null) expect(found.firstItemAtMs).toBe(inside(found.endMs)[0]);
      }),
      { numRuns: 500 },
    );
  });

  it('gives every block back once all items have left', () => {
    const pair = new Pair();
    for (let i = 0; i < 20_000; i++) pair.add(`key${i % 97}`, pair.naive.nowMs - (i % 977), i);
    expect(pair.arena.usedBytes()).toBeGreaterThan(20_000 * 8);
    pair.advance(KEEP_MS * 2);
    expect(pair.arena.usedBytes()).toBe(0);
    expect(pair.series.keyCount).toBe(0);
    expect(pair.names.live).toBe(0);
    expect(pair.series.slots()).toEqual([]);
  });

  it('counts what comes after the key limit under a key of the workspace that says so', () => {
    const arena = new Arena();
    const series = new Series(arena, new KeyNames(2), { ...SHAPE, keysMax: 3 });
    series.setNow(START_MS);
    for (let i = 0; i < 1_000; i++) {
      const values = [i % 2 === 0 ? 'one' : 'two', `product ${i}`];
      series.add(slotOf(series, values), START_MS, 0);
    }
    const counts = new Map(series.slots().map((slot) => [`${series.names.text(series.keyOf(slot), 0)}/${series.names.text(series.keyOf(slot), 1)}`, series.times.held(series.recordOf(slot))]));
    expect(counts.get(`one/${OVERFLOW_VALUE}`)).toBe(498);
    expect(counts.get(`two/${OVERFLOW_VALUE}`)).toBe(499);
    expect(series.keyCount).toBe(5);
    expect(series.overflowItems).toBe(997);
  });

  it('holds a flood of new keys within its limit', () => {
    const series = new Series(new Arena(), new KeyNames(2), { ...SHAPE, keysMax: 10_000 });
    series.setNow(START_MS);
    for (let i = 0; i < 200_000; i++) {
      const values = [`workspace ${i}`, `value ${i}`];
      series.add(slotOf(series, values), START_MS, 0);
    }
    expect(series.keyCount).toBeLessThanOrEqual(11_001);
    expect(series.overflowItems).toBe(190_000);
  });
});
