import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arena, BLOCK_CLASS_MAX, BLOCK_CLASS_MIN, REF_SEGMENT_SHIFT, REF_UNIT_MASK, REF_UNIT_SHIFT } from './arena.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { DistinctCounter } from './distinct.ts';
import { TextHash, hexId } from './hash.ts';
import { KeyNames } from './key-names.ts';
import { Kinds } from './kinds.ts';
import { RotatingTable } from './rotating-table.ts';

const HOUR_MS = 3_600_000;

describe('the arena', () => {
  it('never hands out a block twice, and uses again what was given back, whatever its size', () => {
    const sizes = fc.array(fc.record({ blockClass: fc.integer({ min: BLOCK_CLASS_MIN, max: BLOCK_CLASS_MAX }), give: fc.boolean() }), { maxLength: 400 });
    fc.assert(
      fc.property(sizes, (steps) => {
        const arena = new Arena();
        const blocks: { ref: number; blockClass: number; mark: number }[] = [];
        let marks = 0;
        const firstWord = (ref: number): number => (ref & REF_UNIT_MASK) << REF_UNIT_SHIFT;
        for (const { blockClass, give } of steps) {
          if (give && blocks.length > 0) arena.release(blocks.splice(blockClass % blocks.length, 1)[0]!.ref);
          else {
            const ref = arena.allocate(blockClass);
            const mark = ++marks;
            arena.segments[ref >>> REF_SEGMENT_SHIFT]!.fill(mark, firstWord(ref), firstWord(ref) + (1 << blockClass));
            blocks.push({ ref, blockClass, mark });
          }
        }
        for (const { ref, blockClass, mark } of blocks) {
          const words = arena.segments[ref >>> REF_SEGMENT_SHIFT]!.subarray(firstWord(ref), firstWord(ref) + (1 << blockClass));
          expect(words.every((word) => word === mark)).toBe(true);
        }
        expect(arena.usedBytes()).toBe(blocks.reduce((sum, { blockClass }) => sum + 4 * 2 ** blockClass, 0));
      }),
      { numRuns: 100 },
    );
  });

  it('gives a page of small blocks to large ones once all of them are back', () => {
    const arena = new Arena();
    const fill = (blockClass: number, words: number): number[] => Array.from({ length: words >> blockClass }, () => arena.allocate(blockClass));
    const small = fill(BLOCK_CLASS_MIN, 200_000);
    const held = arena.heldBytes();
    for (const ref of small) arena.release(ref);
    fill(BLOCK_CLASS_MAX, 180_000);
    expect(arena.heldBytes()).toBe(held);
  });
});

describe('the hash of texts', () => {
  it('depends on every text, on their order and on where one ends', () => {
    const of = (...texts: string[]): string => hexId(texts);
    const ids = [of('a', 'b'), of('b', 'a'), of('ab'), of('ab', ''), of('', 'ab'), of('a', 'b', ''), of('客', '服'), of('客服')];
    expect(new Set(ids).size).toBe(ids.length);
    expect(of('a', 'b')).toMatch(/^[0-9a-f]{32}$/);
    expect(hexId(['rule', 1])).toBe(hexId(['rule', '1']));
  });

  it('gives 300,000 similar texts 300,000 different values in 64 bits, spread evenly', () => {
    const seen = new Set<string>();
    const buckets = new Uint32Array(256);
    const hash = new TextHash();
    for (let index = 0; index < 300_000; index++) {
      hash.start('default').text(`order-${index}`).finish();
      seen.add(`${hash.low} ${hash.high}`);
      buckets[hash.low & 255] = buckets[hash.low & 255]! + 1;
    }
    expect(seen.size).toBe(300_000);
    const expected = 300_000 / 256;
    const chiSquare = buckets.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 255 degrees of freedom: above 400 once in ten million.
    expect(chiSquare).toBeLessThan(400);
  });
});

describe('remembered hashes', () => {
  const see = (table: RotatingTable, id: number): number => table.see(new TextHash().start('w').text(String(id)).finish());

  it('are known for at least the horizon after they were last seen, and not after two', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ afterMs: fc.nat(2 * HOUR_MS), id: fc.nat(30) }), { maxLength: 200 }), (visits) => {
        const table = new RotatingTable();
        const lastMs = new Map<number, number>();
        let nowMs = 0;
        for (const { afterMs, id } of visits) {
          nowMs += afterMs;
          table.turn(nowMs, 5 * HOUR_MS, 1_000);
          const known = see(table, id) > 0;
          const ageMs = nowMs - (lastMs.get(id) ?? -Infinity);
          if (ageMs <= 5 * HOUR_MS) expect(known).toBe(true);
          if (ageMs > 14 * HOUR_MS) expect(known).toBe(false);
          lastMs.set(id, nowMs);
        }
      }),
    );
  });

  it('are known for a horizon that became shorter, though their generation is older than two of it', () => {
    const table = new RotatingTable();
    table.turn(0, 24 * HOUR_MS, 1_000);
    table.turn(9 * HOUR_MS, 24 * HOUR_MS, 1_000);
    const number = Math.abs(see(table, 1));
    table.shorten(9 * HOUR_MS, 4 * HOUR_MS);
    table.turn(12 * HOUR_MS, 4 * HOUR_MS, 1_000);
    expect(see(table, 1)).toBe(number);
    // One that is no older than the horizon holds on.
    table.shorten(12 * HOUR_MS, 4 * HOUR_MS);
    table.turn(25 * HOUR_MS, 4 * HOUR_MS, 1_000);
    expect(see(table, 1)).toBeLessThan(0);
  });

  it('keep their number as long as they are known, and each new one gets its own', () => {
    const table = new RotatingTable();
    const numbers = new Set<number>();
    for (let hour = 0; hour < 40; hour++) {
      table.turn(hour * HOUR_MS, 10 * HOUR_MS, 1_000);
      numbers.add(Math.abs(see(table, 1)));
      numbers.add(-see(table, 1_000 + hour));
    }
    expect(numbers.size).toBe(41);
  });

  it('are forgotten early rather than without a limit, and say so', () => {
    const table = new RotatingTable();
    for (let id = 0; id < 5_000; id++) {
      table.turn(0, HOUR_MS, 1_000);
      see(table, id);
    }
    expect(table.size).toBeLessThanOrEqual(2_000);
    expect(table.closedEarly).toBeGreaterThan(0);
    expect(see(table, 4_999)).toBeGreaterThan(0);
  });

  it('survive being saved', () => {
    const table = new RotatingTable();
    table.turn(0, HOUR_MS, 1_000);
    for (let id = 0; id < 500; id++) see(table, id);
    const out = new ByteWriter();
    table.encode(out);
    const restored = RotatingTable.decode(new ByteReader(out.finish()));
    expect(Array.from({ length: 500 }, (_, id) => see(restored, id))).toEqual(Array.from({ length: 500 }, (_, id) => id + 1));
    expect(see(restored, 500)).toBe(-501);
  });
});

describe('distinct numbers', () => {
  it('are counted exactly up to the limit and within a few percent beyond, whatever comes twice', () => {
    for (const distinct of [0, 1, 999, 1_000, 1_001, 20_000, 300_000]) {
      const counter = new DistinctCounter(1_000);
      for (let round = 0; round < 2; round++) for (let value = 1; value <= distinct; value++) counter.add(value * 7);
      expect(counter.exact).toBe(distinct <= 1_000);
      if (counter.exact) expect(counter.count()).toBe(distinct);
      // Four standard errors of 1.2 / √1000.
      else expect(Math.abs(counter.count() - distinct) / distinct).toBeLessThan(0.16);
    }
  });
});

describe('names of keys', () => {
  it('are found by their texts alone, however they come and go', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ text: fc.nat(60), remove: fc.boolean() }), { maxLength: 400 }), (steps) => {
        let names = new KeyNames(2);
        const numbers = new Map<string, number>();
        steps.forEach(({ text, remove }, index) => {
          const texts = ['w', `k${text}`];
          const hash = new TextHash().all(texts) & 7;
          const known = numbers.get(texts[1]!);
          expect(names.find(hash, texts)).toBe(known ?? -1);
          if (known === undefined) numbers.set(texts[1]!, names.add(hash, texts));
          else if (remove) {
            names.remove(known);
            numbers.delete(texts[1]!);
          }
          if (index % 50 === 49) {
            const out = new ByteWriter();
            names.encode(out);
            names = KeyNames.decode(new ByteReader(out.finish()));
          }
        });
        expect(names.live).toBe(numbers.size);
        expect(new Set(numbers.values()).size).toBe(numbers.size);
        for (const [text, number] of numbers) expect(names.text(number, 1)).toBe(text);
      }),
      { numRuns: 100 },
    );
  });
});

describe('kinds', () => {
  it('are the same number for the same marks, with any count of marks', () => {
    for (const markCount of [1, 29, 30, 31, 61, 200]) {
      fc.assert(
        fc.property(fc.array(fc.uniqueArray(fc.nat(markCount - 1), { minLength: 1, maxLength: 6 }), { maxLength: 40 }), (sets) => {
          const kinds = new Kinds(markCount);
          const numbers = new Map<string, number>();
          for (const set of sets) {
            const present = new Uint8Array(markCount);
            for (const mark of set) present[mark] = 1;
            const kind = kinds.of(present);
            const name = [...set].sort((a, b) => a - b).join();
            expect(kind).toBe(numbers.get(name) ?? kind);
            numbers.set(name, kind);
            expect(kinds.marksOf(kind)).toEqual([...set].sort((a, b) => a - b));
            for (let mark = 0; mark < markCount; mark++) expect(kinds.having(mark)[kind]).toBe(present[mark]);
          }
          expect(new Set(numbers.values()).size).toBe(numbers.size);
        }),
        { numRuns: 20 },
      );
    }
  });
});
