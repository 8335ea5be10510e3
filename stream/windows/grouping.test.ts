import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arena } from './arena.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { Grouping, OVERFLOW_VALUE } from './grouping.ts';
import type { GroupingShape } from './grouping.ts';
import { TextHash } from './hash.ts';
import { countAfter, end, firstFrom, lastBefore, nthNewestMs, seekBack, visitCustomers } from './measure.ts';
import { findPastWindow, windowStart } from './past-window.ts';

/** A time just before the end of a block of 2^32 ms, so that most runs cross it. */
const START_MS = 401 * 2 ** 32 - 200_000;
const KEEP_MS = 400_000;
const SHAPE: GroupingShape = {
  width: 2,
  keepMs: KEEP_MS,
  markCount: 3,
  windows: [{ windowMs: 60_000, marks: [0, 1], leaves: 'each-item' }, { windowMs: 150_000, marks: [1, 2], leaves: 'batches' }],
  keysMax: 100,
  kindsMax: 5,
};

interface Item {
  ms: number;
  customer: number;
  marks: number[];
}

/** The same questions answered by going through every item. */
class Naive {
  readonly items = new Map<string, Item[]>();
  nowMs = START_MS;

  after(key: string, ms: number, mark: number): Item[] {
    return (this.items.get(key) ?? []).filter((item) => item.ms > ms && item.marks.includes(mark)).sort((a, b) => a.ms - b.ms);
  }
}

class Pair {
  arena = new Arena();
  grouping = new Grouping(this.arena, SHAPE);
  readonly naive = new Naive();

  constructor() {
    this.grouping.setNow(START_MS);
  }

  add(key: string, item: Item): void {
    if (!this.grouping.holds(item.ms)) return;
    addTo(this.grouping, ['w', key], item);
    const items = this.naive.items.get(key) ?? [];
    items.push(item);
    this.naive.items.set(key, items);
  }

  advance(ms: number): void {
    this.naive.nowMs += ms;
    this.grouping.setNow(this.naive.nowMs);
    this.grouping.sweep(() => {});
  }

  saveAndRestore(): void {
    const out = new ByteWriter();
    this.arena.encode(out);
    this.grouping.encode(out);
    const from = new ByteReader(out.finish());
    this.arena = Arena.decode(from);
    this.grouping = Grouping.decode(from, this.arena);
  }

  /** Takes mark 2 away and gives it back under number 0: items that had it lose it. */
  reshape(): void {
    this.grouping = this.grouping.reshape({ ...SHAPE, markCount: 2, windows: [{ windowMs: 60_000, marks: [1, 0], leaves: 'batches' }] }, [0, 1, -1]);
    this.grouping = this.grouping.reshape(SHAPE, [0, 1]);
    for (const items of this.naive.items.values()) for (const item of items) item.marks = item.marks.filter((mark) => mark !== 2);
  }

  check(key: string, probe: { ms: number; nth: number }): void {
    const { grouping, naive } = this;
    const { times, counts, kinds } = grouping;
    const texts = ['w', key];
    const number = grouping.names.find(new TextHash().all(texts), texts);
    if (number < 0) {
      for (const mark of [0, 1, 2]) expect(naive.after(key, naive.nowMs - KEEP_MS, mark)).toEqual([]);
      return;
    }
    const at = grouping.recordOf(number);
    counts.advance(at);
    SHAPE.windows.forEach(({ windowMs, marks }, window) => {
      for (const mark of marks) {
        const inside = naive.after(key, naive.nowMs - windowMs, mark);
        expect(counts.read(at, counts.placeOf(windowMs, mark))).toBe(inside.length);
        expect(firstFrom(times, windowStart(times, counts, at, window), kinds.having(mark))).toBe(inside[0]?.ms ?? null);
      }
    });
    const afterMs = Math.max(naive.nowMs - KEEP_MS, probe.ms);
    for (const mark of [0, 1, 2]) {
      const of = kinds.having(mark);
      const held = naive.after(key, naive.nowMs - KEEP_MS, mark);
      const later = naive.after(key, afterMs, mark);
      expect(countAfter(times, at, afterMs, of)).toBe(later.length);
      const customers: number[] = [];
      visitCustomers(times, at, { afterMs, of }, (customer) => customers.push(customer));
      expect(customers.sort()).toEqual(later.map(({ customer }) => customer).sort());
      if (held.length > later.length) {
        expect(lastBefore(times, at, seekBack(times, at, end(times, at), afterMs, of), of)).toBe(held[held.length - later.length - 1]!.ms);
      }
      if (probe.nth <= held.length) expect(nthNewestMs(times, at, probe.nth, of)).toBe(held.at(-probe.nth)!.ms);
    }
  }
}

function addTo(grouping: Grouping, texts: string[], { ms, customer, marks }: Item): void {
  const present = new Uint8Array(grouping.shape.markCount);
  for (const mark of marks) present[mark] = 1;
  const key = grouping.keyOf(new TextHash().all(texts), texts);
  const kind = grouping.kindOf(present);
  if (kind >= 0) grouping.add(key, ms, { customer, kind });
  else for (const mark of marks) grouping.add(key, ms, { customer, kind: grouping.kinds.alone(mark) });
}

const marks = fc.subarray([0, 1, 2], { minLength: 1 });
const operation = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('add' as const), key: fc.constantFrom('a', 'a', 'a', 'b', 'c'), agoMs: fc.oneof(fc.constant(0), fc.nat(2_000), fc.nat(KEEP_MS * 1.2)), customer: fc.nat(20), marks }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('burst' as const), key: fc.constantFrom('a', 'b'), count: fc.nat(120), spreadMs: fc.nat(100_000) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.oneof(fc.nat(3_000), fc.nat(80_000), fc.constantFrom(60_000, 150_000, KEEP_MS)) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restore' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reshape' as const) }) },
);

describe('a grouping', () => {
  it('answers every question as a search through all items would, whatever comes late, twice or after silence', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 120 }), fc.nat(KEEP_MS), fc.integer({ min: 1, max: 40 }), (operations, probeAgoMs, nth) => {
        const pair = new Pair();
        for (const one of operations) {
          if (one.kind === 'add') pair.add(one.key, { ms: pair.naive.nowMs - one.agoMs, customer: one.customer, marks: one.marks });
          if (one.kind === 'burst') {
            for (let i = 0; i < one.count; i++) pair.add(one.key, { ms: pair.naive.nowMs - ((i * 7919) % (one.spreadMs + 1)), customer: i % 7, marks: [i % 3] });
          }
          if (one.kind === 'advance') pair.advance(one.ms);
          if (one.kind === 'restore') pair.saveAndRestore();
          if (one.kind === 'reshape') pair.reshape();
          for (const key of ['a', 'b', 'c']) pair.check(key, { ms: pair.naive.nowMs - probeAgoMs, nth });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('finds the first past window that a late item completes, as trying every millisecond would', () => {
    const items = fc.array(fc.record({ ago: fc.nat(300), marks: fc.subarray([0, 1], { minLength: 1 }) }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(items, fc.nat(300), fc.integer({ min: 1, max: 12 }), fc.integer({ min: -1, max: 250 }), (others, itemAgo, wanted, endsAfterAgo) => {
        const windowMs = 60;
        const shape = { width: 1, keepMs: 10_000, markCount: 2, windows: [{ windowMs, marks: [0, 1], leaves: 'each-item' as const }], keysMax: 10, kindsMax: 100 };
        const grouping = new Grouping(new Arena(), shape);
        const nowMs = START_MS + 199_900;
        grouping.setNow(nowMs);
        const all = [...others, { ago: itemAgo, marks: [0] }].map(({ ago, marks: of }) => ({ ms: nowMs - ago, customer: 0, marks: of }));
        for (const item of all) addTo(grouping, ['w'], item);
        const itemMs = nowMs - itemAgo;
        const endsAfterMs = endsAfterAgo < 0 ? -1 : nowMs - endsAfterAgo;
        const inside = (endMs: number): number[] =>
          all.filter(({ ms, marks: of }) => of.includes(0) && ms > endMs - windowMs && ms <= endMs).map(({ ms }) => ms).sort((a, b) => a - b);
        if (inside(nowMs).length >= wanted) return;
        let expected: number | null = null;
        for (let endMs = Math.max(itemMs, endsAfterMs + 1); endMs <= Math.min(nowMs, itemMs + windowMs - 1) && expected === null; endMs++) {
          if (inside(endMs).length >= wanted) expected = endMs;
        }
        const { times, counts, kinds } = grouping;
        const found = findPastWindow(times, counts, 0, {
          window: 0,
          of: kinds.having(0),
          items: wanted,
          insideNow: counts.read(0, counts.placeOf(windowMs, 0)),
          itemMs,
          endsAfterMs,
          nowMs,
        });
        expect(found?.endMs ?? null).toBe(expected);
        if (found !== null) expect(found).toMatchObject({ firstItemAtMs: inside(found.endMs)[0], count: inside(found.endMs).length });
      }),
      { numRuns: 500 },
    );
  });

  it('gives every block back once all items have left', () => {
    const pair = new Pair();
    for (let i = 0; i < 20_000; i++) pair.add(`key${i % 97}`, { ms: pair.naive.nowMs - (i % 977), customer: i, marks: [i % 3] });
    expect(pair.arena.usedBytes()).toBeGreaterThan(20_000 * 10);
    pair.advance(KEEP_MS * 2);
    expect(pair.arena.usedBytes()).toBe(0);
    expect(pair.grouping.names.live).toBe(0);
    expect(pair.grouping.keys()).toEqual([]);
  });

  it('counts right with fewer numbers for kinds than there are kinds', () => {
    const pair = new Pair();
    const sets = [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]];
    for (let round = 0; round < 60; round++) {
      pair.add('a', { ms: pair.naive.nowMs, customer: round, marks: sets[(round * 5) % 7]! });
      pair.add('a', { ms: pair.naive.nowMs - 50_000, customer: round, marks: sets[round % 7]! });
      pair.check('a', { ms: pair.naive.nowMs - 100_000, nth: 3 });
      pair.advance(20_000);
    }
    expect(pair.grouping.kindsGeneration).toBeGreaterThan(0);
    expect(pair.grouping.kinds.count).toBeLessThanOrEqual(5 + 3);
  });

  it.each([[1, 64], [4, 64], [5, 128], [10, 128], [11, 256], [24, 256], [28, 320], [34, 384], [48, 512], [72, 768]])('holds %i items of a group, in order, in chunks of %i bytes', (items, bytes) => {
    const pair = new Pair();
    for (let i = 0; i < items; i++) pair.add('a', { ms: START_MS - 10_000 + i, customer: i, marks: [0] });
    expect(pair.arena.usedBytes()).toBe(bytes);
  });

  it('leaves no more room unfilled than twice what the items of a group need and one chunk', () => {
    const orders = { 'in order': (i: number) => i, 'backwards': (i: number) => -i, 'mixed': (i: number) => (i * 7_919) % 4_001 };
    for (const [order, place] of Object.entries(orders)) {
      const pair = new Pair();
      for (let items = 1; items <= 500; items++) {
        pair.add('a', { ms: START_MS - 10_000 + place(items), customer: items, marks: [0] });
        expect(pair.arena.usedBytes(), `${items} ${order}`).toBeLessThanOrEqual(64 + items * 30);
      }
    }
  });

  it('gives every block back when it is no longer needed', () => {
    const pair = new Pair();
    for (let i = 0; i < 5_000; i++) pair.add(`key${i % 97}`, { ms: pair.naive.nowMs - i, customer: i, marks: [0] });
    pair.grouping.dispose();
    expect(pair.arena.usedBytes()).toBe(0);
  });

  it('counts what comes after the key limit under a key of the workspace that says so', () => {
    const grouping = new Grouping(new Arena(), { ...SHAPE, keysMax: 3 });
    grouping.setNow(START_MS);
    for (let i = 0; i < 1_000; i++) addTo(grouping, [i % 2 === 0 ? 'one' : 'two', `product ${i}`], { ms: START_MS, customer: 0, marks: [0] });
    const held = new Map(grouping.keys().map((key) => [`${grouping.names.text(key, 0)}/${grouping.names.text(key, 1)}`, grouping.times.held(grouping.recordOf(key))]));
    expect(held.get(`one/${OVERFLOW_VALUE}`)).toBe(498);
    expect(held.get(`two/${OVERFLOW_VALUE}`)).toBe(499);
    expect([grouping.names.live, grouping.overflowItems]).toEqual([5, 997]);
  });

  it('holds a flood of new keys within its limit', () => {
    const grouping = new Grouping(new Arena(), { ...SHAPE, keysMax: 10_000 });
    grouping.setNow(START_MS);
    for (let i = 0; i < 200_000; i++) addTo(grouping, [`workspace ${i}`, `value ${i}`], { ms: START_MS, customer: 0, marks: [0] });
    expect(grouping.names.live).toBeLessThanOrEqual(11_001);
    expect(grouping.overflowItems).toBe(190_000);
  });
});
