import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeedbackItem } from '../../core/feedback.ts';
import { completeConfig } from './config.ts';
import { decodeDuplicates, encodeDuplicates } from './encode-duplicates.ts';
import { fillFromHistory } from './fill-from-history.ts';
import { foldText } from './fold.ts';
import { link } from './link.ts';
import { SketchCompare } from './near-equal.ts';
import { SKETCH_WORDS, TextSketch } from './sketch.ts';
import { createDuplicateState } from './state.ts';
import type { DuplicateState } from './state.ts';
import { makeItem } from './testing/measure-links.ts';
import { LinkOracle, exactShingles } from './testing/oracle.ts';

const START_MS = Date.UTC(2026, 2, 1);
const MINUTE_MS = 60_000;
const CONFIG = { horizonMs: 60 * MINUTE_MS, shortHorizonMs: 10 * MINUTE_MS, perCustomerMax: 3, campaignCustomers: 3 };

/** Letters that no boilerplate phrase begins or ends with. */
const HAN = [...'坏慢烂退换修等催漏裂臭贵假吵脏破旧歪掉卡死黑屏闪断碎湿冷硬咸'];
const LATIN = [...'bdjqxz'];
const clause = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: fc.constantFrom(...HAN), minLength: 1, maxLength: 14 }) },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...LATIN), minLength: 1, maxLength: 20 }) },
);
const texts = fc.array(clause, { minLength: 1, maxLength: 4 });

/** Clauses of a few texts in some order, with marks between them: unrelated, related and equal texts all come about. */
interface Said {
  text: number;
  drop: number;
  turn: boolean;
  marks: string;
  customer: number;
  phone: number;
  order: number;
  afterMs: number;
  lateMs: number;
}
const said: fc.Arbitrary<Said> = fc.record({
  text: fc.nat(3),
  drop: fc.nat(6),
  turn: fc.boolean(),
  marks: fc.constantFrom('', '，', '! ', '😡'),
  customer: fc.nat(3),
  phone: fc.nat(4),
  order: fc.nat(6),
  afterMs: fc.oneof({ weight: 6, arbitrary: fc.nat(3 * MINUTE_MS) }, { weight: 1, arbitrary: fc.constantFrom(0, 10 * MINUTE_MS, 60 * MINUTE_MS, 61 * MINUTE_MS, 90 * 24 * 60 * MINUTE_MS) }),
  lateMs: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(90 * MINUTE_MS) }),
});

/** The only text is forgotten at an item that is not remembered, after a repeat of it: the memory is empty, and room is left in it. */
const PLAIN: Said = { text: 0, drop: 1, turn: false, marks: '', customer: 0, phone: 0, order: 0, afterMs: 0, lateMs: 0 };
const LAST_ONE_LEAVES: Said[] = [PLAIN, { ...PLAIN, afterMs: 1 }, { ...PLAIN, drop: 0, phone: 2, order: 2, afterMs: 60 * MINUTE_MS }];

function itemsOf(pool: readonly string[][], all: readonly Said[]): { item: FeedbackItem; nowMs: number }[] {
  let nowMs = START_MS;
  return all.map(({ text, drop, turn, marks, customer, phone, order, afterMs, lateMs }, index) => {
    nowMs += afterMs;
    const clauses = pool[text % pool.length]!.filter((_, at) => at !== drop);
    if (turn) clauses.reverse();
    const sender = { ...(customer === 0 ? {} : { id: `c${customer}` }), ...(phone <= 1 ? { phoneHash: `p${phone}` } : {}) };
    const item = makeItem({
      id: `item-${index}`,
      text: clauses.join(marks) + marks,
      createdAtMs: nowMs - lateMs,
      ...(Object.keys(sender).length === 0 ? {} : { customer: { ...sender, ...(drop === 0 ? { tier: `tier ${text}` } : {}) } }),
      ...(order < 2 ? { order: `o${order}` } : {}),
    });
    return { item, nowMs };
  });
}

function run(state: DuplicateState, items: readonly { item: FeedbackItem; nowMs: number }[]): unknown[] {
  return items.map(({ item, nowMs }) => ({ filled: fillFromHistory(state, item, nowMs), link: link(state, item, nowMs) }));
}

describe('linking', () => {
  it('links what going through every text with sets of shingles links', () => {
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1, maxLength: 4 }), fc.array(said, { maxLength: 60 }), (pool, all) => {
        const state = createDuplicateState(CONFIG);
        const oracle = new LinkOracle(completeConfig(CONFIG));
        for (const { item, nowMs } of itemsOf(pool, all)) {
          const allowed = oracle.allowed(item, nowMs);
          const found = link(state, item, nowMs);
          const of = found.kind === 'repeat' ? found.of : null;
          expect([...allowed]).toContain(of);
          if (of === null) oracle.keep(item, nowMs);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('goes on from saved bytes at any point as if nothing had been saved', () => {
    fc.assert(
      fc.property(fc.array(texts, { minLength: 1, maxLength: 4 }), fc.array(said, { maxLength: 40 }), fc.nat(), (pool, all, cut) => {
        const items = itemsOf(pool, all);
        const at = cut % (items.length + 1);
        const straight = createDuplicateState(CONFIG);
        const expected = run(straight, items);
        const broken = createDuplicateState(CONFIG);
        const before = run(broken, items.slice(0, at));
        const restored = decodeDuplicates(encodeDuplicates(broken));
        expect([...before, ...run(restored, items.slice(at))]).toEqual(expected);
        expect(Buffer.compare(encodeDuplicates(restored), encodeDuplicates(straight))).toBe(0);
      }),
      { numRuns: 60, examples: [[[['坏']], LAST_ONE_LEAVES, 1]] },
    );
  });
});

describe('a sketch', () => {
  it('estimates shingles and those in common within a tenth and three', () => {
    const compare = new SketchCompare();
    const long = fc.string({ unit: fc.constantFrom(...HAN, ...LATIN), maxLength: 200 });
    fc.assert(
      fc.property(long, long, long, (start, middle, end) => {
        const [one, two] = [start + middle, middle + end];
        const sketches = [one, two].map((text) => {
          const sketch = new TextSketch();
          sketch.read(text);
          return sketch;
        });
        const sets = [one, two].map((text) => exactShingles(foldText(text)));
        let shared = 0;
        for (const shingle of sets[0]!) if (sets[1]!.has(shingle)) shared++;
        const found = compare.overlap(sketches[0]!.bits, sketches[1]!.bits, 0);
        const more = Math.max(sets[0]!.size, sets[1]!.size);
        expect(Math.abs(found.more - more)).toBeLessThanOrEqual(0.1 * more + 3);
        expect(Math.abs(found.shared - shared)).toBeLessThanOrEqual(0.15 * more + 4);
      }),
      { numRuns: 500 },
    );
  });

  it('reads any text, and the same text always the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.nat(300), (text, at) => {
        const [one, two] = [new TextSketch(), new TextSketch()];
        two.read(text.slice(at));
        one.read(text);
        two.read(text);
        expect([two.low, two.high, two.weight, two.digits, ...two.bits, ...two.bands]).toEqual([one.low, one.high, one.weight, one.digits, ...one.bits, ...one.bands]);
        expect(two.bits.length).toBe(SKETCH_WORDS);
      }),
    );
  });
});
