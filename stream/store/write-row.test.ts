import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredItem } from '../../core/stored-item.ts';
import { JsonBytes } from './json-bytes.ts';
import { SCORE, feedbackItem, storedItem } from './testing/items.ts';
import { toRow } from './to-row.ts';
import { writeRow } from './write-row.ts';

const LOG_ID = 'scored.0';

function lineOf(stored: StoredItem): string {
  const lines = new JsonBytes(0);
  writeRow(lines, stored, LOG_ID);
  return lines.bytes().toString('utf8');
}

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string(), fc.constantFrom('', '\ud800', 'a\udc00b', '\ud83d', '快递太慢了\n“三天”', '\u0000\u007f\u0080\u07ff\u0800\uffff'));
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const probability = fc.oneof(fc.integer({ min: 0, max: 100_000 }).map((hundredThousandths) => hundredThousandths / 100_000), fc.double(), fc.constantFrom(-0, 0.1 + 0.2, 1e-7, 1e21, -0.5));
const number = fc.oneof(fc.integer({ min: -2, max: 300 }), fc.double());
const attribute = fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null));
const sentiment = fc.constantFrom('negative' as const, 'neutral' as const, 'positive' as const);

const stored: fc.Arbitrary<StoredItem> = fc.record({
  sequence: fc.maxSafeNat(), index: fc.nat(), model: text, createdAtMs: fc.oneof(fc.maxSafeInteger(), fc.double()), duplicateOf: maybe(text), campaignOf: maybe(text),
  filled: maybe(fc.subarray(['customerTier', 'customerGroup', 'region', 'product'] as const)),
  item: fc.record({
    id: text, idGiven: fc.boolean(), workspace: text, text, channel: fc.constantFrom('app' as const, 'mini-program' as const), createdAtMs: fc.maxSafeInteger(), receivedAtMs: fc.maxSafeInteger(),
    customer: maybe(fc.record({ id: maybe(text), name: maybe(text), phone: maybe(text), phoneHash: maybe(text), tier: maybe(text), group: maybe(text), region: maybe(text) })),
    product: maybe(text), order: maybe(text), ticket: maybe(text), agent: maybe(text), store: maybe(text), region: maybe(text),
    rating: maybe(number), nps: maybe(number), waitSeconds: maybe(number), resolved: maybe(fc.boolean()), tags: maybe(fc.array(text)), parentId: maybe(text), attributes: maybe(fc.dictionary(text, attribute)),
  }),
  score: fc.record({
    sentiment, probabilities: fc.record({ negative: probability, neutral: probability, positive: probability }), stars: fc.integer({ min: 1, max: 5 }),
    starProbabilities: fc.tuple(probability, probability, probability, probability, probability), complaint: fc.boolean(), complaintProbability: probability, severity: fc.constantFrom('none' as const, 'severe' as const),
    categories: fc.array(fc.record({ id: text, probability, decidedBy: fc.constantFrom('model' as const, 'taxonomy' as const) })), implicit: fc.boolean(), keywords: fc.array(text), language: fc.constantFrom('zh' as const, 'other' as const), ratingConflict: maybe(fc.boolean()),
  }),
}) as fc.Arbitrary<StoredItem>;

describe('the line of a row', () => {
  it('is what the row is as JSON, byte by byte, whatever the item holds', () => {
    fc.assert(fc.property(stored, (any) => {
      expect(lineOf(any)).toBe(`${JSON.stringify(toRow(any, LOG_ID))}\n`);
    }), { numRuns: 500 });
  });

  it('of many rows stands behind the one before it, also where the room that was expected is too small', () => {
    const rows = Array.from({ length: 50 }, (_, index) => storedItem({ index, item: { text: `第${index}单太慢了${'。'.repeat(index * 7)}`, ...(index % 3 === 0 ? { customer: { id: `c${index}` } } : {}) } }));
    const lines = new JsonBytes(10);
    for (const row of rows) writeRow(lines, row, LOG_ID);
    expect(lines.bytes().toString('utf8')).toBe(rows.map((row) => `${JSON.stringify(toRow(row, LOG_ID))}\n`).join(''));
  });

  it('has no line break inside, which would end the data of an insert', () => {
    const line = lineOf({ ...storedItem(), item: feedbackItem({ text: 'a\n\nb\r\n\u2028c', attributes: { 'x\n': '\n\n' } }), score: { ...SCORE, keywords: ['\n'] } });
    expect(line.trimEnd()).not.toMatch(/[\n\r]/);
  });
});
